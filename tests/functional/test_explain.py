"""Every kind of figure of a home can be walked back, and is counted again on the way."""

import json
import re
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from levelfield.core.errors import UsageError
from levelfield.core.values import lineage_key
from levelfield.currencies import load_scheme
from levelfield.disclosure import disclose
from levelfield.explain import Explanation, currency_key, explain, quality_key
from levelfield.explain.words import count, count_for, figure
from levelfield.home import Home
from levelfield.measures import load_measures, value_kinds
from levelfield.payment import example_contracts, load_contract
from levelfield.pipeline.site import site_data
from levelfield.pipeline.statements import keep_statement, kept_statements
from levelfield.publish.pages.currencies import currency_page
from levelfield.publish.pages.home import home_page
from levelfield.publish.pages.quality import quality_page
from levelfield.publish.pages.shadows import shadow_pages
from levelfield.publish.pages.statement_index import index_page
from levelfield.publish.parts import Cell, Table
from levelfield.published import load_published
from levelfield.warehouse import Warehouse

UNITS = {"dna_rate": "percent", "dna_gap": "points"}


def snapshot(home: Home) -> str:
    return str(home.results.about()["snapshot"])


def kept_lines(home: Home) -> list[dict[str, object]]:
    contract = load_contract(home.path / "statements" / "za1-2025-26" / "2026-03.yaml")
    lines: list[dict[str, object]] = home.statement(contract, "2026-03").table().to_pylist()
    return lines


@pytest.mark.parametrize("measure", load_measures())
def test_values_of_every_measure_are_counted_again(small_home: Home, measure: str) -> None:
    """Levels, strata, months and years, absent values among them: the first of every kind."""
    kinds = {}
    for row in small_home.values(measure).to_pylist():
        names = ("measure", "org_level", "stratifier")
        kinds.setdefault((*(row[n] for n in names), len(row["period"])), row)
    if not kinds:
        pytest.skip(f"{measure}: nothing that it counts is in so small a home")
    for row in list(kinds.values())[::3]:
        explanation = small_home.explain(str(row["lineage"]))
        assert explanation.agrees, explanation.checks
        assert explanation.submissions or row["denominator"] == 0


def test_a_composite_leads_to_its_parts(small_home: Home) -> None:
    """The mean agrees with its parts, whose own keys can be explained in turn."""
    rows = small_home.composites().to_pylist()
    assert {row["org_level"] for row in rows} == {"national", "commissioner", "provider"}
    whole = next(row for row in rows if row["org_level"] == "national" and row["value"] is not None)
    made = small_home.explain(whole["lineage"])
    assert made.agrees
    assert [check.words for check in made.checks] == [
        f"Taken again from its parts the mean is {figure(whole['value'], 'percent')}."
    ]
    keys = [re.search(r"Key (V-[0-9a-f]{12})", words) for words in made.rule[1:]]
    assert [small_home.explain(key[1]).agrees for key in keys if key] == [True, True]
    parts = small_home.values()
    of = {row["lineage"]: row["value"] for row in parts.to_pylist()}
    assert whole["value"] == pytest.approx(sum(of[key[1]] for key in keys if key) / 2)


def test_the_public_reads_a_composite_of_public_parts(small_home: Home) -> None:
    """A part that is suppressed leaves no mean to work it out from."""
    shown, _ = disclose(small_home.values(), "public")
    hidden = {
        tuple(row[name] for name in ("period", "org_level", "org_code", "stratifier", "stratum"))
        for row in shown.to_pylist()
        if row["measure"] == "ucr_2h" and "suppressed" in row["flags"]
    }
    rows = [
        row
        for row in small_home.composites().to_pylist()
        if row["value"] is not None
        and tuple(row[n] for n in ("period", "org_level", "org_code", "stratifier", "stratum"))
        in hidden
    ]
    assert rows
    for row in rows[:3]:
        made = explain(
            small_home.warehouse,
            row["lineage"],
            inputs=small_home.payment_inputs,
            audience="public",
        )
        assert [part.text for part in made.figure if part.label == "Value"] == ["not known"]
        assert made.agrees


def test_few_measures_have_no_value_in_a_home_however_small(small_home: Home) -> None:
    """So that the test above is not passed over for most of them."""
    valued = {name.partition(".")[0] for name in small_home.values()["measure"].to_pylist()}
    assert 3 * len(valued) > 2 * len(load_measures())


def whole(home: Home, measure: str, level: str) -> list[dict[str, object]]:
    """The values of a measure for March 2026 that are not broken down."""
    table = home.values(measure, period="2026-03", org_level=level, stratifier="all")
    rows: list[dict[str, object]] = table.to_pylist()
    return rows


def test_a_value_leads_to_rule_query_submissions_and_records(small_home: Home) -> None:
    row = whole(small_home, "dna_rate", "provider")[0]
    found = small_home.explain(str(row["lineage"]))
    assert found.kind == "value"
    assert ("Measure", "dna_rate, version 1") in [(p.label, p.text) for p in found.definition]
    assert {q.name for q in found.query} >= {"considered", "judged", "tally"}
    [submission] = found.submissions
    active = {(s.provider, s.period): s.id for s in small_home.active()}
    assert submission.id == active[str(row["org_code"]), "2026-03"]
    hit, missed = found.records
    assert hit.number == row["numerator"]
    assert hit.number + missed.number == row["denominator"]
    ids = [dict(zip(hit.columns, keys, strict=True))["care_contact_id"] for keys in hit.rows]
    contacts = small_home.fact("contact").to_pylist()
    status = {
        c["care_contact_id"]: c["attendance_status"]
        for c in contacts
        if (c["provider"], c["period"]) == (row["org_code"], "2026-03")
    }
    assert {status[one] for one in ids} <= {"3", "7"}


def test_counts_lead_from_all_rows_to_the_figure(small_home: Home) -> None:
    row = whole(small_home, "dna_rate", "national")[0]
    counts = [count.number for count in small_home.explain(str(row["lineage"])).counts]
    rows, *left_out, counted, denominator, numerator = counts
    assert rows - sum(left_out) == counted == denominator == row["denominator"]
    assert numerator == row["numerator"]


def test_the_effect_of_missing_attendance_is_that_of_the_other_choice(small_home: Home) -> None:
    row = whole(small_home, "dna_rate", "national")[0]
    [assumption] = small_home.explain(str(row["lineage"])).assumptions
    other = small_home.evaluate(load_measures()["dna_rate"], "attended").to_pylist()
    keys = ("period", "org_code", "stratifier", "stratum")
    [same] = [r for r in other if all(r[k] == row[k] for k in keys)]
    assert same["denominator"] > row["denominator"]
    assert f"{same['numerator']:.0f} of {same['denominator']:.0f}" in assumption.effect


@pytest.mark.parametrize("measure", ["dna_rate", "dna_gap"])
def test_a_value_counted_with_the_other_choice_is_explained_as_such(
    small_home: Home, measure: str
) -> None:
    """The key that `measure ID --missing-attendance attended` prints is of no stored value."""
    other = small_home.evaluate(load_measures()[measure], "attended").to_pylist()
    row = next(r for r in other if r["org_level"] == "provider" and r["denominator"])
    found = small_home.explain(row["lineage"])
    assert found.agrees, found.checks
    figures = {part.label: part.text for part in found.figure}
    assert figures["Denominator"] == count(row["denominator"])
    assert "missing attendance counted as attended" in figures["Flags"]
    [assumption] = found.assumptions
    assert "is counted as attended" in assumption.words
    assert assumption.effect.startswith("Were it left out, the value would be ")
    assert any("not among the results of the build" in note for note in found.notes)


def test_a_stored_value_that_is_wrong_is_found_out(small_home: Home, tmp_path: Path) -> None:
    home = copy(small_home, tmp_path)
    file = home.results.folder / "values.parquet"
    rows = pq.read_table(file).to_pylist()
    wrong = next(r for r in rows if r["measure"] == "dna_rate" and r["numerator"])
    wrong["numerator"] += 1
    wrong["value"] = wrong["numerator"] / wrong["denominator"]
    pq.write_table(pa.Table.from_pylist(rows, schema=pq.read_schema(file)), file)
    found = home.explain(wrong["lineage"])
    assert not found.agrees
    assert "DIFFERS" in found.text()


def test_the_public_sees_no_counts_and_no_records(small_home: Home) -> None:
    row = next(
        r
        for r in small_home.values("dna_rate", org_level="provider", period="2026-03").to_pylist()
        if r["numerator"] and r["numerator"] % 5
    )
    found = explain(
        small_home.warehouse, row["lineage"], inputs=small_home.payment_inputs, audience="public"
    )
    assert found.counts == found.records == found.checks == ()
    shown = {part.label: part.text for part in found.figure}
    assert shown.get("Numerator") != f"{row['numerator']:.0f}"
    assert all(not one.effect for one in found.assumptions)


def test_the_public_sees_what_the_site_shows(small_home: Home) -> None:
    """The figure by itself is disclosed as it is among all values of the home."""
    kinds = value_kinds(load_measures().values())
    shown = disclose(small_home.values(), "public", kinds=kinds)[0].to_pylist()
    for row in [r for r in shown if r["measure"] in ("dna_rate", "dna_gap")][::97]:
        found = explain(
            small_home.warehouse,
            row["lineage"],
            inputs=small_home.payment_inputs,
            audience="public",
        )
        parts = {part.label: part.text for part in found.figure}
        assert parts.get("Denominator") == count(row["denominator"])
        assert parts["Value"] == figure(row["value"], UNITS[row["measure"]])


def test_a_published_value_leads_to_its_publication(small_home: Home) -> None:
    row = load_published("ucr_2h_2024-25").to_pylist()[0]
    found = small_home.explain(str(row["lineage"]))
    assert found.kind == "published value"
    labels = {part.label: part.text for part in found.definition}
    assert labels["Publisher"] == "NHS England"
    assert "nearest 5" in labels["Rounding"]
    assert not found.records


def test_a_line_paid_by_activity_leads_to_price_steps_and_contacts(small_home: Home) -> None:
    for line in kept_lines(small_home)[1:]:
        found = small_home.explain(str(line["lineage"]))
        assert found.agrees, found.checks
        assert sum(count.number for count in found.counts) == line["units"]
        assert found.records[0].number == line["units"]
        assert any(sentence.startswith("Unit cost: £") for sentence in found.rule)
        assert found.submissions[0].period == "2026-03"


def test_a_block_leads_to_its_twelfth(small_home: Home) -> None:
    line = kept_lines(small_home)[0]
    found = small_home.explain(str(line["lineage"]))
    assert line["kind"] == "block"
    assert found.agrees
    assert "month 12 of 12" in found.rule[0]


def test_a_line_of_a_contract_that_has_changed_since_is_found_out(
    small_home: Home, tmp_path: Path
) -> None:
    home = copy(small_home, tmp_path)
    line = kept_lines(home)[0]
    file = home.path / "statements" / "za1-2025-26" / "2026-03.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('version: "1"', 'version: "2"'), encoding="utf-8")
    found = home.explain(str(line["lineage"]))
    assert [check.agrees for check in found.checks] == [False, True, True, True]


def test_a_newer_contract_leaves_what_was_issued_as_it_was(
    small_home: Home, tmp_path: Path
) -> None:
    home = copy(small_home, tmp_path)
    key = str(kept_lines(home)[0]["lineage"])
    file = tmp_path / "newer.yaml"
    text = example_contracts()[0].read_text(encoding="utf-8")
    file.write_text(text.replace('version: "1"', 'version: "2"'), encoding="utf-8")
    newer = load_contract(file)
    keep_statement(home, file, home.statement(newer, "2026-02"))
    assert home.explain(key).agrees
    assert [one.contract.version for one in kept_statements(home)] == ["2", "1"]
    assert all(one.statement for one in kept_statements(home))


def test_a_line_stands_as_issued_when_the_data_have_changed_since(
    small_home: Home, tmp_path: Path
) -> None:
    """One unit more was issued than the present build counts."""
    home = copy(small_home, tmp_path)
    line = kept_lines(home)[-1]
    issued, price = int(str(line["units"])) + 1, int(str(line["price_pence"]))
    file = home.path / "statements" / "za1-2025-26" / "2026-03.csv"
    end = f",{price},{{}},ncc-2024-25,,,,{line['snapshot']},{line['lineage']}"
    before = f",{line['units']}{end.format(line['amount_pence'])}"
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1
    after = f",{issued}{end.format(issued * price)}"
    file.write_text(text.replace(before, after), encoding="utf-8")
    assert not home.explain(str(line["lineage"])).agrees
    assert [one.statement for one in kept_statements(home)] == [None]

    about = home.results.folder / "about.json"
    said = about.read_text(encoding="utf-8").replace(snapshot(home), "00000000")
    about.write_text(said, encoding="utf-8")
    found = Home(home.warehouse).explain(str(line["lineage"]))
    assert found.agrees, found.checks
    assert any(f"{line['units']:,}, not {issued:,}" in note for note in found.notes)
    figures = {part.label: part.text for part in found.figure}
    assert figures["Units"] == f"{issued:,}"


def test_a_statement_of_earlier_data_has_no_page(small_home: Home, tmp_path: Path) -> None:
    home = copy(small_home, tmp_path)
    file = home.path / "statements" / "za1-2025-26" / "2026-03.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(snapshot(home), "00000000"), encoding="utf-8")
    data = site_data(home)
    assert data.statements == ()
    assert data.statements_left_out == ("statements/za1-2025-26/2026-03.csv",)
    assert [shadow.contract.id for shadow in data.shadows] == ["za1-2025-26"]
    page = index_page(data)
    [_, left_out] = page.content["tables"]
    assert "2026-03.csv" in str(left_out.rows)


def test_a_statement_is_not_for_the_public(small_home: Home) -> None:
    key = str(kept_lines(small_home)[0]["lineage"])
    with pytest.raises(UsageError, match="for its parties"):
        explain(small_home.warehouse, key, inputs=small_home.payment_inputs, audience="public")


def test_a_shadow_is_reckoned_again_term_by_term(small_home: Home) -> None:
    data = site_data(small_home)
    page = next(shadow_pages(data))
    table = page.figures[0].table
    assert table is not None
    assert len(table.rows) == len(data.shadows[0].months) > 2
    for _, term, *amounts, key in table.rows:
        assert isinstance(key, Cell)
        found = small_home.explain(key.text)
        assert found.kind == "shadow month"
        assert found.agrees, found.checks
        assert [part.text for part in found.figure[:3]] == amounts
        assert ("Term", True) in [(p.label, str(term) in p.text) for p in found.definition]
        units = {part.label: part.text for part in found.figure}["Units"]
        assert f"{sum(count.number for count in found.counts):,}" == units
    with pytest.raises(UsageError, match="for its parties"):
        explain(small_home.warehouse, key.text, inputs=small_home.payment_inputs, audience="public")


def test_currencies_and_error_classes_lead_to_the_rows_that_fired(small_home: Home) -> None:
    counts = small_home.counts().to_pylist()
    names = sorted({row["currency"] or row["error_class"] for row in counts})
    for name in names[:3] + names[-1:]:
        found = small_home.explain(currency_key("ncc-2024-25", name, snapshot(small_home)))
        total = sum(r["units"] for r in counts if name in (r["currency"], r["error_class"]))
        assert found.agrees
        assert sum(count.number for count in found.counts) == total
        assert all(name in sentence for sentence in found.rule)
        public = explain(
            small_home.warehouse, found.key, inputs=small_home.payment_inputs, audience="public"
        )
        assert public.figure[0].text == count_for("public", total)


def test_a_cell_of_a_scheme_that_the_build_does_not_count(small_home: Home) -> None:
    scheme = load_scheme("community-contact")
    rows = small_home.group(scheme).to_pylist()
    name = max(row["currency"] or "" for row in rows)
    found = small_home.explain(currency_key(scheme.id, name, snapshot(small_home)))
    total = sum(row["units"] for row in rows if row["currency"] == name)
    assert found.agrees
    assert sum(count.number for count in found.counts) == total > 0
    assert found.title == f"{name}, {scheme.currencies[name]}: units of all providers"
    assert site_data(small_home).other_counts[scheme.id].num_rows


def test_the_mix_of_each_provider_is_counted_again(small_home: Home) -> None:
    data = site_data(small_home)
    [figure] = currency_page(data).figures
    assert figure.table is not None
    shown = {row[-1].text: row for row in figure.table.rows if isinstance(row[-1], Cell)}
    assert len(shown) == 2
    for provider in ("ZA1", "ZA2", "ALL"):
        key = currency_key("ncc-2024-25", "all", data.snapshot, provider)
        found = small_home.explain(key)
        assert found.agrees, found.checks
        own = [r for r in small_home.counts().to_pylist() if provider in (r["provider"], "ALL")]
        assert sum(count.number for count in found.counts) == sum(row["units"] for row in own)
        public = explain(
            small_home.warehouse, key, inputs=small_home.payment_inputs, audience="public"
        )
        if provider == "ALL":
            assert any(key in note for note in figure.notes)
        else:
            cells = [cell.text for cell in shown[key][1:4] if isinstance(cell, Cell)]
            assert [part.text for part in public.figure] == cells


def test_coverage_leads_to_receipts(small_home: Home) -> None:
    found = small_home.explain(quality_key("ZA1", snapshot(small_home)))
    assert found.agrees
    assert [source.period for source in found.submissions] == ["2026-02", "2026-03"]
    assert found.counts


def test_the_headlines_of_the_home_add_up_over_its_providers(small_home: Home) -> None:
    key = quality_key("ALL", snapshot(small_home))
    found = small_home.explain(key)
    assert found.agrees, found.checks
    page = home_page(site_data(small_home), {})
    assert page.content["key"] == key
    figures = {part.label: part.text for part in found.figure}
    assert figures["Providers"] == "2"
    assert figures["Monthly submissions in use"] == str(len(small_home.active()))
    assert figures["Statements drawn up"] == "1"
    [providers] = found.records
    contacts = [int(row[-1].replace(",", "")) for row in providers.rows]
    assert figures["Care contacts accepted"] == f"{sum(contacts):,}"
    broken = sum(one.count for one in site_data(small_home).findings)
    assert sum(count.number for count in found.counts) == broken


def test_the_public_reads_the_headlines_and_rules_as_the_pages_show_them(
    small_home: Home,
) -> None:
    data = site_data(small_home)
    key = quality_key("ALL", data.snapshot)
    found = explain(small_home.warehouse, key, inputs=small_home.payment_inputs, audience="public")
    headlines = home_page(data, {}).content["headlines"]
    assert isinstance(headlines, list)
    explained = [(part.label.lower(), part.text) for part in found.figure]
    assert ("care contacts accepted", headlines[2][0]) in explained
    assert ("rejected", headlines[3][0]) in explained
    table = quality_page(data).content["rules"]
    assert isinstance(table, Table)
    assert table.rows
    for rule, _, _, records, providers, shown_key in table.rows:
        assert isinstance(rule, Cell)
        assert isinstance(records, Cell)
        assert shown_key == Cell(key, kind="key")
        assert any(
            label == rule.text.lower()
            and text.startswith(f"{records.text} (")
            and f" {providers} provider" in text
            for label, text in explained
        )
    assert not found.counts
    assert not found.records


def test_keys_are_those_on_the_pages() -> None:
    """The site makes the same keys as explain looks for."""
    from levelfield.publish.pages import currencies, quality

    assert currencies.currency_key("s", "n", "x") == currency_key("s", "n", "x")
    assert quality.quality_key("p", "x") == quality_key("p", "x")


@pytest.mark.parametrize("prefix", ["V", "C", "Q"])
def test_a_key_of_another_build_is_said_to_be_one(small_home: Home, prefix: str) -> None:
    key = lineage_key(prefix, "a figure of another build")
    with pytest.raises(UsageError, match=f"snapshot {snapshot(small_home)}.*earlier build"):
        small_home.explain(key)


@pytest.mark.parametrize("prefix", ["P", "S"])
def test_an_unknown_key_says_what_there_is(small_home: Home, prefix: str) -> None:
    with pytest.raises(UsageError, match=r"There are: |levelfield pay"):
        small_home.explain(lineage_key(prefix, "nothing"))


@pytest.mark.parametrize("text", ["", "dna_rate", "V-12", "X-3f9a0c12be45", "V-3F9A0C12BE45"])
def test_what_is_no_key_is_told_how_a_key_looks(small_home: Home, text: str) -> None:
    with pytest.raises(UsageError, match="twelve hexadecimal digits"):
        small_home.explain(text)


def test_submissions_since_the_build_are_mentioned(small_home: Home, tmp_path: Path) -> None:
    home = copy(small_home, tmp_path)
    about = home.results.folder / "about.json"
    text = about.read_text(encoding="utf-8")
    about.write_text(text.replace(snapshot(home), "00000000"), encoding="utf-8")
    row = home.values("dna_rate").to_pylist()[0]
    assert "since the last build" in home.explain(row["lineage"]).notes[0]


@pytest.mark.slow
def test_spark_explains_the_same(small_home: Home) -> None:
    pytest.importorskip("pyspark")
    rows = [
        small_home.values(measure, period="2026-03").to_pylist()[0]
        for measure in ("wait_first_contact", "contacts_per_person")
    ]
    line = kept_lines(small_home)[-1]
    for key in [*(row["lineage"] for row in rows), str(line["lineage"])]:
        spark: Explanation = explain(
            small_home.warehouse, key, inputs=small_home.payment_inputs, engine_name="spark"
        )
        assert spark == small_home.explain(key)


def test_text_and_json_hold_the_same_parts(small_home: Home) -> None:
    row = small_home.values("wait_first_contact", period="2026-03").to_pylist()[0]
    found = small_home.explain(str(row["lineage"]))
    text, parts = found.text(), json.loads(json.dumps(found.to_json()))
    assert parts["agrees"] is True
    for part in [*parts["figure"], *parts["definition"]]:
        assert part["text"].split()[0] in text
    for heading in ("THE FIGURE", "RULE", "COUNTS", "CHECK", "QUERY", "SUBMISSIONS", "RECORDS"):
        assert f"\n{heading}\n" in text


def copy(home: Home, folder: Path) -> Home:
    shutil.copytree(home.path, folder / "home")
    return Home(Warehouse.open(folder / "home"))
