"""Statements held against others: plan, flex and freeze, what changed and why, what might be."""

from levelfield.payment.scenarios.by_goal import GoalChange, by_goal
from levelfield.payment.scenarios.compare import (
    DIMENSIONS,
    Comparison,
    Dimension,
    Effect,
    Give,
    Outcome,
    compare,
)
from levelfield.payment.scenarios.definitions import ABSENT, Difference, Used
from levelfield.payment.scenarios.files import (
    all_effects,
    changes_table,
    goals_table,
    impact_tables,
    moved_table,
    plan_table,
    sweep_table,
    why_table,
    write_tables,
)
from levelfield.payment.scenarios.freeze import FlexAndFreeze, FrozenMonth, flex_and_freeze
from levelfield.payment.scenarios.impact import (
    Definitions,
    Impact,
    Kept,
    Moved,
    all_by_activity,
    assess,
)
from levelfield.payment.scenarios.impact_workbook import write_impact_workbook
from levelfield.payment.scenarios.intervals import Interval
from levelfield.payment.scenarios.plan import (
    PLAN_COLUMNS,
    Plan,
    PlanLine,
    PlannedStatement,
    read_plan,
    with_plan,
)
from levelfield.payment.scenarios.plan_workbook import write_plan_workbook
from levelfield.payment.scenarios.reconcile import CAUSES, Cause, Item, Reconciliation, reconcile
from levelfield.payment.scenarios.scenario import (
    Choices,
    Draws,
    Scenario,
    ScenarioFile,
    Scenarios,
    load_scenarios,
)
from levelfield.payment.scenarios.settings import with_settings
from levelfield.payment.scenarios.side import NO_SERVICE, Place, Side
from levelfield.payment.scenarios.sweep import Sweep, Swept, sweep
from levelfield.payment.scenarios.workbook import write_comparison_workbook

__all__ = [
    "ABSENT",
    "CAUSES",
    "DIMENSIONS",
    "NO_SERVICE",
    "PLAN_COLUMNS",
    "Cause",
    "Choices",
    "Comparison",
    "Definitions",
    "Difference",
    "Dimension",
    "Draws",
    "Effect",
    "FlexAndFreeze",
    "FrozenMonth",
    "Give",
    "GoalChange",
    "Impact",
    "Interval",
    "Item",
    "Kept",
    "Moved",
    "Outcome",
    "Place",
    "Plan",
    "PlanLine",
    "PlannedStatement",
    "Reconciliation",
    "Scenario",
    "ScenarioFile",
    "Scenarios",
    "Side",
    "Sweep",
    "Swept",
    "Used",
    "all_by_activity",
    "all_effects",
    "assess",
    "by_goal",
    "changes_table",
    "compare",
    "flex_and_freeze",
    "goals_table",
    "impact_tables",
    "load_scenarios",
    "moved_table",
    "plan_table",
    "read_plan",
    "reconcile",
    "sweep",
    "sweep_table",
    "why_table",
    "with_plan",
    "with_settings",
    "write_comparison_workbook",
    "write_impact_workbook",
    "write_plan_workbook",
    "write_tables",
]
