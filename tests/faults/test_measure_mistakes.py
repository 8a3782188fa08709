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
from levelfield.facts import load_facts, pipelines
from levelfield.measures import count_example, find_measure, read_measure, read_measures
from levelfield.measures.examples import example_table
from levelfield.measures.library import ROW_OF_FACT
from levelfield.measures.parts import GROUPS

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
    (
        {
            "statistic": "gap",
            "interval": "newcombe",
            "comparison": "bars",
            "stratifiers": [],
            "gap": {
                "column": "deprivation_fifth",
                "first": "1",
                "first_name": "most_deprived",
                "second": "5",
                "second_name": "least_deprived",
            },
        },
        "the 'polarity' of a gap is 'none': it has a sign and is best at nought",
    ),
    (
        {"comparison": "none"},
        "'why_not_compared' goes with a 'comparison' of 'none' and with 'compare_within'",
    ),
    ({"why_not_compared": "they differ"}, "'why_not_compared' goes with a 'comparison' of 'none'"),
    (
        {"comparison": "none", "compare_within": "service", "why_not_compared": "they differ"},
        "'comparison' is 'none', so there is no use for 'compare_within'",
    ),
    (
        {"compare_within": "service", "stratifiers": ["sex"], "why_not_compared": "they differ"},
        "'compare_within' is 'service': add it to the 'stratifiers'",
    ),
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
        "two 'standards' hold on one day: from ever to 2026-03-31, and from 2026-03-31 on",
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
    ({"small_numbers": "scotland"}, "'small_numbers': there is no rule of disclosure 'scotland'"),
    (
        {"small_numbers": "england"},
        "'small_numbers' is 'england', a rule for figures that others have published: it would "
        "show counts of people here as they are. Take another of: default.",
    ),
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
    *[({key: " "}, f"'{key}' is empty: fill it in") for key in ("title", "authored_by", "source")],
    ({"caveats": [""]}, "'caveats.0' is empty"),
    ({"version": True}, "'version' must be a whole number"),
    (
        {"standards": [{"value": True, "operator": "<=", "source": "a"}]},
        "'standards.0.value' must be a number",
    ),
    (
        {"standards": [{"value": 0.1, "operator": "<=", "source": ""}]},
        "'standards.0.source' is empty",
    ),
    (
        {"standards": [{"value": 0.1, "operator": ">=", "source": "a"}]},
        "a target of >= 0.1 among the 'standards' and the 'polarity' of lower point opposite ways",
    ),
    (
        {"polarity": "higher", "standards": [{"value": 0.1, "operator": "<=", "source": "a"}]},
        "a target of <= 0.1 among the 'standards' and the 'polarity' of higher point opposite ways",
    ),
    ({"periods": []}, "'periods' has too few entries"),
    ({"periods": ["month", "month"]}, "'periods': 'month' stands there twice"),
    ({"stratifiers": ["sex", "sex"]}, "'stratifiers': 'sex' stands there twice"),
    (
        {"breaks": [{"from": "2026-01-01", "why": "a"}, {"from": "2026-01-01", "why": "b"}]},
        "'breaks': '2026-01-01' stands there twice",
    ),
    (
        {"adjustment": {"method": "indirect", "by": ["sex", "sex"], "why": "a"}},
        "'adjustment.by': 'sex' stands there twice",
    ),
    (
        {"adjustment": {"method": "indirect", "by": ["person_id"], "why": "a"}},
        "'adjustment.by': 'person_id' does not sort people into groups. Adjust for: age_band",
    ),
    ({"code_lists": ["stroke"]}, "'code_lists': no condition names 'stroke' in braces"),
    (
        {"period_column": "contact_date"},
        "'period_column': 'contact_date' does not hold months. Those of the fact 'contact' are in",
    ),
    ({"id": "DNA rate"}, "'id': 'DNA rate' is no id: write small letters and digits"),
    (
        {"examples": [SOUND["examples"][0]] * 2},
        f"'examples': '{SOUND['examples'][0]['title']}' stands there twice",
    ),
    (
        {"examples": [{"title": "a", "given": "team_type | because\nx1 | x", "denominator": 1}]},
        "'examples.0.given': 'x1' is no code of the column 'team_type'. Its codes are: ",
    ),
    (
        {"examples": [{"title": "a", "given": "team_type | because\n12 |", "denominator": 1}]},
        "'examples.0.given': the row '12 | ' does not say 'because'",
    ),
    (
        {"examples": [{"title": "a", "given": "team_type\n12 | seen", "denominator": 1}]},
        "'examples.0.given': the column 'because' is missing",
    ),
    (
        {"numerator": {"when": "attendance_status IN (3, 7)", "words": "missed"}},
        "'numerator.when': write '3' in quotes: attendance_status holds text, as codes are",
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


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("1", "1", "'first' and 'second' are the same"),
        ("1", "6", "'6' is no group of deprivation_fifth. There are: 1, 2, 3, 4, 5"),
    ],
)
def test_a_gap_lies_between_two_groups_that_there_are(tmp_path, first, second, message):
    gap = {"column": "deprivation_fifth", "first_name": "a", "second_name": "b"}
    file = write(tmp_path, gap={**gap, "first": first, "second": second})
    with pytest.raises(DefinitionError, match=re.escape(message)):
        read_measure(file)


def test_the_groups_of_a_gap_are_those_that_the_facts_write():
    folder = Path(pipelines.__file__).parent / "sql"
    written = (folder / "people.sql").read_text("utf-8")
    for column in ("sex", "ethnic_group", "deprivation_fifth"):
        assert all(f"'{group}'" in written for group in GROUPS[column])
    assert all(f"'{group}'" in pipelines.age_band("age") for group in GROUPS["age_band"])


def test_a_code_that_does_not_exist_is_shown_on_purpose_if_the_row_says_so(tmp_path):
    given = "team_type | because\nx1 | the code is none of the list"
    example = {"title": "a", "given": given, "denominator": 1}
    assert read_measure(write(tmp_path, examples=[example])).id == "dna_rate"


def test_a_file_with_another_ending_is_not_passed_over_in_silence(tmp_path):
    other = write(tmp_path).rename(tmp_path / "dna_rate.yml")
    for read in (read_measures, lambda folder: read_measure(folder / other.name)):
        with pytest.raises(DefinitionError, match=r"dna_rate\.yml: the ending .* is \.yaml"):
            read(tmp_path)


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
    assert "its example holds" in check(write(tmp_path, examples=SOUND["examples"][:1])).output


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"companion": "nobody"}, "'companion': there is no measure 'nobody'. Known are: "),
        ({"reviewed_on": "2999-01-01", "next_review": "3000-01-01"}, "2999-01-01 is a day to come"),
        (
            {
                "examples": [
                    {"title": "b", "given": "after_death | because\nx | y", "denominator": 1}
                ]
            },
            "the example 'b', fact 'contact': 'x' in the column 'after_death'",
        ),
    ],
)
def test_what_stops_the_library_stops_the_check_too(tmp_path, changed, message):
    file = write(tmp_path, **changed)
    error = check(file).exception
    assert isinstance(error, DefinitionError)
    assert str(error).startswith(f"{file}: ")
    assert message in str(error)


def test_a_condition_that_fails_on_a_value_is_named_with_its_file(tmp_path):
    numerator = {"when": "CAST(commissioner AS DOUBLE) > 1", "words": "a text taken for a number"}
    given = "attendance_status | commissioner | because\n5 | QAA | counts"
    example = {"title": "a", "given": given, "numerator": 0, "denominator": 1}
    file = write(tmp_path, numerator=numerator, examples=[example])
    error = check(file).exception
    assert isinstance(error, DefinitionError)
    assert str(error).startswith(f"{file}: the examples cannot be counted")
    assert "QAA" not in str(error)


def test_a_list_whose_only_entry_is_wrong_is_not_too_short_as_well(tmp_path):
    wrong = {**SOUND["examples"][0], "numerator": True}
    with pytest.raises(DefinitionError, match=r"'examples\.0\.numerator' must be a number\.$"):
        read_measure(write(tmp_path, examples=[wrong]))


def test_a_companion_of_the_library_is_found(tmp_path):
    assert check(write(tmp_path, companion="contacts_per_person")).exit_code == 0


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("composites/care_in_time.yaml", "the composite 'care_in_time' makes sense, and its 2"),
        ("code_lists/stroke.yaml", "the code list 'stroke' makes sense, with "),
    ],
)
def test_what_is_no_measure_is_checked_as_what_it_is(file, said):
    result = check(definitions.path(file))
    assert result.exit_code == 0
    assert said in result.output


def test_examples_that_do_not_hold_are_refused_with_what_was_found(tmp_path):
    first = SOUND["examples"][0]
    wrong = {**first, "numerator": first["numerator"] + 1}
    result = check(write(tmp_path, examples=[wrong, {**first, "title": "Sound"}]))
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
