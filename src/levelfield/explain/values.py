"""A value walked back: its definition, the rows that count, and what was left out."""

from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc

from levelfield import quality
from levelfield.benchmark import reading_of_measure
from levelfield.core.errors import UsageError
from levelfield.core.values import ALL
from levelfield.disclosure import Audience, disclose, load_rules
from levelfield.explain.cell import Cell, recount
from levelfield.explain.explanation import (
    Assumption,
    Explanation,
    Part,
    parts,
)
from levelfield.explain.reckoning import (
    Row,
    check,
    counts,
    quotient,
    records,
    spread,
)
from levelfield.explain.source import Ground
from levelfield.explain.words import SAID, count, figure, interval
from levelfield.facts import load_fact
from levelfield.measures import (
    Measure,
    MissingAttendance,
    columns_read,
    evaluate,
    find_measure,
    in_words,
    load_measures,
    value_kinds,
)
from levelfield.measures.calendar import Calendar
from levelfield.measures.queries import depends_on_attendance
from levelfield.payment import service_name

_OTHERWISE = (
    "This value is not among the results of the build, which leave contacts without an attendance "
    "code out: it was counted just now from the facts, as measure --missing-attendance attended "
    "does.",
)


def explain_value(ground: Ground, key: str, audience: Audience) -> Explanation:
    """The value with this key; raises UsageError when the present build has none.

    A build leaves contacts without an attendance code out. A key that it does not hold may be of a
    value that counted them as attended: those are counted again now, and the words say so.
    """
    choice: MissingAttendance = "left_out"
    table, row = _with_key(ground.results.read("values"), key)
    if row is None:
        choice = "attended"
        table, row = _counted_otherwise(ground, key, choice)
    name, _, part = str(row["measure"]).partition(".")
    measure = find_measure(name)
    cell = Cell(*(str(row[k]) for k in Cell.__dataclass_fields__))
    engine = ground.engine(measure.fact)
    calendar = Calendar.from_coverage(ground.held(measure.fact).coverage)
    engine.view("measure_period", calendar.table(measure))
    made, queries = recount(engine, measure, cell, choice)
    shown = _public_row(table, row) if audience == "public" else row
    months = calendar.periods(measure)[cell.period]
    earlier = [months[0].plus(-n) for n in range(measure.history, 0, -1)]
    own: tuple[Part, ...] = ()
    if audience == "party":
        own = (*spread(made), *_for_the_public(table, row, measure))
    explanation = Explanation(
        key=key,
        kind="value",
        title=f"{measure.title}: {_whose(cell)}, {cell.period}",
        audience=audience,
        figure=(*_figure(measure, part, shown), *own),
        definition=_definition(measure),
        rule=tuple(_rule(measure)),
        assumptions=tuple(_assumptions(ground, measure, part, cell, choice)),
        query=tuple(queries),
        parameters=tuple(Part(k, f"'{v}'") for k, v in cell.parameters.items()),
        submissions=ground.sources(measure.fact, made.providers, [*earlier, *months]),
        counts=tuple(counts(measure, made)),
        checks=(check(part, row, made),),
        records=records(measure, made),
        notes=(
            *ground.notes,
            *(_OTHERWISE if choice == "attended" else ()),
            *_version_note(measure, row),
            *_breaks(ground, row),
            *_submitters(ground, measure, row, made.providers),
            *measure.caveats,
        ),
    )
    return explanation if audience == "party" else explanation.without_details()


def _with_key(table: pa.Table, key: str) -> tuple[pa.Table, Row | None]:
    """The table, and its row with this key."""
    rows = table.filter(pc.equal(table["lineage"], key)).to_pylist()
    if len(rows) > 1:
        named = (f"{r['measure']} of {r['org_code']}, {r['period']}" for r in rows)
        raise UsageError(
            f"By chance {key} is the key of {len(rows)} figures ({'; '.join(named)}), so that none "
            "of them can be explained by it. Count the measure with levelfield measure."
        )
    return table, rows[0] if rows else None


def _counted_otherwise(ground: Ground, key: str, choice: MissingAttendance) -> tuple[pa.Table, Row]:
    """The value with this key among those of the choice that a build does not make."""
    for measure in load_measures().values():
        if depends_on_attendance(measure):
            engine = ground.engine(measure.fact)
            values = evaluate(engine, measure, ground.snapshot, ground.coverage, choice)
            table, row = _with_key(values, key)
            if row is not None:
                return table, row
    return ground.refuse(key)


def _whose(cell: Cell) -> str:
    who = "all providers of this home" if cell.org_level == "national" else cell.org_code
    if cell.stratifier == ALL:
        return who
    stratum = cell.stratum
    if cell.stratifier == "service" and stratum != "not known":
        stratum = f"{service_name(stratum)} ({stratum})"
    return f"{who}, {cell.stratifier.replace('_', ' ')} {stratum}"


def _figure(measure: Measure, part: str, row: Row) -> tuple[Part, ...]:
    reading = reading_of_measure(measure, str(row["period"]))
    unit = "percent" if measure.gap and part else reading.unit
    return parts(
        [
            ("Value", figure(row["value"], unit, reading.per)),
            ("Interval", interval(row["lower"], row["upper"], unit, reading.per)),
            ("Numerator", count(row["numerator"])),
            ("Denominator", count(row["denominator"])),
            ("Part", part.replace("_", " ")),
            ("Method", row["method"]),
            ("Flags", str(row["flags"]).replace(";", "; ")),
        ]
    )


def _for_the_public(table: pa.Table, row: Row, measure: Measure) -> tuple[Part, ...]:
    """How the same figure stands on a public page, where that is not how it stands here."""
    shown = _public_row(table, row)
    if shown["value"] == row["value"] and shown["denominator"] == row["denominator"]:
        return ()
    if shown["value"] is None:
        return (
            Part(
                "On public pages", "suppressed: it, or what could be worked out from it, is small"
            ),
        )
    part = str(row["measure"]).partition(".")[2]
    figures = [f"{p.label.lower()} {p.text}" for p in _figure(measure, part, shown)[:4]]
    return (Part("On public pages", f"{', '.join(figures)} (rounded)"),)


def _public_row(table: pa.Table, row: Row) -> Row:
    """The row as disclosure leaves it, which depends on the rows beside it."""
    name = str(row["measure"]).partition(".")[0]
    own = pc.equal(table["measure"], name)
    own = pc.or_(own, pc.starts_with(table["measure"], f"{name}."))
    measure = find_measure(name)
    rules = {name: load_rules()[measure.small_numbers]}
    kinds = value_kinds([measure])
    shown, _ = disclose(table.filter(own), "public", rules=rules, kinds=kinds, whole=True)
    found: Row = shown.filter(pc.equal(shown["lineage"], row["lineage"])).to_pylist()[0]
    return found


def _definition(measure: Measure) -> tuple[Part, ...]:
    return parts(
        [
            ("Measure", f"{measure.id}, version {measure.version}"),
            ("Purpose", measure.purpose),
            ("Source", measure.source),
            ("Authored by", measure.authored_by),
            ("Reviewed on", measure.reviewed_on),
            ("Next review", measure.next_review),
            ("File", f"definitions/measures/{measure.id}.yaml"),
        ]
    )


def _rule(measure: Measure) -> Iterator[str]:
    words = in_words(measure)
    yield f"Who counts: {words.who_counts}"
    yield from (f"Left out: {reason}" for reason in words.who_does_not)
    yield f"What is counted: {words.what_is_counted}"
    yield words.how_it_is_shown
    yield words.polarity
    for standard in words.standards:
        yield f"Standard: {standard}"
    yield from words.notes


def _assumptions(
    ground: Ground, measure: Measure, part: str, cell: Cell, choice: MissingAttendance
) -> Iterator[Assumption]:
    if not depends_on_attendance(measure):
        return
    opposite: MissingAttendance = "attended" if choice == "left_out" else "left_out"
    other, _ = recount(ground.engine(measure.fact), measure, cell, opposite)
    reading = reading_of_measure(measure, cell.period)
    one = other.figures[part]
    value = figure(one.value, reading.unit, reading.per)
    counts = f", {quotient(one)}" if one.numerator is not None else ""
    yield Assumption(
        f"A contact without an attendance code is {SAID[choice]}.",
        f"Were it {SAID[opposite]}, the value would be {value}{counts}.",
    )


def _breaks(ground: Ground, row: Row) -> list[str]:
    breaks = quality.find_breaks(ground.warehouse.home, ground.coverage)
    columns = columns_read().get(str(row["measure"]).partition(".")[0], frozenset())
    return [f"Break in series, {words}" for words in quality.told(breaks, row, columns)]


def _submitters(ground: Ground, measure: Measure, row: Row, providers: Iterable[str]) -> list[str]:
    """Who behind the figure has not submitted all of its period: missing, which is not zero."""
    if load_fact(measure.fact).every:
        return []
    matrix = ground.results.read("coverage_matrix")
    found = quality.submitters(matrix, str(row["period"]))
    few = [one for one in quality.inconsistent(found) if one.provider in set(providers)]
    if not few:
        return []
    named = "; ".join(f"{one.provider} ({one.words})" for one in few)
    return [f"No consistent submitter over the period, and not counted as zero: {named}."]


def _version_note(measure: Measure, row: Row) -> tuple[str, ...]:
    if str(row["version"]) == str(measure.version):
        return ()
    return (
        f"The figure was made by version {row['version']}; the definition shown and recounted here "
        f"is version {measure.version}. Build again to have both alike.",
    )
