"""A submission beside the provider's earlier ones, and beside what was published of it."""

from contextlib import closing
from dataclasses import replace

import pyarrow as pa

from levelfield.core.periods import Month
from levelfield.engine import open_engine
from levelfield.facts.sources import register_submissions
from levelfield.home import Home
from levelfield.intake import Examined
from levelfield.intake.checking.header import Header
from levelfield.pipeline.as_published import beside_published
from levelfield.pipeline.changes import changes
from levelfield.pipeline.preview import Preview
from levelfield.pipeline.profiles import joined, profile_of_file, profiles, rejected_of_file
from levelfield.publish.changes import Comparison
from levelfield.quality import breaks_of, crossing, find_breaks

MONTHS = 24
"""Earlier months that are looked at, at most."""

_SEEN = ("provider", "period", "primary_system", "data_set_version")
"""What tells of a break, of each submission."""


def compare(examined: Examined, preview: Preview | None, home: Home | None) -> Comparison:
    """What differs from the provider's earlier submissions and published figures, in sentences."""
    header = examined.header
    if header is None or not examined.tables:
        return Comparison("Nothing is compared: the file could not be read as a whole.")
    figures, words = beside_published(examined, header.provider, header.period)
    found = _with_earlier(examined, header, preview, home)
    return replace(found, published=figures, published_words=words)


def _with_earlier(
    examined: Examined, header: Header, preview: Preview | None, home: Home | None
) -> Comparison:
    if home is None:
        return Comparison(
            "Not compared with earlier submissions. Name the home that holds them with --home."
        )
    provider, period = header.provider, header.period
    first = period.plus(-MONTHS)
    active = {Month.parse(s.period): s for s in home.active() if s.provider == provider}
    months = {month: s for month, s in active.items() if first <= month < period}
    others = [
        s
        for s in home.warehouse.submissions()
        if (s.provider, s.period, s.state()) == (provider, str(period), "held")
        and s.id != examined.raw.digest[:16]
    ]
    if not months and not others:
        return Comparison(f"The home holds no earlier submission of {provider} to compare with.")
    chosen = [*months.values(), *others[-1:]]
    with closing(open_engine(spill=False)) as engine:
        register_submissions(engine, chosen, {(s.provider, s.period): [s] for s in chosen})
        found = profiles(engine, chosen, with_mix=preview is not None)
        sent = engine.query(f"SELECT {', '.join(_SEEN)} FROM submission")
    now = dict(zip(_SEEN, (provider, str(period), examined.system, header.version), strict=True))
    rows = [row for row in sent.to_pylist() if row["period"] != str(period)]
    seen = pa.Table.from_pylist([*rows, now], schema=sent.schema)
    until = [
        one
        for one in breaks_of(find_breaks(home.path, seen), provider)
        if one.period <= str(period)
    ]
    own, rejected, *others_found = joined(
        [profile_of_file(examined, preview), rejected_of_file(preview), *found], until
    )
    return changes(
        own,
        dict(zip(months, others_found, strict=False)),
        others_found[-1] if others else None,
        period,
        crossing(until, map(str, [*months, period]), [provider]),
        rejected,
    )
