# ruff: noqa: E501 (a message is read in one line)
"""Each way in which a submission can be broken, in each format: what is said of it, word for word.

`tests/broken.py` makes them. A text is the refusal of what cannot be read, `{at:TABLE}` standing for
the place of that table's file; a tuple is the finding that tells the cause.
"""

import subprocess
import sys
from pathlib import Path

import pytest

import broken
from broken import CONTACTS, GP, HEADER, PEOPLE, STAFF
from levelfield import intake
from levelfield.core.errors import SubmissionError
from levelfield.intake import submission
from levelfield.pipeline.load import load
from levelfield.pipeline.lookups import register_lookups
from levelfield.warehouse import Warehouse

Finding = tuple[str, str, str, tuple[int, ...], str]

NO_DATE = "The value is not a date that exists, written as 2026-03-05"
NO_NUMBER = "The value is not a whole number of at most 4 digits"
NO_END = "{at:CYP901StaffDetails} does not end with a line end, so it may be cut short. Write it again with a line end after every row, the last one too."
NO_PLAIN = "Its name does not make it one that is read: save each table as a CSV file."
NO_UNPACKING = "is damaged and cannot be unpacked. Pack it again."
OUTSIDE = "out of the zip. Zip the tables by plain names."
DTD = "{at:march} holds a document type (DTD), which may define entities and is not read. Write the file without it."
TOO_LONG = "A row has more values than there are field names."
EMPTY = "The file is empty: it must begin with field names."


def nameless(table: str) -> Finding:
    return (
        "F-STRUCT",
        table,
        "",
        (),
        f"Not one column is named as a field of {table}: the row of field names is missing, stands below another line, or is another table's.",
    )


def badly_written(field: str, message: str) -> Finding:
    return ("R-FORMAT", CONTACTS, field, (1,), message)


EXPECTED: dict[str, str | Finding] = {
    "a mandatory table is missing": ("F-STRUCT", GP, "", (), f"{GP} is missing and must be sent."),
    "the header is missing": ("F-STRUCT", HEADER, "", (), f"{HEADER} is missing and must be sent."),
    "a mandatory table has no row": ("F-GP-EMPTY", GP, "", (), f"The GP registration table ({GP}) has no row."),
    "a table is unknown": ("F-STRUCT", "CYP999Extra", "", (), "There is no table named 'CYP999Extra' in the data set."),
    "a table is unknown: XML": ("F-STRUCT", "", "", (), "An element in line 231 holds values. There is no table named 'CYP999Extra' in the data set."),
    "a field is missing": ("F-STRUCT", GP, "OrgID_GP", (), "The field OrgID_GP is missing: every field of the table needs its column."),
    "a field is unknown": ("F-STRUCT", CONTACTS, "CareContactIdentifier", (), "There is no field named 'CareContactIdentifier' in the data set; did you mean CareContactID?"),
    "a field is unknown: XML": ("F-STRUCT", CONTACTS, "CareContactIdentifier", (), "There is no field named 'CareContactIdentifier' in the data set; did you mean CareContactID? It is first seen in line 124."),
    "fields that are left out": ("F-STRUCT", CONTACTS, "", (), "3 of the table's 21 fields have no column: Contact_CancellationReason, ReplacementAppointment_OfferedDate and ReplacementAppointment_BookedDate."),
    "some field names in other letters": ("F-STRUCT", GP, "", (), "2 of the 4 field names are not written as in the specification: 'orgid_gp' should be OrgID_GP, for example."),
    "a field name in other letters": ("F-STRUCT", CONTACTS, "Contact_Time", (), "The field Contact_Time is written 'contact time'."),
    "a field name in other letters: XML": ("F-STRUCT", CONTACTS, "Contact_Time", (), "The field Contact_Time is written 'ContactTime'. It is first seen in line 124."),
    "a field comes twice": ("F-STRUCT", GP, "OrgID_GP", (), "The field OrgID_GP has 2 columns: keep one."),
    "a field comes twice: Parquet": "{at:CYP002GP}: column 5 has the name of an earlier one. Keep one of the two.",
    "a field comes twice: XML": ("F-STRUCT", STAFF, "", (1,), "A record gives a field more than once."),
    "two thousand fields": ("F-STRUCT", STAFF, "", (), "2,000 columns, the first of them column 7, are named as no field."),
    "two thousand fields: XML": "{at:march}: in line 223 a record has more than 1,000 fields. Give each record its own fields alone.",
    "all field names in small letters": ("F-STRUCT", GP, "", (), "Not one of the 4 field names is written as in the specification: 'localpatientid' should be LocalPatientID, for example."),
    "spaces in all field names": ("F-STRUCT", CONTACTS, "", (), "Not one of the 21 field names is written as in the specification: ' TeamID Local ' should be TeamID_Local, for example."),
    "the field names are missing": nameless(PEOPLE),
    "the field names come twice": ("R-NAMES", GP, "", (1,), "The row repeats the field names."),
    "a row of totals": ("G-NO-PARENT", GP, "LocalPatientID", (3,), "The record that this one belongs to is absent or was itself rejected."),
    "a key comes twice": ("G-KEY-DUP", CONTACTS, "CareContactID", (1, 2), "Several rows with different content have the same identifier: all are rejected, with everything that belongs to them."),
    "a parent is missing": ("G-NO-PARENT", CONTACTS, "ServiceRequestID", (1,), "The record that this one belongs to is absent or was itself rejected."),
    "a day that does not exist": badly_written("Contact_Date", f"{NO_DATE}: there is no such day."),
    "a date with the day first": badly_written("Contact_Date", f"{NO_DATE}: the year stands last."),
    "a date as a spreadsheet counts it": badly_written("Contact_Date", f"{NO_DATE}: it is a number of days, as a spreadsheet keeps dates."),
    "a date with a time": badly_written("Contact_Date", f"{NO_DATE}: a time stands behind the date."),
    "the time 24:00": badly_written("Contact_Time", "The value is not a time of day, written as 09:30:00: midnight is 00:00:00, of the day that begins."),
    "a number with an exponent": badly_written("CareContact_Duration", f"{NO_NUMBER}: it is written with an exponent."),
    "a number with a sign": badly_written("CareContact_Duration", f"{NO_NUMBER}: a sign stands before it."),
    "digits of another script": badly_written("CareContact_Duration", f"{NO_NUMBER}: its digits are not 0 to 9."),
    "the word NULL": badly_written("CareContact_Duration", f"{NO_NUMBER}: a word stands for what is blank."),
    "a mark of direction": badly_written("Contact_Date", f"{NO_DATE}: an invisible character stands in it."),
    "a space that does not break": badly_written("AttendanceStatus", "The value is not a single character: a space stands at its beginning or end."),
    "a code that lost its zero": badly_written("ConsMechanism", "The value is not exactly 2 characters without a space around them: it is too short: a leading zero may be lost."),
    "a line end in a code": badly_written("ConsMechanism", "The value is not exactly 2 characters without a space around them: a line end, tab or other control character stands in it."),
    "spaces around": badly_written("CareContactID", "The value is not at most 20 characters without a space around them: a space stands at its beginning or end."),
    "a zero byte in a value": badly_written("CareContactID", "The value is not at most 20 characters without a space around them: a line end, tab or other control character stands in it."),
    "a zero byte in a value: XML": "{at:march}: in line 8 a character stands that XML does not allow. Remove it.",
    "a very long value": "{at:CYP201CareContact}: a value of 'CareContactID' in or after row 1 is longer than 65,536 bytes. Correct it.",
    "a very long value: XML": "{at:march}: at or before row 3: a value of 'CareContactID' is longer than 65,536 bytes. Correct it.",
    "the header is empty": ("F-HEADER-EMPTY", HEADER, "", (), f"The header table ({HEADER}) has no row."),
    "two headers": ("F-HEADER-BAD", HEADER, "", (1, 2), "The header has 2 rows and must have one."),
    "an unknown version": ("F-HEADER-VERSION", HEADER, "Version", (1,), "Version 9.9 is not known here; 1.6 is, and 1.5."),
    "a period of two months": ("F-HEADER-PERIOD", HEADER, "RP_StartDate", (1,), "The reporting period in the header runs from 1 March 2026 to 30 April 2026, which is not one calendar month."),
    "a provider that is a path": ("F-HEADER-BAD", HEADER, "OrgID_Provider", (1,), "OrgID_Provider of the header is not 3 to 6 letters and digits."),
    "an empty file": ("F-STRUCT", STAFF, "", (), EMPTY),
    "an empty file: Parquet": "{at:CYP901StaffDetails} is empty. Write it again, with its columns.",
    "an empty file: zip archive": "{sent} the file is empty. Write it again.",
    "an empty file: XML": "{at:march}: the file is empty. Write it again.",
    "an empty file: Access": "{at:march}: the file is empty. Write it again.",
    "a file of white space": ("F-STRUCT", STAFF, "", (), EMPTY),
    "a row is too long": ("F-STRUCT", GP, "", (2,), TOO_LONG),
    "a row is too short": ("F-STRUCT", GP, "", (2,), "A row has fewer values than there are field names."),
    "a million commas": ("F-STRUCT", GP, "", (3,), TOO_LONG),
    "a comma behind every row": ("F-STRUCT", GP, "", (), "Column 5 has no name."),
    "another delimiter": ("F-STRUCT", GP, "", (), "The field names are not parted by a comma, semicolon, tab or vertical bar."),
    "a quotation mark stays open": "{at:CYP001MPI}: a quotation mark that opens in or before line 2 never closes, or the file is cut short. Look there, and write the file again.",
    "a quotation mark amid a value": "{at:CYP901StaffDetails}: a quotation mark that opens in or before line 2 never closes, or the file is cut short. Look there, and write the file again.",
    "UTF-16": "{at:CYP901StaffDetails} is written in UTF-16. Save it as UTF-8.",
    "UTF-16: XML": "{at:march} is written in UTF-16. Save it as UTF-8.",
    "UTF-16 without a mark": "{at:CYP901StaffDetails} is written in UTF-16. Save it as UTF-8.",
    "no known encoding": "{at:CYP901StaffDetails} is neither UTF-8 nor Windows-1252. Save it as UTF-8.",
    "two byte-order marks": "{at:CYP901StaffDetails} is marked as UTF-8 twice. Save it again, with one byte-order mark or none.",
    "no line end at the end": NO_END,
    "cut amid a CRLF": "{at:CYP901StaffDetails} ends amid a line end, a CR without its LF: it is cut short. Write it again.",
    "a workbook named .csv": f"{{at:CYP901StaffDetails}} is an Excel workbook. {NO_PLAIN}",
    "a text document named .csv": f"{{at:CYP901StaffDetails}} is an Office document. {NO_PLAIN}",
    "a zip named .csv": "{at:CYP901StaffDetails} is a zip. Unpack it, or give its name the ending .zip.",
    "an old workbook named .csv": f"{{at:CYP901StaffDetails}} is an old Office document, such as an .xls workbook. {NO_PLAIN}",
    "a PDF named .csv": f"{{at:CYP901StaffDetails}} is a PDF document. {NO_PLAIN}",
    "a web page named .csv": "{at:CYP901StaffDetails} is a web page, such as that of a failed download. Fetch the file itself again.",
    "gzip without the ending": "{at:CYP901StaffDetails} is packed with gzip. Add .gz to its name.",
    "Parquet named .csv": "{at:CYP901StaffDetails} is a Parquet file. Give its name the ending .parquet.",
    "XML named .csv": "{at:CYP901StaffDetails} is an XML file. Give its name the ending .xml.",
    "JSON named .csv": f"{{at:CYP901StaffDetails}} is JSON. {NO_PLAIN}",
    "a database named .csv": "{at:CYP901StaffDetails} is an Access database. Give its name the ending .accdb.",
    "zero bytes alone": "{at:CYP901StaffDetails} is nothing but zero bytes. The copy was broken off: write or copy it again.",
    "zero bytes alone: Access": "{at:march} is nothing but zero bytes. The copy was broken off: write or copy it again.",
    "cut short: gzip": "{at:CYP901StaffDetails} is cut short. Pack it again.",
    "cut short: Parquet": "{at:CYP901StaffDetails} is cut short. Write it again.",
    "cut short: zip archive": "{sent} this zip is cut short or damaged. Make it again.",
    "cut short: XML": "{at:march} is cut short: it ends in line 230, before its elements do. Write it again.",
    "cut short: Access": "{at:march} is cut short: pages of the database are missing. Copy it again.",
    "a wrong checksum": f"{{at:CYP901StaffDetails}} {NO_UNPACKING}",
    "something behind the end": "{at:CYP901StaffDetails} holds something else behind the end of its gzip. Pack it again.",
    "no gzip": "{at:CYP901StaffDetails} is not packed with gzip. Take the ending .gz off its name, or pack it.",
    "a bomb": "{at:CYP901StaffDetails} unpacks to more than 12,725,776 bytes, which no submission does. Send the submission's own files only.",
    "a bomb: zip archive": "{sent} the zip unpacks to 50,002,323 bytes, more than 400 times its own size, as no submission does. Zip the submission's own files only.",
    "a table comes twice": "{sent} CYP901StaffDetails comes twice. Keep one of its files.",
    "a table comes twice: zip archive": "{sent} CYP002GP comes twice. Keep one of its files.",
    "another count of rows": "{at:CYP901StaffDetails} holds 2 rows and says at its end that they are 3. Write it again.",
    "no such file: Parquet": "{at:CYP901StaffDetails} is a Parquet file that is damaged. Write it again.",
    "no such file: Access": "{at:march} does not begin as an Access database does. Send the file that Access itself has written.",
    "another file: Parquet": "{at:CYP901StaffDetails} is not a Parquet file. Write it as one, or as CSV.",
    "another file: XML": "{at:march} is packed with gzip. Add .gz to its name.",
    "another file: Access": f"{{at:march}} is an Excel workbook. {NO_PLAIN}",
    "encrypted": "{at:CYP901StaffDetails} is encrypted. Write it without encryption.",
    "a column of lists": "{at:CYP901StaffDetails}: column 1 holds lists or records. Write one plain value a row.",
    "a column of bytes": "{at:CYP901StaffDetails}: column 1 holds what is not text in UTF-8. Write it as text.",
    "a path out of it": f"{{sent}} a file in the zip leads upwards by '../', {OUTSIDE}",
    "an absolute path": f"{{sent}} a file in the zip begins at the root of the disk, {OUTSIDE}",
    "a drive": f"{{sent}} a file in the zip names a drive, {OUTSIDE}",
    "a path with backslashes": f"{{sent}} a file in the zip leads upwards by '..\\', {OUTSIDE}",
    "a zip inside": "{sent} there is a zip inside the zip. Unpack the outer one.",
    "many files": "{sent} the zip holds 1,009 files, and may hold 1,000. Zip the submission's own files only.",
    "files that overlap": f"{{at:CYP001MPI}} {NO_UNPACKING}",
    "a password": "{at:CYP001MPI} is locked with a password. Make the zip again, without a password.",
    "an unknown method": "{at:CYP001MPI} is packed in a way that is not read. Make the zip again, with plain Deflate.",
    "a damaged file": f"{{at:CYP000Header}} {NO_UNPACKING}",
    "a link": "{sent} the zip holds a link in place of a file. Zip the files themselves.",
    "names that differ by case": ("F-STRUCT", "cyp002gp", "", (), "There is no table named 'cyp002gp' in the data set; did you mean CYP002GP?"),
    "no table": "{sent} the zip holds no file named as a table (CYP000Header.csv, CYP001MPI.csv, …).",
    "nothing": "{sent} the zip is empty. Zip the submission's tables.",
    "an XML file beside tables": "{sent} the zip holds an XML file or Access database beside other files. Zip one submission at a time.",
    "no zip": "{sent} this is not a zip. Make it again.",
    "a document type": DTD,
    "a billion laughs": "{at:march}: in line 1 entities unfold to far too much. Write their text itself.",
    "an entity from outside": DTD,
    "an unknown entity": "{at:march}: in line 227 an entity stands that XML does not define. Write its text itself.",
    "a processing instruction": "{at:march} holds a processing instruction, which no submission needs. Write the file without it.",
    "elements far too deep": "{at:march}: in line 1 elements stand far too deep in one another. Nest records alone.",
    "an attribute": "{at:march}: in line 64 an element has an attribute, which is not read. Write each value as an element of its own.",
    "text between elements": "{at:march}: in line 64 text stands beside elements. Write values alone.",
    "a tag stays open": "{at:march}: in line 231 an element ends that is not the one last begun. End every element.",
    "two outermost elements": "{at:march}: in line 231 a second outermost element begins. Put all records into one.",
    "another encoding than declared": "{at:march}: in line 8 bytes stand that are not of its encoding. Save it as UTF-8.",
    "no submission": "{at:march} is a web page, such as that of a failed download. Fetch the file itself again.",
    "a huge text": "{at:march}: in line 8 a value is longer than any of the data set. Correct it.",
    "a damaged page": "{at:march} is an Access database that cannot be read: it is damaged, cut short, locked with a password or still open in Access. Close it, take off the password, compact and repair it there, and send that.",
}  # fmt: skip
"""By class, and where a format says it in words of its own by class and format."""

CASES = {case.id: case for case in broken.cases()}
ENDINGS = {"gzip": ".csv.gz", "Parquet": ".parquet"}


def expected(case: broken.Case) -> str | Finding:
    return EXPECTED.get(case.id) or EXPECTED[case.kind]


def spelled(text: str, case: broken.Case, path: Path) -> str:
    """A refusal as it is said of the submission at a path."""
    text = text.replace("{sent}", f"{path}:").replace("{at:march}", str(path))
    before, _, rest = text.partition("{at:")
    if not rest:
        return text
    table, _, after = rest.partition("}")
    return f"{before}{path}: '{table}{ENDINGS.get(case.form, '.csv')}'{after}"


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_is_said_of_it(
    tmp_path: Path, case: broken.Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The cause is found by reading and by the contract; the other rules are tested elsewhere.
    monkeypatch.setattr(submission, "_by_rules", lambda *_: None)
    if case.form == "Access":
        pytest.importorskip("levelfield.intake.reading.access_file")
    path = case.make(tmp_path)
    wanted = expected(case)
    if isinstance(wanted, str):
        with pytest.raises(SubmissionError) as refused:
            intake.check(path)
        assert str(refused.value) == spelled(wanted, case, path)
        return
    findings = intake.check(path).findings
    told = [(f.rule, f.table, f.field, f.rows, f.message) for f in findings]
    assert wanted in told
    if wanted[0] in ("F-STRUCT", "R-NAMES"):
        assert told == [wanted], "the cause alone is told, not what follows from it"
    assert all(f.remedy for f in findings)


def test_the_catalogue_is_large_and_every_entry_is_used() -> None:
    kinds = {case.kind for case in CASES.values()}
    forms = {case.form for case in CASES.values()}
    assert len(kinds) >= 25
    assert forms == {"CSV folder", "gzip", "zip", "zip archive", "Parquet", "XML", "Access"}
    assert set(EXPECTED) <= kinds | set(CASES)


def test_a_home_is_as_before_after_all_of_them(tmp_path: Path) -> None:
    """Those that are refused as a whole, loaded into one home in one go."""
    sent = tmp_path / "sent"
    chosen = [c for c in CASES.values() if isinstance(expected(c), str)]
    for number, case in enumerate(chosen):
        (sent / f"{number:03}").mkdir(parents=True)
        made = case.make(sent / f"{number:03}")
        sound = sent / f"{number:03}" / "sound"
        for file in sound.glob("*"):
            file.unlink()
        assert made.exists()
    lookups = broken.handmade.lookups(tmp_path / "lookups")
    warehouse = Warehouse.open(tmp_path / "home", create=True)
    register_lookups(warehouse, lookups)
    before = _files(tmp_path / "home")
    loaded = load(
        intake.find_submissions(sent),
        warehouse.home,
        lookups=lookups,
        key=intake.PseudonymKey.of(None),
    )
    assert {x.outcome for x in loaded} == {"unreadable"}
    assert len(loaded) == len(chosen)
    assert warehouse.submissions() == []
    after = _files(tmp_path / "home")
    assert {file: after.pop(file) for file in before} == before
    assert set(after) <= {"manifest.json"}


def _files(home: Path) -> dict[str, bytes]:
    return {
        str(f.relative_to(home)): f.read_bytes()
        for f in home.rglob("*")
        if f.is_file() and "locks" not in f.parts
    }


BOMBS = (
    "a bomb: gzip",
    "a bomb: zip archive",
    "a huge text: XML",
    "a billion laughs: XML",
    "a million commas: gzip",
)


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_in_little_memory(tmp_path: Path, bomb: str) -> None:
    """In a process that may take 1 GiB of addresses beyond what it has when it begins to read."""
    case = next(c for c in broken.cases() if c.id == bomb)
    path = case.make(tmp_path)
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from levelfield import intake\n"
        "from levelfield.core.errors import SubmissionError\n"
        "from levelfield.datasets import load_dataset\n"
        "from levelfield.intake.reading.read import read\n"
        "dataset = load_dataset()\n"
        "pages = int(Path('/proc/self/statm').read_text().split()[0])\n"
        "limit = pages * resource.getpagesize() + 1024 ** 3\n"
        "resource.setrlimit(resource.RLIMIT_AS, (limit, limit))\n"
        "try:\n"
        "    raw = read(intake.find_submissions(Path(sys.argv[1]))[0], dataset)\n"
        "    print('; '.join(fault.message for fault in raw.faults))\n"
        "except SubmissionError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    wanted = expected(case)
    assert (spelled(wanted, case, path) if isinstance(wanted, str) else wanted[-1]) in done.stdout
