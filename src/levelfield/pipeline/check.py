"""A check as its submitter reads it: findings with their cost, and what is around them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

import pyarrow as pa

from levelfield import intake, tariff
from levelfield.core.dates import long_date, month_words
from levelfield.core.errors import UsageError
from levelfield.core.periods import Month
from levelfield.core.progress import Progress
from levelfield.datasets import load_dataset
from levelfield.datasets.windows import windows
from levelfield.home import SCHEME, Home
from levelfield.intake import Examined, Report, Source
from levelfield.intake.checking.header import TABLE as HEADER
from levelfield.intake.quality import quality_table
from levelfield.pipeline.agreed import contradictions, review
from levelfield.pipeline.comparison import compare
from levelfield.pipeline.harm import cost
from levelfield.pipeline.load import mixed
from levelfield.pipeline.preview import Preview, preview
from levelfield.publish.check_data import CheckData
from levelfield.publish.words import counted, listed, moment
from levelfield.warehouse import Submission

PROVIDERS_NAMED = 5


def check(
    source: Source,
    *,
    home: Home | None = None,
    settings: intake.Settings | None = None,
    received: datetime | None = None,
    with_preview: bool = True,
    processes: int = 1,
    progress: Progress | None = None,
) -> tuple[CheckData, Examined]:
    """Check one submission; nothing is written.

    `home` holds earlier submissions to compare it with, and what its provider has agreed and
    declared. Without `received` the window is that of the file's creation, and days are counted
    from now. A long XML file is read by so many `processes`. Raises SubmissionError for what cannot
    be read, and DefinitionError for a plan or declarations that make no sense.
    """
    tell = progress or (lambda doing, done, total: None)
    tell("reading and checking", 0, 3)
    examined = intake.examine(source, settings=settings, processes=processes)
    report = intake.report(examined, received)
    report = replace(report, doubts=(*report.doubts, *_of_a_stranger(report, home)))
    tell("what is at stake", 1, 3)
    previewed, note = None, "The preview was left out."
    if with_preview:
        previewed, note = _preview(examined, home)
    findings, stake = cost(examined, previewed)
    tell("comparing with earlier months", 2, 3)
    fields = _fields(examined)
    return CheckData(
        name=source.path.resolve().name,
        report=report,
        findings=findings,
        stake=stake,
        stake_note=note,
        days_left=days_left(report, (received or datetime.now()).date()),
        becomes=becomes(examined, report, received, home),
        comparison=compare(examined, previewed, home),
        fields=fields,
        checked_at=datetime.now().replace(microsecond=0),
        settings=tuple(_settings(examined)),
        declared=tuple(contradictions(examined, fields, home)),
        review=review(examined, report, home),
    ), examined


def _of_a_stranger(report: Report, home: Home | None) -> list[str]:
    """That a home holds other providers' submissions and none of this one's, in a sentence."""
    held = sorted({s.provider for s in home.warehouse.submissions()}) if home else []
    if not report.provider or not held or report.provider in held:
        return []
    others = listed(held) if len(held) <= PROVIDERS_NAMED else f"{len(held)} other providers"
    return [
        f"Nothing of {report.provider} is in this home, which holds {others}: is the code right?"
    ]


def _settings(examined: Examined) -> Iterator[str]:
    """What local settings changed, a sentence each, and what they no longer change."""
    for change in examined.settings.in_force(intake.rule_texts(load_dataset().version)):
        now = "switched off" if change["now"] == "off" else f"graded {change['now']}"
        yield f"{change['rule']} is {now.replace('_', ' ')} by local settings: {change['reason']}"
    yield from examined.settings.ended


def _fields(examined: Examined) -> pa.Table:
    counted = {name: checked.quality for name, checked in examined.tables.items()}
    return quality_table(examined.raw.digest[:16], counted)


def _preview(examined: Examined, home: Home | None) -> tuple[Preview | None, str]:
    """The preview, or none and why."""
    if examined.header is None or not examined.tables:
        return None, "Nothing can be counted until the file can be read as a whole."
    lookups = None
    if home is not None and home.lookups.folder.exists():
        lookups = intake.read_lookups(home.lookups.folder)
    prices = home.lookups.price_list(SCHEME) if home is not None else tariff.load_price_list(SCHEME)
    try:
        return preview(examined, prices, lookups), ""
    except UsageError as error:
        return None, f"There are no prices for this month. {error}"


def days_left(report: Report, today: date) -> str:
    """How long the windows of the month stay open, in a sentence; empty without a month."""
    if not report.period:
        return ""
    month = Month.parse(report.period)
    dates = windows(month)
    said = f"(it is {long_date(today)})"
    estimate = " The date is an estimate by rule: check the national calendar."
    for name, opens, closes in (
        ("primary", dates.primary_open, dates.primary_close),
        ("refresh", dates.refresh_open, dates.refresh_close),
    ):
        if today > closes:
            continue
        begin = f"The {name} window for {month_words(month)}"
        left = (closes - today).days
        time = f"{counted(left, 'day')} left" if left else "today is the last day"
        text = f"{begin} closes on {long_date(closes)}: {time} {said}."
        if today < opens:
            text = f"{begin} opens on {long_date(opens)} and closes on {long_date(closes)} {said}."
        return text + (estimate if dates.by_rule else "")
    return (
        f"Both windows for {month_words(month)} have closed, the refresh window on "
        f"{long_date(dates.refresh_close)} {said}."
    )


def becomes(
    examined: Examined, report: Report, received: datetime | None, home: Home | None
) -> str:
    """What would become of the file if it were loaded, in a sentence or two."""
    header = examined.header
    if header is None:
        sent = examined.raw.tables.get(HEADER)
        if sent is not None and sent.rows.num_rows:
            return "It would be refused: its header has to be mended before anything else."
        return "It would be refused: without a header nobody can tell whose month it is."
    name = f"{header.provider} for {month_words(header.period)}"
    active = [s for s in home.active() if _same(s, report)] if home else []
    before = " and ".join(
        f"the {s.window} file received on {moment(s.received_at)}" for s in active
    )
    known = home.warehouse.find(examined.raw.digest[:16]) if home else None
    if report.status == "refused":
        stays = f" Active stays {before}." if before else ""
        return f"It would be refused, and nothing of it kept.{stays}"
    if home is not None and (mixing := mixed(home.warehouse, examined.raw.source)):
        return f"Loading it into this home would be refused. {mixing}"
    if known is not None and known.state() != "held":
        last = known.events[-1]
        decided = f"{known.state()} on {long_date(last.at.date())} ({last.reason})"
        if known.state() == "destroyed":
            return (
                f"These very bytes were loaded and {decided}: loading them again is refused, "
                "unless it is done with --again."
            )
        return (
            f"These very bytes are loaded and were {decided}: they do not count, and loading them "
            f"again changes nothing. levelfield restore {known.id} lets them count again."
        )
    if known is not None:
        return f"These very bytes are loaded already: loading them again changes nothing of {name}."
    arrives = header.received(received)
    if not active:
        where = "" if home else " where nothing else of that month is loaded"
        return f"Once loaded it would be the active submission of {name}{where}."
    mine = (report.window == "refresh", arrives)
    theirs = (active[0].window == "refresh", active[0].received_at)
    if mine >= theirs:
        return f"Once loaded it would be the active submission of {name}, in place of {before}."
    reason = (
        "a refresh file goes before a primary one"
        if mine[0] < theirs[0]
        else "it was received later"
    )
    return f"Loaded, it would be kept but not used: {before} stays active, since {reason}."


def _same(submission: Submission, report: Report) -> bool:
    return (submission.provider, submission.period) == (report.provider, report.period)
