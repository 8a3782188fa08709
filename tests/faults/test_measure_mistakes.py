"""A measure file with a mistake is refused when it is loaded, and the message says where."""

import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from levelfield.cli.app import application
from levelfield.core import definitions
from levelfield.core.errors import DefinitionError, UsageError
from levelfield.datasets import load_dataset
from levelfield.engine import open_engine
from levelfield.facts import load_facts
from levelfield.measures import count_example, find_measure, read_measure, read_measures
from levelfield.measures.examples import example_table
from levelfield.measures.library import ROW_OF_FACT

SOUND = yaml.safe_load((definitions.path("measures") / "dna_rate.yaml").read_text("utf-8"))


def write(folder: Path, **changed: object) -> Path:
    """The measure dna_rate with some keys changed, or left out by None."""
    content = {key: value for key, value in {**SOUND, **changed}.items() if value is not None}
    file = folder / "dna_rate.yaml"
    file.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return file


def test_the_unchanged_file_is_sound(tmp_path):
    assert read_measure(write(tmp_path)).id == "dna_rate"


MISTAKES = [
    ({"numerater": "x"}, "'numerater' is not a key that is known here"),
    ({"purpose": None}, "'purpose' is missing: add it"),
    ({"id": "other"}, "'id' is 'other': a measure's file is named after it"),
    ({"domain": "money"}, "'domain'"),
    ({"official": True}, "'official'"),
    ({"fact": "contacts"}, "'fact': there is no fact 'contacts'. Known are: person, contact"),
    ({"period_column": "month"}, "'period_column': the fact 'contact' has no column 'month'"),
    ({"stratifiers": ["religion"]}, "'stratifiers.0'"),
    ({"interval": "student"}, "the interval of a proportion is 'wilson'"),
    (
        {"statistic": "median"},
        "the statistic 'median' needs 'observation' and has no use for 'numerator'",
    ),
    ({"numerator": None}, "the statistic 'proportion' needs 'numerator'"),
    ({"statistic": "gap", "interval": "newcombe"}, "the statistic 'gap' needs 'gap'"),
    ({"statistic": "rate", "interval": "poisson"}, "the statistic 'rate' needs 'per'"),
    (
        {
            "comparison": "bars",
            "exceptions": [{"when": "TRUE", "why": "all"}],
            "statistic": "ratio",
            "interval": "odds",
            "of": "pounds",
            "per": "contact",
        },
        "the statistic 'ratio' has no use for 'exceptions'",
    ),
    (
        {"comparison": "bars", "statistic": "ratio", "interval": "odds"},
        "the statistic 'ratio' needs 'per' and needs 'of'",
    ),
    ({"of": "pounds"}, "the statistic 'proportion' has no use for 'of'"),
    ({"code_lists": ["falls"]}, "'code_lists': there is no code list 'falls'"),
    (
        {"numerator": {"when": "staff_group IN {nurses}", "words": "seen by a nurse"}},
        "'numerator.when' names the code list 'nurses', which is not among",
    ),
    (
        {
            "standards": [
                {"value": 0.1, "operator": "<=", "source": "a", "to": "2026-03-31"},
                {"value": 0.2, "operator": "<=", "source": "b", "from": "2026-03-31"},
            ]
        },
        "two 'standards' hold on one day",
    ),
    (
        {
            "standards": [
                {
                    "value": 1,
                    "operator": "<=",
                    "source": "a",
                    "from": "2026-03-02",
                    "to": "2026-03-01",
                }
            ]
        },
        "'to' comes before 'from'",
    ),
    (
        {"denominator": {"when": "TRUE", "words": "all", "sum": "attendance_status"}},
        "'denominator.sum': 'attendance_status' is not a number",
    ),
    ({"statistic": "mean", "interval": "student"}, "the statistic 'mean' needs 'observation'"),
    ({"next_review": "2020-01-01"}, "'next_review' must come after 'reviewed_on'"),
    ({"examples": []}, "'examples'"),
    (
        {"numerator": {"when": "attendance_status IN ('3', '8')", "words": "missed"}},
        "'numerator.when': '8' is no code of the column 'attendance_status'. Its codes are: ",
    ),
    (
        {"denominator": {"when": "NOT (team_type = '12' OR 'x1' <> team_type)", "words": "all"}},
        "'denominator.when': 'x1' is no code of the column 'team_type'",
    ),
    (
        {"examples": [{"title": "a", "given": "seen | because\n5 | yes", "denominator": 1}]},
        "'examples.0.given': the fact 'contact' has no column 'seen'. It has: provider",
    ),
    (
        {"standards": [{"value": 95, "operator": "<=", "source": "a"}]},
        "the target of 95 among the 'standards' is no share",
    ),
    (
        {"unit": "referral"},
        "'unit' is 'referral', but a row of the fact 'contact' is a contact: write 'unit: contact'",
    ),
    (
        {"unit": "report"},
        "'unit' is 'report', but a row of the fact 'contact' is a contact: write 'unit: contact'",
    ),
    ({"minimum_denominator": 0}, "'minimum_denominator'"),
    (
        {"numerator": {"when": "attendance = '3'", "words": "missed"}},
        "'numerator.when': there is no column 'attendance'",
    ),
    (
        {"denominator": {"when": "attendance_status", "words": "all"}},
        "'denominator.when': 'attendance_status' gives VARCHAR, not true or false",
    ),
    (
        {"exclusions": [{"when": "TRUE; DROP TABLE contact", "why": "harm"}]},
        "'exclusions.0.when'",
    ),
    (
        {"exclusions": [{"when": "(SELECT TRUE)", "why": "another query"}]},
        "a subquery is not allowed in a condition",
    ),
    (
        {"denominator": {"when": "read_text('/etc/passwd') = ''", "words": "a file"}},
        "the function 'read_text' is not allowed",
    ),
]


@pytest.mark.parametrize(("changed", "message"), MISTAKES)
def test_a_mistake_is_named(tmp_path, changed, message):
    file = write(tmp_path, **changed)
    with pytest.raises(DefinitionError, match=re.escape(message)) as refused:
        read_measure(file)
    assert str(file) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_observation_is_a_number(tmp_path):
    median = {
        "statistic": "median",
        "interval": "order statistics",
        "comparison": "bars",
        "numerator": None,
        "observation": {"value": "attendance_status", "words": "not a number"},
    }
    with pytest.raises(DefinitionError, match=r"'observation\.value': .* is not a number"):
        read_measure(write(tmp_path, **median))


def test_a_companion_exists(tmp_path):
    write(tmp_path, companion="nobody")
    with pytest.raises(DefinitionError, match="'companion': there is no measure 'nobody'"):
        read_measures(tmp_path)


def test_an_unknown_measure_is_answered_with_those_that_are_known():
    with pytest.raises(
        UsageError, match=r"no measure 'dna'\. There are: .*contacts_per_person, .*dna_gap"
    ):
        find_measure("dna")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("attendance_status\n5", "needs a line of names, with the column 'because'"),
        ("attendance_status | because", "at least one row"),
        ("attendance | because\n5 | seen", "has no column 'attendance'"),
        ("attendance_status | because\n5", "has 1 cells for 2 columns"),
        ("contact_date | because\nMarch | seen", "'March' in the column 'contact_date'"),
        ("after_death | because\nyes | seen", "'yes' in the column 'after_death'"),
    ],
)
def test_an_example_that_cannot_be_read(given, message):
    measure = find_measure("dna_rate")
    example = measure.examples[0].model_copy(update={"given": given})
    with pytest.raises(DefinitionError, match=re.escape(message)):
        example_table(measure, example)


def test_an_example_in_which_nothing_counts():
    measure = find_measure("dna_rate")
    example = measure.examples[0].model_copy(
        update={"given": "attendance_status | because\n2 | does not count: cancelled"}
    )
    counted = count_example(open_engine("duckdb", threads=1), measure, example)
    assert (counted.numerator, counted.denominator, counted.value) == (0, 0, None)


def test_every_fact_whose_rows_are_named_exists():
    assert set(ROW_OF_FACT) <= set(load_facts())


def test_the_code_lists_of_the_facts_exist_and_are_closed():
    dataset = load_dataset()
    fields = [field for table in dataset.tables.values() for field in table.fields]
    closed = {field.code_list for field in fields if field.code_list_closed}
    named = {column.codes for fact in load_facts().values() for column in fact.columns}
    assert named - {""} <= closed & set(dataset.codes)
    assert len(named) > 20


def check(file: Path) -> Result:
    return CliRunner().invoke(application(), ["measure", "--check", str(file)])


def test_a_file_whose_examples_hold_is_said_to(tmp_path):
    result = check(write(tmp_path))
    assert result.exit_code == 0
    assert f"its {len(SOUND['examples'])} examples hold" in result.output


def test_examples_that_do_not_hold_are_refused_with_what_was_found(tmp_path):
    first = SOUND["examples"][0]
    wrong = {**first, "numerator": first["numerator"] + 1}
    result = check(write(tmp_path, examples=[wrong, first]))
    assert isinstance(result.exception, DefinitionError)
    assert (
        f"the example '{first['title']}': a numerator of {first['numerator'] + 1} was expected "
        f"and {first['numerator']} was found. Correct"
    ) in str(result.exception)


@pytest.mark.parametrize("given", [[], ["dna_rate", "--check", "dna_rate.yaml"]])
def test_a_measure_or_a_file_is_asked_for(given):
    result = CliRunner().invoke(application(), ["measure", *given])
    assert isinstance(result.exception, UsageError)
    assert "or a file with --check" in str(result.exception)
