"""An improvement plan from a home, its faults ranked by the pounds that they put at stake."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from levelfield import facts, quality
from levelfield.core.errors import UsageError
from levelfield.core.progress import Progress
from levelfield.datasets import load_dataset
from levelfield.engine import open_engine
from levelfield.home import SCHEME, Home
from levelfield.intake.faults import Rows
from levelfield.intake.reach import Reach
from levelfield.pipeline.kept import kept_tables
from levelfield.pipeline.worth import (
    CONTACT,
    contacts_at_stake,
    worth_of_contacts,
)
from levelfield.publish.check_words import title_of
from levelfield.quality import Place, Plan
from levelfield.warehouse import Submission


def improvement_plan(
    home: Home, provider: str, most: int = 10, progress: Progress | None = None
) -> tuple[Plan, str]:
    """A plan for a provider (see `quality.make_plan`), and a remark, mostly empty.

    The pounds are those that `levelfield check` tells of a file, reckoned again from the records
    kept of the plan's months. The remark says why there are none. Raises UsageError when nothing of
    the provider is held.
    """
    months = quality.baseline_months(home.warehouse, provider)
    pence: dict[Place, int] | None = None
    note = ""
    try:
        pence = _pence(home, months, progress)
    except UsageError as error:
        note = f" There are no prices for these months. {error}"
    plan = quality.make_plan(home.warehouse, provider, most, pence)
    items = tuple(
        item.model_copy(update={"fault": title_of(item.rule, item.table, item.field, item.fault)})
        for item in plan.items
    )
    return plan.model_copy(update={"items": items}), note


def _pence(home: Home, months: Sequence[Submission], progress: Progress | None) -> dict[Place, int]:
    found: Counter[Place] = Counter()
    for number, submission in enumerate(months):
        if progress is not None:
            progress(submission.period, number, len(months))
        found.update(pence_at_stake(home, submission))
    return dict(found)


def pence_at_stake(home: Home, submission: Submission) -> Mapping[Place, int]:
    """By fault, the pence of the contacts that rest on the records it was found in.

    Faults on which no price rests are left out, and so is what merely follows from others. Faults
    overlap: the sum counts a contact once for each. Raises UsageError for a month without prices.
    """
    tables = kept_tables(home.warehouse, submission)
    if CONTACT not in tables:
        return {}
    who = {"provider": submission.provider, "period": submission.period}
    with closing(open_engine()) as engine:
        facts.make_facts_again(engine, submission, {"contact"})
        worth = worth_of_contacts(engine, tables, who, home.lookups.price_list(SCHEME))
    reach = Reach(tables, load_dataset())
    month = quality.kept_month(home.warehouse, submission)
    found: dict[Place, int] = {}
    for place, rows in _rows_of_faults(submission).items():
        table = place[1]
        if place not in month.severity or table not in tables:
            continue
        mask = np.zeros(len(tables[table].status), dtype=bool)
        mask[rows - 1] = True
        lost = month.severity[place] != "warning" and reach.holds(table, CONTACT)
        contacts = contacts_at_stake(tables, reach, table, mask, lost=lost, harm=month.harm[place])
        if contacts is not None and (pence := round(float(worth[contacts].sum()))):
            found[place] = pence
    return found


def _rows_of_faults(submission: Submission) -> dict[Place, Rows]:
    """The row numbers of each fault that does not merely follow from others; none of a submission
    from before it was kept which do."""
    file = submission.folder / "findings.parquet"
    if not file.exists() or "follows" not in pq.read_schema(file).names:
        return {}
    names = ["rule", "table", "field"]
    rows = pq.read_table(file, columns=[*names, "row_number", "follows"])
    rows = rows.filter(pc.and_(pc.invert(rows["follows"]), pc.is_valid(rows["row_number"])))
    grouped = rows.group_by(names).aggregate([("row_number", "list")])
    return {
        (one["rule"], one["table"], one["field"]): np.array(one["row_number_list"])
        for one in grouped.to_pylist()
    }
