"""The page of the simulator: what it takes from published figures, and what it assumes."""

from chapters import markdown
from levelfield.simulate.assumptions import rows_of

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
6. **Defects** are planted last, at most one a row, and written down in `truth/defects.csv` with the
   rule that is to find each. A defect in a parent record also costs its children, which are not
   listed: they follow from the identifiers.

The same arguments give the same files, whatever the number of processes.

## What is left out

People seen by two providers (1.9% of the people contacted in March 2025), seasons and bank
holidays, wards and bed-based care, midwifery, anonymous self-assessments, and the tables of
employment hours, blood spots, infant examinations and medical history.
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
        _defects(),
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
    return _section(
        "Defects",
        "Weights within a table.",
        ["table", "field", "kind", "weight", "rule that finds it", "what is wrong"],
        [
            [row[name] for name in ("table", "field", "kind", "weight", "expected_rule", "note")]
            for row in rows_of("defects.csv")
        ],
    )


def _section(title: str, text: str, header: list[str], rows: list[list[str]]) -> str:
    return "\n\n".join(part for part in (f"## {title}", text, markdown.table(header, rows)) if part)
