"""A currency cell walked back: which rows of the decision tables fired, for which contacts."""

import pyarrow.compute as pc

from levelfield.core.periods import Month
from levelfield.currencies import Scheme, load_scheme
from levelfield.disclosure import Audience
from levelfield.explain.explanation import (
    Check,
    Explanation,
    Part,
    Source,
    currency_key,
    parts,
)
from levelfield.explain.source import Ground
from levelfield.explain.units import (
    FoundUnits,
    assumptions,
    find_units,
    open_units,
    rule_counts,
    rule_sentences,
)
from levelfield.explain.words import count_for


def explain_currency(ground: Ground, key: str, audience: Audience) -> Explanation:
    """The currency or error class over all providers with this key; raises UsageError."""
    scheme = load_scheme(str(ground.results.about()["scheme"]))
    names = [*scheme.currencies, *scheme.classes]
    found = [name for name in names if currency_key(scheme.id, name, ground.snapshot) == key]
    if not found:
        ground.refuse(key)
    name = found[0]
    column = "currency" if name in scheme.currencies else "error_class"
    units = find_units(open_units(ground, scheme), {column: name})
    counts = ground.results.read(f"counts-{scheme.id}")
    stored = pc.sum(counts.filter(pc.equal(counts[column], name))["units"]).as_py() or 0
    explanation = Explanation(
        key=key,
        kind="currency cell",
        title=f"{name}, {_title(scheme, name)}: contacts of all providers",
        audience=audience,
        figure=parts([("Contacts", count_for(audience, stored)), *_meaning(scheme, name)]),
        definition=scheme_parts(scheme),
        rule=rule_sentences(scheme, units),
        assumptions=assumptions(units),
        query=units.queries,
        parameters=(Part(column, f"'{name}'"),),
        submissions=sources(ground, units),
        counts=rule_counts(units),
        checks=(check_units(units, stored),),
        records=units.records,
        notes=ground.notes,
    )
    return explanation if audience == "party" else explanation.without_details()


def scheme_parts(scheme: Scheme) -> tuple[Part, ...]:
    choices = scheme.parameters
    return parts(
        [
            ("Scheme", f"{scheme.title} ({scheme.id}, version {scheme.version})"),
            ("Status", scheme.status),
            ("Source", scheme.source),
            ("Authored by", scheme.authored_by),
            ("Reviewed on", scheme.reviewed_on),
            (
                "Parameters",
                f"missing attendance {choices.missing_attendance.replace('_', ' ')}; group not "
                f"known: {choices.group_unknown.replace('_', ' ')}; a child to the age of "
                f"{choices.child_to_age}",
            ),
            ("Tables", f"definitions/currencies/{scheme.id}: {', '.join(scheme.tables)}"),
        ]
    )


def check_units(units: FoundUnits, stored: int) -> Check:
    """The units counted one by one against a figure that was stored."""
    agrees = units.units == stored
    verdict = "agrees" if agrees else f"DIFFERS from the stored {stored:,}"
    return Check(f"Recounted from the units of care: {units.units:,}; {verdict}.", agrees)


def sources(ground: Ground, units: FoundUnits) -> tuple[Source, ...]:
    """The submissions that some units come from."""
    periods = {Month.parse(period) for _, period in units.groups}
    return ground.submissions({provider for provider, _ in units.groups}, periods)


def _title(scheme: Scheme, name: str) -> str:
    return scheme.currencies[name] if name in scheme.currencies else scheme.classes[name].title


def _meaning(scheme: Scheme, name: str) -> list[tuple[str, object]]:
    if name in scheme.currencies:
        return []
    one = scheme.classes[name]
    worth = "nothing" if one.estimate == "nothing" else "the mean price of a classed contact"
    return [("Meaning", one.meaning), ("What helps", one.remedy), ("In an estimate", worth)]
