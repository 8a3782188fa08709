"""The report of a check as one page: it works without network, scripts or other files."""

from levelfield.core.dates import period_words
from levelfield.publish.check_data import CheckData, CostedFinding
from levelfield.publish.check_plan import review_table, review_words
from levelfield.publish.check_words import (
    KINDS,
    SEVERITIES,
    capital,
    commonest,
    first_records,
    harm,
    heading,
    nouns,
    outcome,
    records_words,
    stake_words,
)
from levelfield.publish.parts import Cell, Row, Table, columns
from levelfield.publish.render import render_alone
from levelfield.publish.words import figure, moment, percent, pounds_about, whole

TOP = 10
"""Findings that are told in full at once; the others unfold."""


def check_page(data: CheckData, method: str) -> str:
    """The page as HTML; `method` says how the pounds were reckoned."""
    causes = [_told(one) for one in data.causes]
    return render_alone(
        "check.html",
        title=_title(data),
        lead=records_words(data.report),
        accepted=data.report.status == "accepted",
        outcome=outcome(data),
        looks=data.report.looks,
        stake=stake_words(data.stake) if data.stake else data.stake_note,
        days_left=data.days_left,
        becomes=data.becomes,
        headlines=_headlines(data),
        top=causes[:TOP],
        others=causes[TOP:],
        consequences=_consequences(data),
        measures=_measures(data),
        comparison=data.comparison,
        compared=_compared(data),
        published=_published(data),
        tables=_tables(data),
        fields=_fields(data),
        files=_files(data),
        method=method if data.stake else "",
        settings=data.settings,
        declared=data.declared,
        plan=review_words(data.review) if data.review else "",
        progress=review_table(data.review) if data.review else None,
        checked_at=moment(data.checked_at),
        name=data.told_name,
    )


def _title(data: CheckData) -> str:
    if not data.report.period:
        return capital(f"{data.told_name}: {outcome(data)}")
    return f"{data.report.provider}, {period_words(data.report.period)}: {outcome(data)}"


def _headlines(data: CheckData) -> list[tuple[str, str]]:
    read = sum(counts.read for counts in data.report.tables.values())
    rejected = sum(counts.rejected for counts in data.report.tables.values())
    warned = sum(counts.warned for counts in data.report.tables.values())
    found = [("records read", whole(read))]
    # Of a file that is refused nothing is kept, for whatever reason.
    if data.report.status == "accepted":
        found += [("rejected", whole(rejected)), ("kept with a warning", whole(warned))]
    else:
        found.append(("kept, since the file is refused", whole(0)))
    if data.stake:
        found.append(("of activity at stake", pounds_about(data.stake.at_stake_pence)))
    return found


def _told(one: CostedFinding) -> dict[str, object]:
    finding = one.finding
    place = ".".join(part for part in (finding.table, finding.field) if part)
    measures = [
        f"{m.title}: {m.rows:,} of {m.of:,} {KINDS.get(m.kind, 'rows')}" for m in one.measures
    ]
    return {
        "heading": heading(one),
        "harm": harm(one),
        "records": first_records(one, 10),
        "commonest": commonest(finding),
        "remedy": finding.remedy,
        "message": finding.message if one.title == finding.rule else "",
        "severity": SEVERITIES[finding.severity],
        "rejects": one.rejects,
        "rule": f"{finding.rule}, {place}",
        "measures": measures,
    }


def _consequences(data: CheckData) -> Table | None:
    if not data.consequences:
        return None
    head = columns("Records", "Rejected #", "Of #", "Share #")
    rows = tuple(
        (
            Cell(one.title),
            whole(one.finding.count),
            whole(one.of),
            percent(one.share) if one.share else "",
        )
        for one in data.consequences
    )
    return Table("Records that fell with another", head, rows)


def _measures(data: CheckData) -> Table | None:
    if data.stake is None or not data.stake.measures:
        return None
    head = columns("Measure", "Counted #", "Out of #", "Value #", "Lost or uncertain #")
    rows = tuple(
        (
            Cell(m.title),
            whole(m.numerator),
            whole(m.denominator),
            figure(m.value, m.unit),
            whole(m.touched),
        )
        for m in data.stake.measures
    )
    note = (
        "Of this file alone, as it stands. Lost or uncertain are the rows that findings touch, "
        "each counted once. Measures that look back over several months are left out."
    )
    return Table("Measures that this file gives", head, rows, note=note)


def _compared(data: CheckData) -> Table | None:
    """All that was compared, what stands out first."""
    if not data.comparison.series:
        return None
    told = {change.what: change.sentence for change in data.comparison.changes}
    head = columns("What", "This file #", "Before #")
    rows = tuple(
        (Cell(what, note=told.get(what, "")), _figure(now, share), _figure(before, share))
        for what, now, before, share in sorted(
            data.comparison.series, key=lambda row: row[0] not in told
        )
    )
    return Table("This file beside the one before", head, rows)


def _published(data: CheckData) -> Table | None:
    if not data.comparison.published:
        return None
    head = columns("What", "Published for", "Published #", "This file #")
    rows = tuple(
        (
            Cell(one.what, note=one.note),
            one.of,
            _figure(one.value, one.share),
            _figure(one.now, one.share),
        )
        for one in data.comparison.published
    )
    note = (
        "This file's accepted records, counted as the publication counts them: referrals received "
        "in the month, contacts attended or not, people once, ages of those whose age is known."
    )
    return Table("This file beside the provider's published figures", head, rows, note=note)


def _figure(value: float | None, share: bool) -> str:
    return figure(value, "percent" if share else "number")


def _tables(data: CheckData) -> Table:
    head = columns("Table", "Read #", "Accepted #", "Rejected #", "Duplicate #", "With a warning #")
    rows: tuple[Row, ...] = tuple(
        (
            Cell(name, note=nouns(name)),
            *map(whole, (c.read, c.accepted, c.rejected, c.duplicate, c.warned)),
        )
        for name, c in data.report.tables.items()
    )
    return Table("Records by table", head, rows)


def _fields(data: CheckData) -> Table | None:
    if not data.fields.num_rows:
        return None
    kinds = ("records", "valid", "other", "default", "invalid", "missing")
    head = columns("Field", *(f"{kind.capitalize()} #" for kind in kinds))
    rows: tuple[Row, ...] = tuple(
        (Cell(f"{row['table']}.{row['field']}"), *(whole(row[kind]) for kind in kinds))
        for row in data.fields.to_pylist()
    )
    note = "Valid, other, default, invalid and missing add up to the records of the table."
    return Table("What was sent in each field", head, rows, note=note)


def _files(data: CheckData) -> Table | None:
    files = data.report.files or {}
    if not files:
        return None
    names = list(dict.fromkeys(key for file in files.values() for key in file))
    head = columns("Table", *(name.replace("_", " ").capitalize() for name in names))
    rows: tuple[Row, ...] = tuple(
        (Cell(table), *(str(file.get(name, "")) for name in names)) for table, file in files.items()
    )
    return Table("How each table was read", head, rows)
