"""A published file that came otherwise than last time: what is passed over, said, or refused."""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa
import pytest

from levelfield.benchmark import (
    Panel,
    Reading,
    Succession,
    Trend,
    guards,
    matched_panel,
    select,
    trend,
    with_predecessors,
)
from levelfield.core.errors import DefinitionError
from levelfield.core.values import VALUE_SCHEMA
from levelfield.published import dataset, load_published, published_dataset
from levelfield.published.table import _read

Row = dict[str, str]
SHARE = Reading("proportion", "percent", "higher")
UCR = "ucr_2h_2024-25"


@pytest.fixture
def changed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[Callable[[Row], Iterable[Row]]], pa.Table]:
    """Load the two-hour publication with each row of its file changed, dropped or doubled."""

    def load(change: Callable[[Row], Iterable[Row]]) -> pa.Table:
        with published_dataset(UCR).path.open(encoding="utf-8", newline="") as stream:
            rows = [new for row in csv.DictReader(stream) for new in change(row)]
        file = tmp_path / "changed.csv"
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        monkeypatch.setattr(dataset.PublishedDataset, "path", property(lambda _: file))
        _read.cache_clear()
        return load_published(UCR)

    return load


def test_a_new_column_is_passed_over(changed) -> None:
    as_shipped = load_published(UCR)
    assert changed(lambda row: [{**row, "clock_paused": "0"}]).equals(as_shipped)


def test_a_column_that_is_gone_is_named(changed) -> None:
    with pytest.raises(DefinitionError, match="names the column 'pct_within_2h', which"):
        changed(
            lambda row: [{("met_2h" if k == "pct_within_2h" else k): v for k, v in row.items()}]
        )


def test_a_new_breakdown_is_refused_rather_than_mixed_up(changed) -> None:
    with pytest.raises(DefinitionError) as refused:
        changed(lambda row: [{**row, "route": route} for route in ("999", "GP")])
    assert "stands in it more than once" in str(refused.value)
    assert "choose its total under 'where'" in str(refused.value)


def test_a_figure_that_is_no_number_is_named_with_its_column(changed) -> None:
    with pytest.raises(DefinitionError, match="'n/a' in the column 'referrals' is not a number"):
        changed(lambda row: [{**row, "referrals": "n/a"}])


def test_a_missing_month_is_a_gap_in_the_trend_and_no_zero(changed) -> None:
    held = changed(lambda row: [row] if row["month"] != "2024-09" else [])
    england = select(held, measure="published_ucr_2h", org_code="ENG")
    found = trend(england, SHARE)
    assert isinstance(found, Trend)
    months = found.points.to_pylist()
    assert len(months) == 12
    (gap,) = [row for row in months if row["value"] is None]
    assert (gap["period"], gap["kind"]) == ("2024-09", None)


def test_a_provider_that_merged_is_guarded_and_its_past_added_up() -> None:
    """Waiting lists have both counts: R0A goes into RW3 in the second month."""
    rows = [
        {
            "measure": "published_over_52",
            "version": "drawn",
            "period": period,
            "org_level": "provider",
            "org_code": code,
            "stratifier": "all",
            "stratum": "all",
            "numerator": count,
            "denominator": 100.0,
            "value": count / 100,
            "flags": "as published",
        }
        for period, code, count in (
            ("2025-02", "R0A", 10.0),
            ("2025-02", "RW3", 30.0),
            ("2025-03", "RW3", 40.0),
        )
    ]
    published = pa.Table.from_pylist(rows, schema=VALUE_SCHEMA)
    asked = {"measure": "published_over_52", "period": "2025-03"}
    (unknown,) = guards(published, SHARE, **asked).to_pylist()
    assert (unknown["org_code"], unknown["kind"], unknown["what"]) == (
        "R0A",
        "not submitted",
        "its last value is of 2025-02",
    )
    gone = [Succession("2025-03", "R0A", "RW3")]
    (known,) = guards(published, SHARE, **asked, successions=gone).to_pylist()
    assert known["what"] == "it went into RW3 in 2025-03"
    both = with_predecessors(published, gone, SHARE)
    assert both["value"].to_pylist() == [0.2, 0.4]
    assert isinstance(matched_panel(both, SHARE, measure="published_over_52"), Panel)
