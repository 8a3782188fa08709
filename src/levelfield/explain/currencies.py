"""A currency cell walked back: which rows of the decision tables fired, for which contacts."""

from collections import Counter
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from levelfield.core.periods import FinancialYear, Month, parse_period
from levelfield.core.values import ALL, NATIONAL
from levelfield.currencies import Scheme, group_and_count, load_scheme, schemes
from levelfield.disclosure import Audience
from levelfield.engine import compose
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
    """A currency or error class over all providers, or a provider's mix; raises UsageError.

    Those of a scheme that the build does not count are counted now, as they are for its page.
    """
    scheme, name, provider = _cell(ground, key)
    engine = open_units(ground, scheme)
    if scheme.id == ground.results.about()["scheme"]:
        counts = ground.results.read(f"counts-{scheme.id}")
    else:
        counts = engine.query(compose(group_and_count(scheme)))
    if name == ALL:
        wanted = {} if provider == NATIONAL else {"provider": provider}
        who = "all providers" if provider == NATIONAL else provider
        title = f"Units of {who} by kind of currency"
    else:
        wanted = {"currency" if name in scheme.currencies else "error_class": name}
        title = f"{name}, {_title(scheme, name)}: units of all providers"
    units = find_units(engine, scheme, wanted)
    for column, value in wanted.items():
        counts = counts.filter(pc.equal(counts[column], value))
    stored = pc.sum(counts["units"]).as_py() or 0
    figure: list[tuple[str, object]] = [
        (f"Units, each a {scheme.record.unit}", count_for(audience, stored))
    ]
    if name == ALL:
        mix = _mix(counts)
        figure = [(kind, count_for(audience, mix[kind])) for kind in _KINDS]
        checks = tuple(_check_kinds(scheme, units, mix))
    else:
        figure += _meaning(scheme, name)
        checks = (check_number(units.units, stored),)
    explanation = Explanation(
        key=key,
        kind="currency cell",
        title=title,
        audience=audience,
        figure=parts(figure),
        definition=scheme_parts(scheme),
        rule=(*((_HOW,) if name == ALL else ()), *rule_sentences(scheme, units)),
        assumptions=assumptions(units),
        query=units.queries,
        parameters=tuple(Part(column, f"'{value}'") for column, value in wanted.items()),
        submissions=sources(ground, units),
        counts=rule_counts(units),
        checks=checks,
        records=units.records,
        notes=ground.notes,
    )
    return explanation if audience == "party" else explanation.without_details()


def _cell(ground: Ground, key: str) -> tuple[Scheme, str, str]:
    """The scheme, the currency or class (or ALL) and the provider that a key is of."""
    providers = sorted(set(ground.coverage["provider"].to_pylist()))
    for scheme in map(load_scheme, schemes()):
        whole = [(name, NATIONAL) for name in (*scheme.currencies, *scheme.classes, ALL)]
        for name, provider in (*whole, *((ALL, one) for one in providers)):
            if currency_key(scheme.id, name, ground.snapshot, provider) == key:
                return scheme, name, provider
    return ground.refuse(key)


_NAMES = {"direct": "Direct", "nearest": "Nearest"}
_NONE = "No currency"
_KINDS = (*_NAMES.values(), _NONE)
_HOW = (
    "The row of the decision tables that fired says whether a unit has a direct currency, the "
    "nearest one, or none. Shares on public pages come from the rounded counts."
)


def _mix(counts: pa.Table) -> Counter[str]:
    """How many of the counted units are of each kind."""
    mix: Counter[str] = Counter()
    for row in counts.to_pylist():
        mix[_NAMES.get(row["basis"], _NONE)] += row["units"]
    return mix


def _check_kinds(scheme: Scheme, units: FoundUnits, mix: Counter[str]) -> Iterator[Check]:
    """Each kind counted again, by the rows that fired, against what is stored."""
    again: Counter[str] = Counter()
    for rule, number in units.rules.items():
        again[_NAMES.get(scheme.rule(rule).basis, _NONE)] += number
    for kind in _KINDS:
        agrees = again[kind] == mix[kind]
        verdict = "agrees" if agrees else f"DIFFERS from the stored {mix[kind]:,}"
        yield Check(f"{kind}, recounted from the units: {again[kind]:,}; {verdict}.", agrees)


def scheme_parts(scheme: Scheme) -> tuple[Part, ...]:
    return parts(
        [
            ("Scheme", f"{scheme.title} ({scheme.id}, version {scheme.version})"),
            ("Status", scheme.status),
            ("Source", scheme.source),
            ("Authored by", scheme.authored_by),
            ("Reviewed on", scheme.reviewed_on),
            (
                "Parameters",
                "; ".join(
                    f"{name.replace('_', ' ')}: {str(value).replace('_', ' ')}"
                    for name, value in scheme.choices.items()
                ),
            ),
            ("Tables", f"definitions/currencies/{scheme.id}: {', '.join(scheme.tables)}"),
        ]
    )


def check_number(number: int, stored: int, what: str = "units of care") -> Check:
    """What was counted one by one against a figure that was stored."""
    agrees = number == stored
    verdict = "agrees" if agrees else f"DIFFERS from the stored {stored:,}"
    return Check(f"Recounted from the {what}: {number:,}; {verdict}.", agrees)


def sources(ground: Ground, units: FoundUnits) -> tuple[Source, ...]:
    """The submissions that some units come from."""
    months = set[Month]()
    for text in {period for _, period in units.groups}:
        period = parse_period(text)
        months |= set(period.months) if isinstance(period, FinancialYear) else {period}
    return ground.submissions({provider for provider, _ in units.groups}, months)


def _title(scheme: Scheme, name: str) -> str:
    return scheme.currencies[name] if name in scheme.currencies else scheme.classes[name].title


def _meaning(scheme: Scheme, name: str) -> list[tuple[str, object]]:
    if name in scheme.currencies:
        return []
    one = scheme.classes[name]
    worth = "nothing" if one.estimate == "nothing" else "the mean price of a classed unit"
    return [("Meaning", one.meaning), ("What helps", one.remedy), ("In an estimate", worth)]
