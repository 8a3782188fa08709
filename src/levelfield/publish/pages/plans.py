"""Plan beside actual, for the page of a statement."""

from collections import Counter
from collections.abc import Sequence

from levelfield.core.dates import period_words
from levelfield.core.money import format_pounds
from levelfield.currencies import Scheme
from levelfield.payment import bridge, service_name
from levelfield.payment.scenarios import PlanLine, PlannedStatement
from levelfield.publish.pages.sums import sum_names
from levelfield.publish.parts import Cell, Figure, Row, Table, columns
from levelfield.publish.waterfall import bridge_figure
from levelfield.publish.words import whole

_KEYED = "What is paid adds up the keyed lines of this statement."
_SUMS = f"Variance is actual less plan. The lines sum to the totals of both, to the penny. {_KEYED}"


def plan_figure(made: PlannedStatement) -> Figure:
    """From the plan to what is paid, a step a service."""
    plan, actual = made.plan.total_pence, made.actual.total_pence
    contract, period = made.actual.contract, made.actual.period
    drawn = bridge("Plan", plan, _variances(made), "Actual", actual)
    return bridge_figure(
        f"plan-{contract.id}-{period}", drawn, plan_sentence(made), table_note=_KEYED
    )


def plan_sentence(made: PlannedStatement) -> str:
    """What was planned and paid, and the service that made most of the difference."""
    plan, actual = made.plan.total_pence, made.actual.total_pence
    if plan == actual:
        return f"Planned and paid: {format_pounds(actual)}."
    more = "more" if actual > plan else "less"
    what, variance = max(_variances(made).items(), key=lambda one: abs(one[1]))
    return (
        f"{format_pounds(actual)} is {format_pounds(abs(actual - plan))} {more} than the plan of "
        f"{format_pounds(plan)}. Largest variance: {what}, "
        f"{format_pounds(variance)}."
    )


def _variances(made: PlannedStatement) -> Counter[str]:
    """Pence by service; a sum for several services, or for none, by how it is paid."""
    sums = sum_names(made.actual.contract)
    found: Counter[str] = Counter()
    for line in made.lines:
        if line.variance_pence:
            name = service_name(line.service) if line.service else sums[line.term, line.kind]
            found[name] += line.variance_pence
    return found


def plan_tables(made: PlannedStatement, scheme: Scheme | None) -> list[Table]:
    """Plan, actual and variance by line, and by month where there is more than one."""
    found = [_lines(made, scheme)]
    months = dict.fromkeys(line.period for line in made.lines)
    if len(months) > 1:
        found.insert(0, _months(made, list(months)))
    return found


def _months(made: PlannedStatement, months: Sequence[str]) -> Table:
    rows: list[Row] = []
    for month in months:
        own = [line for line in made.lines if line.period == month]
        planned, paid = sum(line.planned_pence for line in own), sum(line.pence for line in own)
        rows.append((Cell(period_words(month)), *_pounds(planned, paid)))
    rows.append(_total(made, "Total"))
    head = columns("Month", "Plan #", "Actual #", "Variance #")
    return Table("Plan and actual by month", head, tuple(rows), note=_SUMS)


def _lines(made: PlannedStatement, scheme: Scheme | None) -> Table:
    names = scheme.currencies if scheme else {}
    rows: list[Row] = [
        (
            Cell(_what(line), note=names.get(line.currency or "", "")),
            line.term,
            line.currency or "",
            *((whole(line.planned_units), whole(line.units)) if line.currency else ("", "")),
            *(_pounds(line.planned_pence, line.pence) if _is_paid(line) else ("", "", "")),
        )
        for line in made.over_months()
    ]
    what, *rest = _total(made, "Total")
    rows.append((what, *(Cell("", kind="total") for _ in range(4)), *rest))
    heads = ("What", "Term", "Currency", "Planned units #", "Units #", "Plan #", "Actual #")
    head = columns(*heads, "Variance #")
    note = f"Units without pounds are paid for by the sum of their term. {_SUMS}"
    return Table("Plan and actual by service and currency", head, tuple(rows), note=note)


def _what(line: PlanLine) -> str:
    return service_name(line.service) if line.service else "Sum of the term"


def _is_paid(line: PlanLine) -> bool:
    return not line.currency or bool(line.planned_pence or line.pence)


def _pounds(planned: int, paid: int) -> tuple[str, str, str]:
    return format_pounds(planned), format_pounds(paid), format_pounds(paid - planned)


def _total(made: PlannedStatement, name: str) -> Row:
    amounts = _pounds(made.plan.total_pence, made.actual.total_pence)
    return tuple(Cell(text, kind="total") for text in (name, *amounts))
