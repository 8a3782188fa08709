"""The words in which a submitter hears of findings: short, plain, about their records."""

from collections.abc import Mapping

from levelfield.currencies import schemes
from levelfield.datasets import Table, load_dataset, snake
from levelfield.intake import Finding, Report
from levelfield.intake.checking.header import TABLE as HEADER
from levelfield.intake.rules.catalogue import BREAKDOWNS
from levelfield.publish.check_data import CheckData, CostedFinding, Stake
from levelfield.publish.words import counted, listed, percent, pounds_about
from levelfield.warehouse import total

_NOUNS = {
    "CYP000Header": ("header row", "header rows"),
    "CYP001MPI": ("person", "people"),
    "CYP002GP": ("GP registration", "GP registrations"),
    "CYP004CarePlanType": ("care plan", "care plans"),
    "CYP101Referral": ("referral", "referrals"),
    "CYP102ServiceTypeReferredTo": ("team of a referral", "teams of referrals"),
    "CYP104RTT": ("waiting time clock", "waiting time clocks"),
    "CYP201CareContact": ("contact", "contacts"),
    "CYP202CareActivity": ("activity", "activities"),
    "CYP301GroupSession": ("group session", "group sessions"),
    "CYP609CodedAssessmentReferral": ("assessment at a referral", "assessments at referrals"),
    "CYP611Obs": ("observation", "observations"),
    "CYP612CodedAssessmentContact": ("assessment at a contact", "assessments at contacts"),
    "CYP901StaffDetails": ("professional", "professionals"),
}
"""What a row of a table is called, and several; those of other tables go by the table's title."""

_TITLES = {
    "R-NAMES": "rows that repeat the field names",
    "R-BLANK": "{nouns} without {field}",
    "W-BLANK-KEY": "{nouns} without {field}",
    "R-FORMAT": "{nouns} whose {field} is not written as it must be",
    "R-CODE-FATAL": "{nouns} whose {field} is not in the code list",
    "W-CODE": "{nouns} whose {field} is not in the code list",
    "W-CODE-RETIRED": "{nouns} whose {field} is a retired code",
    "W-LEADING-ZERO": "{nouns} whose {field} has a leading zero",
    "R-BEFORE-START": "{nouns} whose {field} is before the month began",
    "R-AFTER-END": "{nouns} whose {field} is after the month ended",
    "G-KEY-DUP": "{nouns} with the same {field} but different content",
    "DUPLICATE": "{nouns} sent twice, word for word",
    "F-ALL-FAILED": "Not one of the {nouns} is left after the other checks",
}
"""Titles of the rules that the contract generates, by rule."""

_ABBREVIATIONS = {"nhs": "NHS", "gp": "GP", "id": "id", "snomed": "SNOMED", "ct": "CT"}

MEASURES_NAMED = 3
"""Measures that a sentence names; the page and the workbook list all."""

KINDS = {
    "contact": "contacts",
    "clock": "clocks",
    "referral": "referrals",
    "person": "people",
}
"""What measures count, in the plural."""

SEVERITIES = {
    "reject_file": "refuses the whole file",
    "reject_group": "rejects the record and what belongs to it",
    "reject_record": "rejects the record",
    "warning": "warning: the record is kept",
}


def noun(table: str) -> str:
    """What a row of a table is: `contact`, `care plan record`."""
    known = load_dataset().tables.get(table)
    if table in _NOUNS or known is None:
        return _NOUNS.get(table, ("row", "rows"))[0]
    named = known.title
    return f"{named[:1].lower()}{named[1:]} record"


def nouns(table: str) -> str:
    """What several rows of a table are: `contacts`, `care plan records`."""
    return _NOUNS[table][1] if table in _NOUNS else f"{noun(table)}s"


def title(finding: Finding) -> str:
    """What is wrong, in a few words: `Contacts without attendance status`."""
    if finding.follows:
        known = load_dataset().table(finding.table)
        above = noun(known.parent or "")
        return capital(_FELL.format(nouns=nouns(finding.table), above=above))
    return title_of(finding.rule, finding.table, finding.field, finding.message)


def commonest(finding: Finding) -> str:
    """What was sent most often where codes are not in their list: `'9' (40 times), 'X' (once)`."""
    return ", ".join(
        f"'{text}' ({'once' if times == 1 else f'{times:,} times'})"
        for text, times in finding.commonest
    )


def title_of(rule: str, table: str, field: str, message: str) -> str:
    """The title of a fault that follows from no other; `message` is what the rule says of it."""
    known = load_dataset().tables.get(table)
    if rule == "G-NO-PARENT" and known is not None and known.parent:
        return capital(_ORPHANS.format(nouns=nouns(table), above=noun(known.parent)))
    if rule in _TITLES and known is not None:
        name = field_words(known, field)
        return capital(_TITLES[rule].format(nouns=nouns(table), field=name))
    return message.rstrip(".")


_ORPHANS = "{nouns} whose {above} is not in the file"
_FELL = "{nouns} whose {above} was rejected"


def field_words(table: Table, field: str) -> str:
    """A field's name in words: the Data Dictionary's, or its own."""
    if field not in table.by_name:
        return field
    words, of = _words_and_whose(table, field)
    # What stands in brackets is said where it tells two fields of a table apart.
    if of and any(_words_and_whose(table, n)[0] == words for n in table.by_name if n != field):
        return f"{words} of the mother" if of == "mother" else f"{words} ({of})"
    return words


def _words_and_whose(table: Table, field: str) -> tuple[str, str]:
    """A field's name in words, and what the Data Dictionary says in brackets behind it."""
    element, _, of = table.field(field).element.lower().partition(" (")
    of = of.rstrip(")")
    if element == "organisation identifier" and of:
        element = of
    plain = element.removeprefix("person ").removesuffix(" code")
    words = (plain or snake(field).replace("_", " ")).split()
    return " ".join(_ABBREVIATIONS.get(word, word) for word in words), of


def heading(one: CostedFinding) -> str:
    """`Contacts without attendance status: 48,210 of 155,300 (31%)`; the title alone where no row
    is to blame, or the one row of the header."""
    if one.share is None or one.finding.table == HEADER:
        return one.title if one.title.endswith("?") else f"{one.title}."
    return f"{one.title}: {one.finding.count:,} of {one.of:,} ({percent(one.share)})"


def harm(one: CostedFinding) -> str:
    """What is lost with the records and what rests on them; where nothing does, why not."""
    if one.finding.severity == "reject_file":
        return _REFUSED
    parts = [*_lost(one), *_uncertain(one)]
    if not parts and one.finding.rule == "R-BLANK" and _names_the_record(one.finding):
        return "Nothing can be told to belong to them, and what should falls for its own part."
    nothing = f"Nothing that is counted or priced in this file rests on {_them(one)}."
    return " ".join(parts) or one.finding.no_harm or nothing


def _names_the_record(finding: Finding) -> bool:
    table = load_dataset().tables.get(finding.table)
    return table is not None and finding.field in table.primary_key


_REFUSED = "Nothing of the file is counted or paid until it is mended."


def _lost(one: CostedFinding) -> list[str]:
    """What falls with the records, their pounds, and the measures that count without them."""
    parts = [f"{falls(one.falls)} with {_them(one)}."] if one.falls else []
    if one.lost and one.pence:
        parts.append(f"{pounds_about(one.pence)} of activity is lost.")
    named = [m.title for m in one.measures if m.lost and m.id in one.finding.harm]
    if named := named[:MEASURES_NAMED]:
        parts.append(
            f"{listed(named)} {'count' if len(named) > 1 else 'counts'} without {_them(one)}."
        )
    return parts


def _uncertain(one: CostedFinding) -> list[str]:
    """What is kept and rests on the records: measures, their breakdowns, and pounds."""
    if one.lost:
        return []
    measures = [measure.title for measure in one.measures if not measure.lost]
    things = measures[:MEASURES_NAMED]
    if left := len(measures) - len(things):
        things.append(counted(left, "other measure"))
    if split := [word for name, word in BREAKDOWNS.items() if name in one.finding.harm]:
        things.append(f"every measure by {listed(split)}")
    if one.pence:
        things.append(f"{pounds_about(one.pence)} of activity")
    elif one.contacts is None and not set(schemes()).isdisjoint(one.finding.harm):
        things.append("the price of activity")
    verb = "rest" if len(things) > 1 else "rests"
    return [capital(f"{listed(things)} {verb} on {_them(one)}.")] if things else []


def _them(one: CostedFinding) -> str:
    return "it" if one.finding.count == 1 else "them"


def falls(counts: Mapping[str, int]) -> str:
    """`40 contacts and 3 referrals fall`."""
    largest = sorted(counts.items(), key=lambda item: -item[1])
    told = [counted(n, noun(table), nouns(table)) for table, n in largest[:3]]
    rest = sum(count for _, count in largest[3:])
    if rest:
        told.append(counted(rest, "other record"))
    verb = "falls" if sum(counts.values()) == 1 else "fall"
    return f"{listed(told)} {verb}" if told else ""


def first_records(one: CostedFinding, most: int = 5) -> str:
    """`Rows 12 (C0012), 15 (C0015) and 48,208 more`, empty where no row is to blame."""
    if not one.records or one.finding.table == HEADER:
        return ""
    shown = [f"{row:,} ({name})" if name else f"{row:,}" for row, name in one.records[:most]]
    left = one.finding.count - len(shown)
    word = "Row" if one.finding.count == 1 else "Rows"
    if left > 0:
        return f"{word} {', '.join(shown)} and {left:,} more"
    return f"{word} {listed(shown)}"


def outcome(data: CheckData) -> str:
    """`accepted`, `accepted, with 312 records rejected and 4,100 warned`, or `refused: why`."""
    if data.report.status == "refused":
        causes = [f for f in data.report.findings if f.severity == "reject_file"]
        more = f", and {counted(len(causes) - 1, 'other reason')}" if causes[1:] else ""
        return (
            f"refused: {_uncapital(title(causes[0]), causes[0].field)}{more}"
            if causes
            else "refused"
        )
    n = total(data.report.tables.values())
    parts = [f"{counted(n.rejected, 'record')} rejected"] if n.rejected else []
    parts += [f"{n.warned:,} warned"] if n.warned else []
    parts += [f"{n.duplicate:,} sent twice"] if n.duplicate else []
    return f"accepted, with {listed(parts)}" if parts else "accepted, with nothing to mend"


def records_words(report: Report) -> str:
    """The records read and what became of them, in a sentence."""
    n = total(report.tables.values())
    if report.status == "refused":
        return f"{counted(n.read, 'record')} read; none is kept until the file can be accepted."
    duplicate = f", {n.duplicate:,} sent twice" if n.duplicate else ""
    return (
        f"{counted(n.read, 'record')} read: {n.accepted:,} accepted ({n.warned:,} of them with a "
        f"warning), {n.rejected:,} rejected{duplicate}."
    )


def stake_words(stake: Stake) -> str:
    """The pounds at stake in a sentence, each contact counted once."""
    whole = f"of {pounds_about(stake.total_pence)} of activity in this file"
    if not stake.at_stake_pence:
        return f"Nothing {whole} is at stake."
    parts = []
    if stake.lost_pence:
        lost = counted(stake.lost_contacts, "rejected contact")
        parts.append(f"{pounds_about(stake.lost_pence)} lost with {lost}")
    if stake.uncertain_pence:
        unsure = counted(stake.uncertain_contacts, "contact")
        parts.append(f"{pounds_about(stake.uncertain_pence)} uncertain in {unsure}")
    return f"{pounds_about(stake.at_stake_pence)} {whole} is at stake: {' and '.join(parts)}."


def _uncapital(text: str, field: str) -> str:
    """A sentence as it goes on behind a colon; the field's name, or another, keeps its capital."""
    word = text.partition(" ")[0]
    name = word == field or word[1:] != word[1:].lower()
    return text if name else text[:1].lower() + text[1:]


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
