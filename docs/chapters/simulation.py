"""The page of the simulator: what it takes from published figures, and what it assumes."""

from chapters import markdown
from levelfield.simulate.assumptions import rows_of
from levelfield.simulate.planting.spoil_file import FILE_FAULTS

INTRODUCTION = """
`levelfield simulate` writes the monthly submissions of fictional providers. No person, provider,
practice or commissioner in them exists: NHS numbers come from the 999 range that is kept for
tests, postcodes from an area that does not exist, and each postcode leads to a real small area so
that deprivation can be joined. Nothing in it is an official statistic, and no figure that is
computed from it says anything about a real place.

This page lists every assumption. **Published** means that the figure was taken from, or fitted to,
official statistics; **assumption** means that no open figure was at hand and the value was chosen
to be plausible. All of them are data in `definitions/simulation`.
"""

HOW = """
## How a provider's year is made

1. **Volumes.** Contacts of a month by pathway and age group. Inside each age group the mix of
   pathways is that of the National Cost Collection; the age groups themselves, the contacts per
   referral and the activities per contact are those of the published March 2025 figures. Each
   provider gets its share of every pathway by its size and what it offers.
2. **Referrals** arrive at a steady rate from long enough before the first month for the caseload to
   be full. Each waits (lognormal), has a number of contacts (one and a gamma-mixed Poisson
   number), and is closed some days after the last. Some are rejected, some closed unseen, some
   stop being sent without a discharge.
3. **People** take one or several referrals: some at once, some again within weeks. They live in a
   small area, have a practice (which some change), and some die, which closes what is open.
4. **Contacts** follow referrals. Whether one is missed depends on the pathway, the provider and the
   person's deprivation fifth. A two-hour response is timed to the minute.
5. **Submissions.** Every month holds what is open in it. Some months come twice: the refresh file
   adds contacts that were entered late and attendance that was blank. The file's creation time lies
   inside the window of its kind; the last month has only its primary file.
6. **Defects** are planted last, at most one among the records of a person, so that it is known what
   follows from each. `truth/defects.csv` lists them with the rule that is to find each;
   `truth/consequences.csv` what else is found because of one (the records under a rejected record,
   the other of two that clash); `truth/gaps.csv` what the provider leaves out by habit. Together
   they are all that there is to be found: a check that finds less or more is wrong.
7. **Returns** of every kind lie in `returns/`, a file a kind, with counts drawn about true rates
   and shares of each provider. `truth/returns.csv` lists these; two monthly returns are missing on
   purpose.
8. **Cost returns** of a year lie in `costs/`, with the price list that is made from them. Unit
   costs are those of the national schedule, times the provider's level of cost and place, and vary
   by 12% (log scale). `truth/unit_costs.csv` and `truth/cost_providers.csv` say what is true.
   Planted are lost contacts, two currencies that last year's list mispriced, one provider's costs
   booked under another currency, and one whose returns count activity that was never submitted
   (`costs_planted.csv`).

The same arguments give the same files, whatever the number of processes.

## What is left out

People seen by two providers (1.9% of the people contacted in March 2025), seasons and bank
holidays, wards and bed-based care, and midwifery. The tables of assistive technology, coded
vaccinations, medical history, blood spots, infant examinations, working and further diagnoses and
anonymous self-assessments hold a few rows each and nothing that figures could rest on.
"""


def page() -> str:
    return markdown.page(
        "The simulator and its assumptions",
        INTRODUCTION,
        HOW,
        _targets(),
        _pathways(),
        _rates(),
        _mixes(),
        _providers(),
        _gaps(),
        _extras(),
        _contract_defects(),
        _defects(),
        _file_faults(),
        _returns(),
        _blocks(),
    )


def _blocks() -> str:
    rows = rows_of("block_planted.csv")
    return _section(
        "Planted in a block contract",
        "What a review of a block has to find. The visits are in the submissions, the rest in the "
        "return `service_lines`; `truth/service_lines.csv` has the sizes by line and quarter. Half "
        "of the people of other commissioners are put down under the provider's own at every "
        "provider (`commissioner_own` above).",
        ["provider", "what", "team type", "size", "meaning"],
        [list(row.values()) for row in rows],
    )


def _returns() -> str:
    planted = {row["name"] for row in rows_of("returns_planted.csv")}
    return _section(
        "Returns",
        "What is typical of a provider, and how the odds of a share or the logarithm of a rate "
        "spread between providers (standard deviation). All are assumptions. Some providers are "
        "made to stand out in what is marked.",
        ["what", "kind", "typical", "spread", "planted"],
        [
            [
                f"{row['description']} (`{row['name']}`)",
                row["form"],
                row["typical"],
                row["spread"],
                "yes" if row["name"] in planted else "",
            ]
            for row in rows_of("returns.csv")
        ],
    )


def _targets() -> str:
    rows = rows_of("age_targets.csv")
    return _section(
        "Ages and volumes (published)",
        "England, March 2025, NHS England, Community Services Statistics. The simulator reproduces "
        "the ratios between these figures, not their size.",
        list(rows[0]),
        [list(row.values()) for row in rows],
    )


def _pathways() -> str:
    header = [
        "pathway", "team type", "currencies", "contacts a year", "volume", "contacts per referral",
        "weeks", "wait (days)", "missed", "face to face",
    ]  # fmt: skip
    return _section(
        "Pathways",
        "Contacts a year in England and the share face to face follow the National Cost Collection "
        "2024/25 (published) as the fifth column says. Contacts per referral, weeks of care, "
        "median wait and share missed are assumptions; contacts per referral are stretched until "
        "each age group has its published ratio, and the waits were chosen so that about as many "
        "people wait for each contact as in the published waiting list.",
        header,
        [
            [
                row["title"], row["team_type"], row["ncc_codes"].replace(";", " "),
                f"{float(row['contacts_child']) + float(row['contacts_adult']):,.0f}",
                row["volume_basis"], row["contacts_per_referral"], row["weeks"], row["wait_days"],
                row["dna"], row["face_to_face"],
            ]
            for row in rows_of("pathways.csv")
        ],
    )  # fmt: skip


def _rates() -> str:
    return _section(
        "Rates",
        "",
        ["what", "value", "basis", "where from"],
        [
            [f"{row['description']} (`{row['name']}`)", row["value"], row["basis"], row["source"]]
            for row in rows_of("rates.csv")
        ],
    )


def _mixes() -> str:
    sets: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in rows_of("mixes.csv"):
        sets.setdefault((row["mix"], row["row"]), []).append(row)
    return _section(
        "Distributions",
        "Codes of the data set with their weights.",
        ["distribution", "for", "codes and weights", "basis"],
        [
            [
                name.replace("_", " "),
                group,
                ", ".join(f"{row['code']} {row['weight']}" for row in rows),
                "; ".join(
                    dict.fromkeys(_basis(row) for row in rows if row["source"] != "as above")
                ),
            ]
            for (name, group), rows in sets.items()
        ],
    )


def _basis(row: dict[str, str]) -> str:
    return f"{row['basis']}: {row['source']}" if row["source"] else row["basis"]


def _providers() -> str:
    names = [
        "code", "name", "size", "dna_odds", "dna_gradient", "two_hour_share", "wait_factor",
        "attendance_missing", "ethnicity_missing", "clock_untimed", "cost_index", "change",
    ]  # fmt: skip
    return _section(
        "Providers (assumption)",
        "The truth that a benchmark should find again. `dna_odds` multiplies the odds of a missed "
        "contact; `dna_gradient` is what each fifth more deprived adds to its logarithm. A change "
        "happens within the year. More than twelve providers are variations on these.",
        [name.replace("_", " ") for name in names],
        [[row[name] for name in names] for row in rows_of("providers.csv")],
    )


def _defects() -> str:
    names = ["rule", "table", "how", "where", "becomes", "follows", "weight", "what"]
    rows = rows_of("defects.csv")
    return _section(
        "Defects",
        "What is planted, rule by rule: in a row of the table that meets `where` the fields become "
        "something else, and then the rule is found there, or in the table named after the `@`. "
        "`change` alters the row, `add` sends a changed copy besides, `twin` likewise, with the "
        "rule found at both, `drop` leaves out the row's rows in another table. `follows` names "
        "what else is found for the same cause. Weights stand beside the others of the table. "
        "How to read the conditions and values is said in `definitions/simulation/README.md`.",
        names,
        [
            [_rule(row), row["table"], row["how"], *(_code(row[name]) for name in names[3:6]),
             row["weight"], row["what"]]
            for row in rows
        ],
    )  # fmt: skip


def _rule(row: dict[str, str]) -> str:
    return row["rule"] + (f" @ {row['place']}" if row["place"] else "")


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def _contract_defects() -> str:
    return _section(
        "Defects against the contract",
        "The same for each rule that follows from the contract; it applies to all fields of the "
        "kind, and its weight in a table is shared among them. `THIS` is the field.",
        ["rule", "fields", "how", "becomes", "weight", "what"],
        [
            [
                row["rule"],
                row["fields"],
                row["how"],
                _code(row["becomes"]),
                row["weight"],
                row["what"],
            ]
            for row in rows_of("contract_defects.csv")
        ],
    )  # fmt: skip


def _file_faults() -> str:
    return _section(
        "Faults of the file",
        "`--file-faults N` gives so many submissions one of these, in turn.",
        ["rule", "file", "what"],
        [[fault.rule, fault.file, fault.what] for fault in FILE_FAULTS],
    )


def _gaps() -> str:
    return _section(
        "What providers leave out",
        "Nobody plants these: they are habits, at the rates above and those of the provider. "
        "`truth/gaps.csv` lists each. A simulation without defects has none of them.",
        ["table", "field", "rule that finds it", "what is missing"],
        [[row[name] for name in ("table", "field", "rule", "what")] for row in rows_of("gaps.csv")],
    )


def _extras() -> str:
    return _section(
        "Tables that few providers fill",
        "A handful of sound rows, so that no table is left out; all of it assumption.",
        ["table", "one in so many of the records above", "which", "values", "what"],
        [
            [row["table"], row["one_in"], _code(row["where"]), _code(row["becomes"]), row["what"]]
            for row in rows_of("extras.csv")
        ],
    )


def _section(title: str, text: str, header: list[str], rows: list[list[str]]) -> str:
    return "\n\n".join(part for part in (f"## {title}", text, markdown.table(header, rows)) if part)
