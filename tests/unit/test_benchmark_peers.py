"""Whom an organisation is compared with: all, type, region, a list, and the nearest neighbours."""

from pathlib import Path

import pytest

from compared import column, drawn_values
from levelfield.benchmark import (
    Funnel,
    Neighbours,
    NotComparable,
    Organisation,
    PeerGroup,
    Reading,
    all_peers,
    case_mix,
    funnel,
    like_peers,
    listed_peers,
    load_weights,
    nearest_neighbours,
    peers_without,
    read_organisations,
)
from levelfield.core.errors import DefinitionError, UsageError
from levelfield.core.successions import Succession, read_successions

CODES = [f"ZA{n}" for n in range(1, 9)]
KNOWN = {
    code: Organisation(code, code, "nhs_trust" if n < 6 else "independent", "North" if n else "")
    for n, code in enumerate(CODES)
}


def test_everybody_is_everybody_but_the_excluded() -> None:
    assert all_peers(CODES[:2]).members == ("ZA1", "ZA2")
    assert all_peers(["ZA1"]).words == "one provider, with nobody"
    fewer = peers_without(CODES, ["ZA3", "ZZ9"])
    assert isinstance(fewer, PeerGroup)
    assert fewer.members == tuple(code for code in CODES if code != "ZA3")
    assert fewer.words == "7 of the 8 providers held, without ZA3"
    assert peers_without(CODES[:2], []) == all_peers(CODES[:2])


def test_peers_of_a_type_share_it_and_leave_the_excluded_out() -> None:
    found = like_peers("type", "ZA1", CODES, KNOWN, excluded=["ZA2"])
    assert isinstance(found, PeerGroup)
    assert found.members == ("ZA1", "ZA3", "ZA4", "ZA5", "ZA6")
    assert found.words == "5 providers of the type 'nhs trust', without ZA2"


def test_a_group_under_four_others_is_none() -> None:
    for group in (
        like_peers("type", "ZA8", CODES, KNOWN),
        listed_peers(CODES, CODES[:4]),
        listed_peers(CODES, CODES[:5], excluded=["ZA1"]),
        peers_without(CODES, CODES[:4]),
    ):
        assert isinstance(group, NotComparable)
        assert "it takes 4 others" in group.reason
    assert isinstance(listed_peers(CODES, CODES[:5]), PeerGroup)


def test_without_a_region_in_the_look_ups_there_are_no_peers_by_region() -> None:
    found = like_peers("region", "ZA1", CODES, KNOWN)
    assert isinstance(found, NotComparable)
    assert found.reason == (
        "No peers by region: the look-ups do not say the region of ZA1. Put a column 'region' into "
        "providers.csv, or name the peers."
    )


def test_one_belongs_to_its_own_list_and_strangers_to_none() -> None:
    found = listed_peers(CODES, CODES[:4], of="ZA8", excluded=["ZA8"])
    assert isinstance(found, PeerGroup)
    assert "ZA8" in found.members
    with pytest.raises(UsageError, match="No values are held of ZZ9"):
        listed_peers(CODES, ["ZZ9"])


MIX = """
    org_code | stratifier        | stratum | denominator
    ZA1      | all               | all     | 100
    ZA1      | age_band          | 0-4     | 50
    ZA1      | age_band          | 85+     | 50
    ZA2      | all               | all     | 100
    ZA2      | age_band          | 0-4     | 50
    ZA2      | age_band          | 85+     | 50
    ZA3      | all               | all     | 200
    ZA3      | age_band          | 0-4     | 110
    ZA3      | age_band          | 85+     | 90
    ZA4      | all               | all     | 100
    ZA4      | age_band          | 0-4     | 30
    ZA4      | age_band          | 85+     | 70
    ZA5      | all               | all     | 400
    ZA5      | age_band          | 85+     | 400
    ZA6      | all               | all     | 100
    ZA6      | age_band          | 0-4     | 100
    ZA7      | all               | all     | 90
"""


def test_a_case_mix_is_shares_of_the_denominators() -> None:
    mix = case_mix(drawn_values(MIX), measure="seen", period="2026-03", parts=["age_band", "size"])
    assert mix.codes == ("ZA1", "ZA2", "ZA3", "ZA4", "ZA5", "ZA6")
    assert mix.missing == {"ZA7": "no age band known"}
    strata, shares = mix.parts["age_band"]
    assert strata == ("0-4", "85+")
    assert shares.tolist()[2:5] == [[0.55, 0.45], [0.3, 0.7], [0.0, 1.0]]
    assert mix.table().num_rows == 6 * 3


def test_the_nearest_have_the_case_mix_most_alike() -> None:
    mix = case_mix(drawn_values(MIX), measure="seen", period="2026-03", parts=["age_band", "size"])
    found = nearest_neighbours(mix, "ZA1", number=4, names={"ZA2": "Elmet"})
    assert isinstance(found, Neighbours)
    assert column(found.distances, "place") == {
        "ZA2": 1,
        "ZA4": 2,
        "ZA3": 3,
        "ZA6": 4,
        "ZA5": None,
    }
    assert column(found.distances, "distance")["ZA2"] == 0
    assert isinstance(found.group, PeerGroup)
    assert found.group.members == ("ZA1", "ZA2", "ZA3", "ZA4", "ZA6")
    assert sum(found.weights["weight"].to_pylist()) == pytest.approx(1)
    assert found.sentence.startswith("Nearest to ZA1 is Elmet (0.00 standard deviations apart)")


def test_a_distance_is_the_weighted_mean_of_its_parts() -> None:
    """By hand: shares of age differ by 0.2; both columns of the part have the same spread."""
    mix = case_mix(drawn_values(MIX), measure="seen", period="2026-03", parts=["age_band", "size"])
    found = nearest_neighbours(mix, "ZA1", number=4)
    assert isinstance(found, Neighbours)
    row = next(row for row in found.distances.to_pylist() if row["org_code"] == "ZA4")
    shares = [0.5, 0.5, 0.55, 0.3, 0.0, 1.0]
    mean = sum(shares) / 6
    spread = (sum((one - mean) ** 2 for one in shares) / 5) ** 0.5
    assert row["age_band"] == pytest.approx(0.2 / spread)
    assert row["size"] == 0
    assert row["distance"] == pytest.approx((0.75 * row["age_band"] ** 2) ** 0.5)


def test_the_excluded_are_shown_and_no_neighbours() -> None:
    mix = case_mix(drawn_values(MIX), measure="seen", period="2026-03", parts=["age_band"])
    found = nearest_neighbours(mix, "ZA1", number=4, excluded=["ZA2"])
    assert isinstance(found, Neighbours)
    assert column(found.distances, "used")["ZA2"] == "excluded"
    assert isinstance(found.group, PeerGroup)
    assert "ZA2" not in found.group.members
    alone = nearest_neighbours(mix, "ZA7")
    assert isinstance(alone, NotComparable)
    assert "no age band known" in alone.reason


def test_a_case_mix_of_nobody_has_no_shares() -> None:
    """As for a small submission: all is held, and no stratum of anybody's is known."""
    values = drawn_values("""
        org_code | stratifier | stratum | denominator
        ZA1      | all        | all     | 0
    """)
    mix = case_mix(values, measure="seen", period="2026-03", parts=["age_band", "size"])
    assert (mix.codes, mix.missing) == ((), {"ZA1": "nothing in its denominator"})
    found = nearest_neighbours(mix, "ZA1")
    assert isinstance(found, NotComparable)
    assert "its case mix is not known" in found.reason


def test_without_any_part_of_the_weights_nobody_is_near() -> None:
    mix = case_mix(drawn_values(MIX), measure="seen", period="2026-03", parts=[])
    found = nearest_neighbours(mix, "ZA1")
    assert isinstance(found, NotComparable)
    assert "none of what they are told by is counted" in found.reason


def test_the_shipped_weights_say_that_they_are_ours() -> None:
    weights = load_weights()
    assert "illustrative" in weights.source
    assert {part.stratifier for part in weights.parts} == {
        "age_band",
        "deprivation_fifth",
        "service",
        "size",
    }


def test_organisations_come_from_the_look_ups_as_far_as_they_say(tmp_path: Path) -> None:
    file = tmp_path / "providers.csv"
    assert read_organisations(file) == {}
    file.write_text("code,name,kind\nZA1,Elmet,nhs_trust\n", encoding="utf-8")
    assert read_organisations(file) == {"ZA1": Organisation("ZA1", "Elmet", "nhs_trust", "")}


def test_a_succession_that_goes_in_a_circle_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "successions.csv"
    assert read_successions(file) == ()
    file.write_text("code,successor,from\nZA1,ZA2,2026-01\n", encoding="utf-8")
    assert read_successions(file) == (Succession("2026-01", "ZA1", "ZA2"),)
    file.write_text("code,successor,from\nZA1,ZA2,2026-01\nZA2,ZA1,2026-02\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match="goes into itself"):
        read_successions(file)
    file.write_text("code,successor,from\nZA1,ZA2,2026-01\nZA1,ZA3,2026-02\n", encoding="utf-8")
    with pytest.raises(DefinitionError, match="goes into two others"):
        read_successions(file)


def test_a_small_group_takes_the_spread_between_providers_from_all_of_them() -> None:
    lines = [f"Z{n:02} | {6000 + 150 * n} | 10000" for n in range(12)]
    share = Reading("proportion", "percent", "higher")
    everybody = drawn_values("\n".join(["org_code | numerator | denominator", *lines]))
    six = everybody.slice(0, 6)
    alone, wide = funnel(six, share), funnel(six, share, spread_from=everybody)
    assert isinstance(alone, Funnel)
    assert isinstance(wide, Funnel)
    assert set(wide.points["signal"].to_pylist()) == {0}
    assert {abs(signal) for signal in alone.points["signal"].to_pylist()} > {0}
    assert wide.parameters["spread taken from"] == "all 12 organisations"
    whole = funnel(everybody, share, spread_from=everybody)
    assert isinstance(whole, Funnel)
    assert "spread taken from" not in whole.parameters
