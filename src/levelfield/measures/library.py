"""The measures that the package ships, checked when they are loaded."""

from collections.abc import Collection
from functools import cache
from pathlib import Path

from levelfield.core import definitions
from levelfield.core.errors import DefinitionError, UsageError
from levelfield.datasets import load_dataset
from levelfield.disclosure import load_rules
from levelfield.engine.predicates import check, columns_used, texts_compared
from levelfield.facts import OF_RETURN, Fact, load_facts
from levelfield.measures.code_lists import CodeList, load_code_lists, names_in, with_codes
from levelfield.measures.definition import STRATIFIER_COLUMNS, Measure, Unit
from levelfield.measures.queries import columns_needed
from levelfield.measures.sense import check_sense


@cache
def load_measures() -> dict[str, Measure]:
    """Every measure of the package by id, in alphabetical order; read once.

    Raises DefinitionError for the first file that does not make sense.
    """
    return read_measures(definitions.path("measures"))


def find_measure(measure_id: str) -> Measure:
    """The measure of that id; raises UsageError with the ids that there are."""
    known = load_measures()
    if measure_id in {file.stem for file in definitions.path("composites").glob("*.yaml")}:
        raise UsageError(
            f"'{measure_id}' is a composite, the mean of several measures. Its values are shown by "
            f"levelfield measure {measure_id}, on its page of a site, and by home.composites() in "
            "Python. Ask here for one of its parts."
        )
    if measure_id not in known:
        raise UsageError(f"There is no measure '{measure_id}'. There are: {', '.join(known)}.")
    return known[measure_id]


def read_measures(folder: Path) -> dict[str, Measure]:
    """The measures of a folder of YAML files, by id.

    Raises DefinitionError as `read_measure` does, and for a companion that is not there.
    """
    found = {measure.id: measure for measure in map(read_measure, sorted(folder.glob("*.yaml")))}
    if other := next(folder.glob("*.yml"), None):
        raise DefinitionError(f"{other}: {_ENDING}")
    for measure in found.values():
        check_companion(measure, found, folder / f"{measure.id}.yaml")
    return found


def check_companion(measure: Measure, known: Collection[str], file: Path) -> None:
    """Raises DefinitionError for a companion that is not among the measures that are known."""
    if measure.companion and measure.companion not in known:
        raise DefinitionError(
            f"{file}: 'companion': there is no measure '{measure.companion}'. "
            f"Known are: {', '.join(known)}."
        )


_ENDING = "the ending of a measure's file is .yaml: rename it, or it is not read."


def read_measure(file: Path) -> Measure:
    """One measure file, known to work over the facts.

    Raises DefinitionError that names file, key and remedy: for an unknown or missing key, a fact or
    column that does not exist, in an example too, a unit that is no row of the fact, an expression
    that is no condition over the fact's columns, a code that the data set does not know, and a rule
    of disclosure that leaves counts as they are. The examples are not counted here, and a companion
    is not looked for: `check_file` does that.
    """
    if file.suffix != ".yaml":
        raise DefinitionError(f"{file}: {_ENDING}")
    measure = _with_codes(definitions.load_yaml(file, Measure), load_code_lists(), file)
    if file.stem != measure.id:
        raise DefinitionError(
            f"{file}: 'id' is '{measure.id}': a measure's file is named after it, "
            f"here {measure.id}.yaml."
        )
    facts = load_facts()
    if measure.fact not in facts:
        raise DefinitionError(
            f"{file}: 'fact': there is no fact '{measure.fact}'. Known are: {', '.join(facts)}."
        )
    if measure.small_numbers not in load_rules():
        raise DefinitionError(
            f"{file}: 'small_numbers': there is no rule of disclosure '{measure.small_numbers}'. "
            f"Known are: {', '.join(load_rules())}."
        )
    if load_rules()[measure.small_numbers].as_it_is:
        raise DefinitionError(
            f"{file}: 'small_numbers' is '{measure.small_numbers}', a rule for figures that others "
            "have published: it would show counts of people here as they are. Take another of: "
            f"{', '.join(name for name, rule in load_rules().items() if not rule.as_it_is)}."
        )
    row = ROW_OF_FACT.get(measure.fact, "report")
    if measure.unit not in ("person", row):
        raise DefinitionError(
            f"{file}: 'unit' is '{measure.unit}', but a row of the fact '{measure.fact}' is a "
            f"{row}: write 'unit: {row}', or take another fact."
        )
    columns = facts[measure.fact].types
    for key, condition in measure.conditions:
        check(condition, columns, f"{file}: '{key}'")
        _check_codes(condition, facts[measure.fact], f"{file}: '{key}'")
    for key, number in measure.numbers:
        _check_number(number, columns, f"{file}: '{key}'")
    for key, column in _plain_columns(measure):
        if column not in columns:
            raise DefinitionError(
                f"{file}: '{key}': the fact '{measure.fact}' has no column '{column}'. "
                f"It has: {', '.join(columns)}."
            )
    check_sense(measure, facts[measure.fact], file)
    return measure


ROW_OF_FACT: dict[str, Unit] = {
    "person": "person",
    "caseload_person": "person",
    "contact": "contact",
    "activity": "activity",
    "referral": "referral",
    "referral_month": "referral",
    "caseload": "referral",
    "rtt": "clock",
    "assessment": "assessment",
    "referral_code": "assessment",
    "review_assessment": "assessment",
    "patient_reported_outcomes": "assessment",
    "care_plan": "care plan",
    "child_milestone": "child",
    "death": "death",
    "staff_day": "day",
}
"""What a row of each fact is, as a measure counts it; of all others a row is a report."""


def _with_codes(measure: Measure, lists: dict[str, CodeList], file: Path) -> Measure:
    """The measure with codes in place of the lists that its conditions name."""
    for name in measure.code_lists:
        if name not in lists:
            raise DefinitionError(
                f"{file}: 'code_lists': there is no code list '{name}'. "
                f"Known are: {', '.join(lists) or 'none'}."
            )
    named = [(key, names_in(text)) for key, text in [*measure.conditions, *measure.numbers]]
    for name in measure.code_lists:
        if not any(name in names for _, names in named):
            raise DefinitionError(
                f"{file}: 'code_lists': no condition names '{name}' in braces, as in "
                f"snomed_id IN {{{name}}}. Use it, or leave it out."
            )
    for key, names in named:
        for name in names:
            if name not in measure.code_lists:
                raise DefinitionError(
                    f"{file}: '{key}' names the code list '{name}', which is not among the "
                    "measure's 'code_lists'. Add it there, or write the codes."
                )
    if not measure.code_lists:
        return measure
    return Measure.model_validate(_replaced(measure.model_dump(by_alias=True), lists))


def _replaced(content: object, lists: dict[str, CodeList], sql: bool = False) -> object:
    """The content of a measure file with every expression's lists replaced."""
    if isinstance(content, dict):
        return {key: _replaced(one, lists, key in _EXPRESSIONS) for key, one in content.items()}
    if isinstance(content, list | tuple):
        return [_replaced(one, lists) for one in content]
    return with_codes(content, lists) if sql and isinstance(content, str) else content


_EXPRESSIONS = frozenset({"when", "applies", "met", "sum", "value"})


def _check_codes(condition: str, fact: Fact, where: str) -> None:
    """A code that the data set does not know would be compared with in vain."""
    lists = {column.name: column.codes for column in fact.columns if column.codes}
    for column, code in texts_compared(condition, where):
        known = load_dataset().codes[lists[column]] if column in lists else {code: None}
        if code not in known:
            raise DefinitionError(
                f"{where}: '{code}' is no code of the column '{column}'. Its codes are: "
                f"{', '.join(known)}."
            )


def _check_number(expression: str, columns: dict[str, str], where: str) -> None:
    """An observation is an expression whose size can be compared; text is caught by its cast."""
    check(f"({expression}) IS NOT NULL", columns, where)
    kinds = {columns[name] for name in columns_used(expression, where)}
    if not kinds <= {"INTEGER", "BIGINT", "DOUBLE"}:
        raise DefinitionError(f"{where}: '{expression}' is not a number: use columns of numbers.")


def _plain_columns(measure: Measure) -> list[tuple[str, str]]:
    """Columns that the language itself reads, with the key that asks for them."""
    wanted = [("period_column", measure.period_column)]
    wanted += [("stratifiers", STRATIFIER_COLUMNS[name]) for name in measure.stratifiers]
    wanted += [("fact", "provider"), ("fact", "commissioner")]
    if measure.unit == "person":
        wanted.append(("unit", "person_id"))
    if measure.gap:
        wanted.append(("gap.column", measure.gap.column))
    if measure.statistic == "slope":
        wanted.append(("statistic", "deprivation_fifth"))
    if measure.adjustment:
        wanted += [("adjustment.by", name) for name in measure.adjustment.by]
    return wanted


@cache
def columns_read() -> dict[str, frozenset[str]]:
    """The columns of its fact that each measure reads, by its id; found once, by parsing them all.

    Where the fact is of returns, `OF_RETURN` is among them.
    """
    facts = load_facts()
    return {
        measure.id: frozenset(columns_needed(measure))
        | ({OF_RETURN} if facts[measure.fact].every else frozenset())
        for measure in load_measures().values()
    }
