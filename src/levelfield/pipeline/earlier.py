"""What a contract was paid from before: units of primary submissions, or as at a past moment."""

from contextlib import closing
from dataclasses import replace
from datetime import datetime

import pyarrow as pa

from levelfield import currencies, facts, payment
from levelfield.core.errors import UsageError
from levelfield.core.periods import Month
from levelfield.engine import compose, open_engine
from levelfield.home import Home
from levelfield.payment.scenarios import FlexAndFreeze, flex_and_freeze
from levelfield.warehouse import Submission, active_of, snapshot_of


def flexed(home: Home, contract: payment.Contract, period: str) -> FlexAndFreeze:
    """A contract's period as primary submissions have it, and as it stands now.

    Raises UsageError for a month without a primary submission, and as `Home.statement` does.
    """
    now = home.statement(contract, period)
    flex = earlier_inputs(home, contract, period, primary=True)
    return flex_and_freeze(contract, now.period, flex, home.payment_inputs(contract))


def earlier_inputs(
    home: Home,
    contract: payment.Contract,
    period: str,
    *,
    primary: bool = False,
    as_at: datetime | None = None,
) -> payment.PaymentInputs:
    """What a contract is paid from when only submissions of the primary window count, or those that
    had been received by a moment and were held then.

    The units are grouped anew from those submissions; prices and measure results are today's.
    Raises UsageError for a month of the period without such a submission.
    """
    held = [s for s in home.warehouse.submissions() if s.provider == contract.provider]
    chosen = active_of((s for s in held if s.window == "primary" or not primary), as_at)
    there = {submission.period for submission in chosen}
    missing = [month for month in contract.months(period) if str(month) not in there]
    if missing:
        raise UsageError(_nothing(home, contract, missing, primary, as_at))
    counts = {scheme: _counts(home, chosen, scheme) for scheme in contract.schemes}
    snapshot = snapshot_of(submission.id for submission in chosen)
    return replace(home.payment_inputs(contract), counts=counts, snapshot=snapshot)


def _counts(home: Home, submissions: list[Submission], scheme_id: str) -> pa.Table:
    scheme = currencies.load_scheme(scheme_id)
    read = currencies.read_by(scheme)
    returned = [name for name in read if facts.load_fact(name).every]
    with closing(open_engine()) as engine:
        facts.make_facts_of(engine, submissions, set(read) - set(returned))
        facts.register_facts(home.warehouse, engine, returned)
        return engine.query(compose(currencies.group_and_count(scheme), currencies.COUNTS_IN_ORDER))


def _nothing(
    home: Home,
    contract: payment.Contract,
    missing: list[Month],
    primary: bool,
    as_at: datetime | None,
) -> str:
    which = "in the primary window" if primary else f"by {as_at:%Y-%m-%d %H:%M}"
    return (
        f"{home.path}: {contract.provider} had sent nothing {which} for "
        f"{', '.join(map(str, missing))}. Choose another period"
        f"{'' if primary else ' or a later moment'}; levelfield status --all lists what came in."
    )
