"""Where simulated people live and are registered: fictional codes on real small areas."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from levelfield.simulate.assumptions import rows_of
from levelfield.simulate.draws import Floats, Ints, Mix

POSTCODES_PER_AREA = 6
PRACTICES_PER_COMMISSIONER = 10
PRACTICES_FROM = date(2010, 4, 1)
PRACTICE_MOVES = date(2025, 10, 1)
"""The last practice of each commissioner joins the next commissioner on this day."""

_INWARD = "ABDEFGHJLNPQRSTUWXYZ"


@dataclass(frozen=True)
class Places:
    """Postcodes, practices and commissioners. Practices run commissioner by commissioner."""

    commissioners: Mapping[str, str]
    areas: tuple[str, ...]
    area_commissioner: Ints
    area_decile: Ints
    postcodes: tuple[str, ...]
    practices: tuple[str, ...]

    def practice_commissioner(self, practice: Ints, day: Ints) -> Ints:
        """The commissioner (its position) of each practice on a day since 1970-01-01."""
        own = practice // PRACTICES_PER_COMMISSIONER
        moved = practice % PRACTICES_PER_COMMISSIONER == PRACTICES_PER_COMMISSIONER - 1
        after = day >= (PRACTICE_MOVES - date(1970, 1, 1)).days
        return np.where(moved & after, (own + 1) % len(self.commissioners), own)

    def area_mix(self, deprivation_use: float) -> Mix:
        """Areas to draw from, one row per commissioner; the deprived ones weigh more."""
        rows = np.arange(len(self.commissioners))[:, None]
        weight = 1.0 + deprivation_use * (5.5 - self.area_decile) / 4.5
        inside: Floats = np.where(self.area_commissioner == rows, weight, 0.0)
        return Mix.of(self.areas, inside)

    def postcode_rows(self) -> list[tuple[str, str, str]]:
        """Postcode, small area, and the fictional commissioner of the place."""
        codes = list(self.commissioners)
        return [
            (self.postcodes[n * POSTCODES_PER_AREA + k], area, codes[self.area_commissioner[n]])
            for n, area in enumerate(self.areas)
            for k in range(POSTCODES_PER_AREA)
        ]

    def practice_rows(self) -> list[tuple[str, str, str, str, str]]:
        """Practice, name, commissioner, first and last day (blank while it lasts)."""
        codes = list(self.commissioners)
        rows = []
        for n, practice in enumerate(self.practices):
            name = f"Surgery {practice[1:]}"
            own = n // PRACTICES_PER_COMMISSIONER
            if n % PRACTICES_PER_COMMISSIONER < PRACTICES_PER_COMMISSIONER - 1:
                rows.append((practice, name, codes[own], str(PRACTICES_FROM), ""))
                continue
            last = date.fromordinal(PRACTICE_MOVES.toordinal() - 1)
            rows.append((practice, name, codes[own], str(PRACTICES_FROM), str(last)))
            rows.append((practice, name, codes[(own + 1) % len(codes)], str(PRACTICE_MOVES), ""))
        return rows


@cache
def load_places() -> Places:
    """The places of every simulation: they do not depend on the seed."""
    commissioners = {row["code"]: row["name"] for row in rows_of("commissioners.csv")}
    areas = rows_of("areas.csv")
    position = {code: n for n, code in enumerate(commissioners)}
    return Places(
        commissioners=commissioners,
        areas=tuple(row["lsoa11"] for row in areas),
        area_commissioner=np.array([position[row["commissioner"]] for row in areas]),
        area_decile=np.array([int(row["imd_decile"]) for row in areas]),
        postcodes=tuple(_postcode(n) for n in range(len(areas) * POSTCODES_PER_AREA)),
        practices=tuple(
            f"Z{810 + c}{n:02d}"
            for c in range(len(commissioners))
            for n in range(1, PRACTICES_PER_COMMISSIONER + 1)
        ),
    )


def _postcode(number: int) -> str:
    """A postcode of the area ZZ, which nobody lives in; low districts, since ZZ99 has a meaning."""
    district, rest = divmod(number, 40)
    sector, unit = divmod(rest, 10)
    return f"ZZ{district + 1} {sector + 1}{_INWARD[unit]}{_INWARD[district % 20]}"
