"""A published file that came otherwise than last time: what is passed over, said, or refused."""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa
import pytest

from levelfield.benchmark import (
    Panel,
    Reading,
    Trend,
    guards,
    matched_panel,
    select,
    trend,
    with_predecessors,
)
from levelfield.core.errors import DefinitionError
from levelfield.core.successions import Succession
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
    with pytest.raises(DefinitionError) as refused:
        changed(lambda row: [{**row, "referrals": "n/a"}])
    assert str(refused.value) == (
        "changed.csv, row 2: 'n/a' in the column 'referrals' is not a number from zero up: write "
        "digits alone, as in 85.39, and nothing where nothing was published."
    )


@pytest.mark.parametrize(
    ("column", "cell", "fault"),
    [
        ("pct_within_2h", "nan", "not a number from zero up"),
        ("pct_within_2h", "inf", "not a number from zero up"),
        ("pct_within_2h", "1e400", "not a number from zero up"),
        ("pct_within_2h", "-5", "not a number from zero up"),
        ("pct_within_2h", "85.39%", "not a number from zero up"),
        ("referrals", "1_000", "not a number from zero up"),
        ("pct_within_2h", "8539", "makes a share of 8539%"),
        ("month", "2024-13", "not a period: write a month as in 2024-04"),
        ("month", "Apr-24", "not a period"),
        ("org_code", " ", "no code of an organisation: write it"),
        ("org_level", "trust", "write one of national, icb, provider"),
    ],
)
def test_an_impossible_cell_is_named_by_row_and_column(
    changed, column: str, cell: str, fault: str
) -> None:
    """One cell of one row, the third of the file."""
    place = iter(range(10**6))
    with pytest.raises(DefinitionError) as refused:
        changed(lambda row: [{**row, column: cell} if next(place) == 1 else row])
    assert str(refused.value).startswith(f"changed.csv, row 3: '{cell}' in the column '{column}'")
    assert fault in str(refused.value)


NAMES = b"org_code,org_name,org_level,month,referrals,contacts,pct_within_2h\n"
ENGLAND = b"ENG,England,national,2024-04,63060,147905,85.39\n"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "changed.csv: it is empty"),
        (b" \n\n", "changed.csv: it is empty"),
        (bytes(range(256)) * 9, "this is not text in UTF-8: save the file as CSV"),
        (NAMES + "ENG,Engl\xe4nd,".encode("cp1252"), "changed.csv, row 2: this is not text"),
        ((NAMES + ENGLAND).decode().encode("utf-16"), "changed.csv, row 1: this is not text"),
        ((NAMES + ENGLAND).decode().encode("utf-16-le"), "changed.csv, row 1: this is not text"),
        (NAMES + ENGLAND + b"ENG,England\n", "row 3: it has 2 cells where the first row names 7"),
        (NAMES.replace(b"contacts", b"month"), "the column 'month' is named twice"),
        (NAMES, "no row under them"),
        (NAMES + b'"ENG,England', "changed.csv"),
    ],
)
def test_what_is_no_table_is_refused_by_the_files_name(
    content: bytes, fault: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "changed.csv"
    file.write_bytes(content)
    monkeypatch.setattr(dataset.PublishedDataset, "path", property(lambda _: file))
    _read.cache_clear()
    with pytest.raises(DefinitionError) as refused:
        load_published(UCR)
    assert fault in str(refused.value)


def test_a_file_that_is_not_there_or_broken_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "changed.csv.gz"
    monkeypatch.setattr(dataset.PublishedDataset, "path", property(lambda _: file))
    _read.cache_clear()
    with pytest.raises(DefinitionError, match=r"changed\.csv\.gz: it cannot be read"):
        load_published(UCR)
    file.write_bytes(b"not gzip")
    with pytest.raises(DefinitionError, match=r"changed\.csv\.gz: it cannot be read"):
        load_published(UCR)


def test_a_mark_of_the_byte_order_is_no_part_of_the_first_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "changed.csv"
    file.write_bytes(b"\xef\xbb\xbf" + NAMES + ENGLAND)
    monkeypatch.setattr(dataset.PublishedDataset, "path", property(lambda _: file))
    _read.cache_clear()
    assert load_published(UCR)["value"].to_pylist() == pytest.approx([0.8539, 63060, 147905])


def test_months_after_an_organisations_last_are_guarded_and_not_filled_in(changed) -> None:
    gone = next(
        row["org_code"] for row in load_published(UCR).to_pylist() if row["org_level"] == "provider"
    )
    held = changed(
        lambda row: [] if row["org_code"] == gone and row["month"] > "2024-08" else [row]
    )
    own = select(held, measure="published_ucr_2h", org_code=gone)
    assert max(own["period"].to_pylist()) == "2024-08"
    found = guards(held, SHARE, measure="published_ucr_2h", period="2025-03").to_pylist()
    assert ("not submitted", "its last value is of 2024-08") in [
        (row["kind"], row["what"]) for row in found if row["org_code"] == gone
    ]


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
