"""A value walked back: its definition, the rows that count, and what was left out."""

from collections.abc import Iterator, Mapping
from math import isclose

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.benchmark import reading_of_measure
from levelfield.core.values import ALL
from levelfield.disclosure import Audience, disclose
from levelfield.explain.cell import Cell, Recount, recount
from levelfield.explain.explanation import (
    Assumption,
    Check,
    Count,
    Explanation,
    Part,
    Records,
    parts,
)
from levelfield.explain.source import Ground
from levelfield.explain.words import figure, record_rows
from levelfield.measures import Measure, find_measure, in_words
from levelfield.measures.calendar import Calendar
from levelfield.measures.definition import Gap
from levelfield.measures.queries import depends_on_attendance
from levelfield.payment import service_name
from levelfield.statistics import quantile

PROBABILITIES = {"": 0.5, "lower_quartile": 0.25, "upper_quartile": 0.75}
"""The quantile of a median's parts."""

Row = Mapping[str, object]


def explain_value(ground: Ground, key: str, audience: Audience) -> Explanation:
    """The value with this key; raises UsageError when the present build has none."""
    table = ground.results.read("values")
    found = table.filter(pc.equal(table["lineage"], key)).to_pylist()
    if not found:
        ground.refuse(key)
    row = found[0]
    name, _, part = str(row["measure"]).partition(".")
    measure = find_measure(name)
    cell = Cell(*(str(row[k]) for k in Cell.__dataclass_fields__))
    engine = ground.engine(measure.fact)
    calendar = Calendar.from_coverage(ground.coverage)
    engine.view("measure_period", calendar.table(measure))
    made, queries = recount(engine, measure, cell, "left_out")
    shown = _public_row(table, row) if audience == "public" else row
    months = calendar.periods(measure)[cell.period]
    earlier = [months[0].plus(-n) for n in range(measure.history, 0, -1)]
    own: tuple[Part, ...] = ()
    if audience == "party":
        own = (*_spread(measure, made), *_for_the_public(table, row, measure))
    explanation = Explanation(
        key=key,
        kind="value",
        title=f"{measure.title}: {_whose(cell)}, {cell.period}",
        audience=audience,
        figure=(*_figure(measure, part, shown), *own),
        definition=_definition(measure),
        rule=tuple(_rule(measure)),
        assumptions=tuple(_assumptions(ground, measure, part, cell)),
        query=tuple(queries),
        parameters=tuple(Part(k, f"'{v}'") for k, v in cell.parameters.items()),
        submissions=ground.submissions(made.providers, [*earlier, *months]),
        counts=tuple(_counts(measure, made)),
        checks=(_check(measure, part, row, made),),
        records=_records(measure, made),
        notes=(*ground.notes, *_version_note(measure, row), *measure.caveats),
    )
    return explanation if audience == "party" else explanation.without_details()


def value_of(measure: Measure, part: str, made: Recount) -> float | None:
    """The value of a measure, or of a part of it, from its recount; None without a denominator."""
    if measure.observation:
        if not made.histogram:
            return None
        probability = PROBABILITIES[part]
        return quantile(list(made.histogram), list(made.histogram.values()), probability)
    if measure.gap is None:
        return _share(made, ALL)
    gap = measure.gap
    if part:
        return _share(made, _group(gap, part))
    first, second = _share(made, gap.first), _share(made, gap.second)
    return None if first is None or second is None else first - second


def _share(made: Recount, group: str) -> float | None:
    size = made.sizes.get(group, 0)
    return made.hits[group] / size if size else None


def _group(gap: Gap, part: str) -> str:
    return gap.first if part == gap.first_name else gap.second


def _whose(cell: Cell) -> str:
    who = "all providers of this home" if cell.org_level == "national" else cell.org_code
    if cell.stratifier == ALL:
        return who
    stratum = cell.stratum
    if cell.stratifier == "service" and stratum != "not known":
        stratum = f"{service_name(stratum)} ({stratum})"
    return f"{who}, {cell.stratifier.replace('_', ' ')} {stratum}"


def _figure(measure: Measure, part: str, row: Row) -> tuple[Part, ...]:
    unit = reading_of_measure(measure, str(row["period"])).unit
    if measure.gap and part:
        unit = "percent"
    bounds = [figure(row[name], unit) for name in ("lower", "upper")]
    return parts(
        [
            ("Value", figure(row["value"], unit)),
            ("Interval", f"{bounds[0]} to {bounds[1]}" if row["lower"] is not None else None),
            ("Numerator", _number(row["numerator"])),
            ("Denominator", _number(row["denominator"])),
            ("Part", part.replace("_", " ")),
            ("Method", row["method"]),
            ("Flags", str(row["flags"]).replace(";", "; ")),
        ]
    )


def _number(value: object) -> str | None:
    return None if value is None else figure(value, "number")


def _spread(measure: Measure, made: Recount) -> tuple[Part, ...]:
    """The histogram behind a median, in one line."""
    if not made.histogram:
        return ()
    numbers = list(made.histogram.values())
    found = [
        f"{label} {figure(quantile(list(made.histogram), numbers, probability), 'number')}"
        for label, probability in _SPREAD
    ]
    return (Part("Observations", f"{sum(numbers):,}: {', '.join(found)}"),)


_SPREAD = (
    ("least", 0.0),
    ("lower quartile", 0.25),
    ("median", 0.5),
    ("upper quartile", 0.75),
    ("greatest", 1.0),
)


def _for_the_public(table: pa.Table, row: Row, measure: Measure) -> tuple[Part, ...]:
    """How the same figure stands on a public page, where that is not how it stands here."""
    shown = _public_row(table, row)
    if shown["value"] == row["value"] and shown["denominator"] == row["denominator"]:
        return ()
    if shown["value"] is None:
        return (Part("On public pages", "suppressed, since it rests on small numbers"),)
    part = str(row["measure"]).partition(".")[2]
    words = [f"{p.label.lower()} {p.text}" for p in _figure(measure, part, shown)[:4]]
    return (Part("On public pages", f"{', '.join(words)} (rounded)"),)


def _public_row(table: pa.Table, row: Row) -> Row:
    """The row as disclosure leaves it, which depends on the rows beside it."""
    name = str(row["measure"]).partition(".")[0]
    own = pc.equal(table["measure"], name)
    own = pc.or_(own, pc.starts_with(table["measure"], f"{name}."))
    shown, _ = disclose(table.filter(own), "public")
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
    if words.standard:
        yield f"Standard: {words.standard}"
    yield from words.notes


def _assumptions(ground: Ground, measure: Measure, part: str, cell: Cell) -> Iterator[Assumption]:
    if not depends_on_attendance(measure):
        return
    other, _ = recount(ground.engine(measure.fact), measure, cell, "attended")
    unit = reading_of_measure(measure, cell.period).unit
    value = figure(value_of(measure, part, other), unit)
    counts = "" if measure.gap or measure.observation else f", {_quotient(other)}"
    yield Assumption(
        "A contact without an attendance code is left out.",
        f"Were it counted as attended, the value would be {value}{counts}.",
    )


def _quotient(made: Recount) -> str:
    return f"{made.hits[ALL]:,} of {made.sizes[ALL]:,}"


def _counts(measure: Measure, made: Recount) -> Iterator[Count]:
    rows = made.rows
    yield Count(f"rows of the fact '{measure.fact}' that stand here", sum(rows.values()))
    yield Count("of these, not what the measure is about", rows.get("other", 0))
    for number, exclusion in enumerate(measure.exclusions, start=1):
        yield Count(f"left out: {exclusion.why}", rows.get(f"exclusion {number}", 0))
    if measure.observation:
        yield Count("left out: nothing to observe", rows.get("unobserved", 0))
    if measure.gap:
        yield Count("left out: in neither group compared", rows.get("not compared", 0))
    yield Count("rows that count", rows.get("counted", 0))
    if measure.gap:
        for group, name in [
            (measure.gap.first, measure.gap.first_name),
            (measure.gap.second, measure.gap.second_name),
        ]:
            yield Count(f"denominator, {name.replace('_', ' ')}", made.sizes.get(group, 0))
            yield Count(f"numerator, {name.replace('_', ' ')}", made.hits.get(group, 0))
        return
    persons = " (persons)" if measure.unit == "person" else ""
    yield Count(f"denominator{persons}", made.sizes[ALL])
    if measure.numerator:
        yield Count("numerator", made.hits[ALL])


def _check(measure: Measure, part: str, row: Row, made: Recount) -> Check:
    value = value_of(measure, part, made)
    stored = row["value"]
    agrees = value is not None and isinstance(stored, float) and isclose(value, stored)
    said = f"{value:.6g}" if value is not None else "no value"
    if measure.gap is None and measure.numerator:
        said = f"{_quotient(made)}, {said}"
        agrees = agrees and row["numerator"] == made.hits[ALL]
    size = sum(made.sizes.values())
    if measure.gap and part:
        size = made.sizes.get(_group(measure.gap, part), 0)
    agrees = agrees and row["denominator"] == size
    verdict = "agrees" if agrees else f"DIFFERS from the stored {stored}"
    return Check(f"Recounted from the facts: {said}; {verdict}.", agrees)


def _records(measure: Measure, made: Recount) -> tuple[Records, ...]:
    hit, missed = made.record_numbers
    groups = [
        ("In the numerator", hit, made.numerator_records),
        ("In the denominator only", missed, made.denominator_records),
    ]
    if measure.observation:
        groups = [("Observed", missed, made.denominator_records)]
    return tuple(
        Records(title, number, tuple(table.column_names), record_rows(table))
        for title, number, table in groups
        if number
    )


def _version_note(measure: Measure, row: Row) -> tuple[str, ...]:
    if str(row["version"]) == str(measure.version):
        return ()
    return (
        f"The figure was made by version {row['version']}; the definition shown and recounted here "
        f"is version {measure.version}. Build again to have both alike.",
    )
