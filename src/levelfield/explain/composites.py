"""A composite walked back: the measures that it is the mean of, each with a key of its own."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.benchmark import reading_of_composite
from levelfield.core.values import ALL, NATIONAL
from levelfield.disclosure import Audience, disclose, load_rules
from levelfield.explain.explanation import Check, Explanation, Part, parts
from levelfield.explain.source import Ground
from levelfield.explain.words import count, figure, interval
from levelfield.measures import (
    Composite,
    compose_values,
    load_composites,
    load_measures,
    value_kinds,
)
from levelfield.measures.cells import KEYS

Row = Mapping[str, object]


def explain_composite(ground: Ground, key: str, audience: Audience) -> Explanation | None:
    """The composite's value with this key; None where no composite has it.

    The public sees the mean of what it may see of the parts. What stands behind a part is told by
    the part's own key.
    """
    table = ground.results.read("composites")
    found = table.filter(pc.equal(table["lineage"], key)).to_pylist()
    if not found:
        return None
    composite = load_composites()[found[0]["measure"]]
    values = _parts(ground, composite, audience)
    if audience == "public":
        made = compose_values(composite, values)
        found = made.filter(pc.equal(made["lineage"], key)).to_pylist()
    row = found[0]
    held = _beside(values, row)
    return Explanation(
        key=key,
        kind="value",
        title=f"{composite.title}: {_whose(row)}, {row['period']}",
        audience=audience,
        figure=_figure(row, reading_of_composite(composite).unit),
        definition=_definition(composite),
        rule=tuple(_rule(composite, held)),
        checks=(_check(composite, row, held),),
        notes=(
            "Records and submissions stand behind the parts: levelfield explain tells of each part "
            "by its own key.",
            *_version_note(composite, row),
            *composite.caveats,
        ),
    )


def _parts(ground: Ground, composite: Composite, audience: Audience) -> pa.Table:
    """The values of the measures that it is made of, as the audience may see them."""
    values = ground.results.read("values")
    if audience == "public":
        known = load_measures()
        # A measure's values are protected together with those of its own parts.
        name = pc.list_element(pc.split_pattern(values["measure"], ".", max_splits=1), 0)
        values = values.filter(pc.is_in(name, pa.array(composite.weights)))
        rules = {name: load_rules()[known[name].small_numbers] for name in composite.weights}
        kinds = value_kinds(known[name] for name in composite.weights)
        values, _ = disclose(values, "public", rules=rules, kinds=kinds, whole=True)
    return values.filter(pc.is_in(values["measure"], pa.array(composite.weights)))


def _beside(values: pa.Table, row: Row) -> dict[str, Row]:
    """The parts of one cell by measure."""
    for name in KEYS:
        values = values.filter(pc.equal(values[name], row[name]))
    return {one["measure"]: one for one in values.to_pylist()}


def _whose(row: Row) -> str:
    who = "all providers of this home" if row["org_code"] == NATIONAL else str(row["org_code"])
    if row["stratifier"] == ALL:
        return who
    return f"{who}, {str(row['stratifier']).replace('_', ' ')} {row['stratum']}"


def _figure(row: Row, unit: str) -> tuple[Part, ...]:
    return parts(
        [
            ("Value", figure(row["value"], unit)),
            ("Interval", interval(row["lower"], row["upper"], unit)),
            ("Fewest behind a part", count(row["denominator"])),
            ("Method", row["method"]),
            ("Flags", str(row["flags"]).replace(";", "; ")),
        ]
    )


def _definition(composite: Composite) -> tuple[Part, ...]:
    return parts(
        [
            ("Composite", f"{composite.id}, version {composite.version}"),
            ("Purpose", composite.purpose),
            ("Source", composite.source),
            ("Authored by", composite.authored_by),
            ("Reviewed on", composite.reviewed_on),
            ("Next review", composite.next_review),
            ("File", f"definitions/composites/{composite.id}.yaml"),
        ]
    )


def _rule(composite: Composite, held: Mapping[str, Row]) -> list[str]:
    """Each part with its weight, its value and its key."""
    weights, titles = composite.weights, load_measures()
    said = ["The mean of these, by weight; where one of them has no value there is none."]
    for part in composite.parts:
        row = held[part.measure]
        said.append(
            f"{titles[part.measure].title}: {figure(row['value'], 'percent')}, weight "
            f"{weights[part.measure]:.0%} ({part.why}). Key {row['lineage']}."
        )
    return said


def _check(composite: Composite, row: Row, held: Mapping[str, Row]) -> Check:
    """The mean taken once more, part by part."""
    values = [held[name]["value"] for name in composite.weights]
    if any(value is None for value in values):
        return Check("A part has no value, and so the mean has none.", row["value"] is None)
    again = 0.0
    for weight, value in zip(composite.weights.values(), values, strict=True):
        again += weight * float(str(value))
    stands = row["value"]
    agrees = isinstance(stands, float) and abs(stands - again) <= 1e-9
    return Check(f"Taken again from its parts the mean is {figure(again, 'percent')}.", agrees)


def _version_note(composite: Composite, row: Row) -> tuple[str, ...]:
    if str(row["version"]) == str(composite.version):
        return ()
    return (
        f"The figure was made by version {row['version']}; the definition shown here is version "
        f"{composite.version}. Build again to have both alike.",
    )
