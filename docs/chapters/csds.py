"""The pages of the data set: its tables and fields, and its code lists."""

from chapters import markdown
from levelfield.core import definitions
from levelfield.datasets import DataSet, Field, Table, load_dataset

VERSION = "1.6"

MANDATION = """
`M` mandatory: the record is rejected when it is blank. `R` required where it applies. `O` optional.
`P` pilot: not to be sent. An asterisk marks a mandation that is inferred.
"""


def page() -> str:
    dataset = load_dataset(VERSION)
    tables = list(dataset.tables.values())
    index = markdown.table(
        ["table", "title", "belongs to", "mandatory", "what it holds"],
        [
            (
                f"[{t.name}](#{t.name.lower()})",
                t.title,
                t.parent or "",
                "yes" if t.mandatory else "",
                t.description,
            )
            for t in tables
        ],
    )
    return markdown.page(
        f"Community Services Data Set {VERSION}",
        _caveats(),
        MANDATION,
        "## Tables",
        index,
        *(_table(table) for table in tables),
    )


def codes_page() -> str:
    dataset = load_dataset(VERSION)
    return markdown.page(
        f"Code lists of the Community Services Data Set {VERSION}",
        "What the lists leave out is said on [the page of the data set](csds.md).",
        *(_code_list(dataset, name) for name in sorted(dataset.codes)),
    )


def _caveats() -> str:
    """What the definition's own README says before its licence texts."""
    text = definitions.path("csds/README.md").read_text(encoding="utf-8")
    return text.split("\n", 1)[1].split("\n## ", 1)[0]


def _table(table: Table) -> str:
    rows = [_field(field) for field in table.fields]
    header = ["field", "type", "length", "mandation", "key", "code list", "note"]
    parts = [f"## {table.name}", f"{table.title}. {table.description}"]
    parts.append(markdown.table(header, rows))
    if table.derived_fields:
        names = ", ".join(f"`{field.name}`" for field in table.derived_fields)
        parts.append(f"Added nationally, never submitted: {names}.")
    return "\n\n".join(parts)


def _field(field: Field) -> tuple[str, ...]:
    shortest, longest = field.min_length, field.max_length
    length = str(longest or "") if shortest == longest else f"{shortest} to {longest}"
    codes = f"[{field.code_list}](csds-codes.md#{field.code_list})" if field.code_list else ""
    if field.code_list and not field.code_list_closed:
        codes += " (and other values)"
    mandation = field.mandation + ("*" if field.mandation_inferred else "")
    key = f"{field.key} {field.key_target or ''}".strip()
    return (f"`{field.name}`", field.type, length, mandation, key, codes, field.note)


def _code_list(dataset: DataSet, name: str) -> str:
    rows = []
    for code in dataset.codes[name].values():
        retired = f"retired {code.retired_on or ''}".strip() if code.retired else ""
        rows.append((f"`{code.code}`", code.label, code.kind, retired, code.note))
    return f"## {name}\n\n" + markdown.table(["code", "meaning", "kind", "in use", "note"], rows)
