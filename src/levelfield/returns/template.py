"""What whoever fills in a return needs: the row of names, and what each column means."""

from levelfield.returns.layouts import Layout


def template(layout: Layout) -> str:
    """An empty return: the row that names the columns, with a comma between them."""
    return ",".join(column.name for column in layout.columns) + "\n"


def guide_rows(layout: Layout) -> list[dict[str, str]]:
    """A row for each column: its name, what it holds, whether it is needed, and its meaning."""
    return [
        {
            "column": column.name,
            "holds": _holds(column.type, column.least, column.most),
            "needed": "yes" if column.required else "",
            "meaning": column.meaning + _codes(column.codes),
        }
        for column in layout.columns
    ]


_HOLDS = {
    "provider": "ODS code",
    "commissioner": "ODS code",
    "month": "month, 2026-03",
    "team_type": "team type, 2 digits",
    "code": "code",
    "pseudonym": "pseudonym",
    "count": "whole number",
    "number": "number",
}


def _holds(kind: str, least: float | None, most: float | None) -> str:
    bounds = [f"from {least:g}"] if least is not None else []
    bounds += [f"to {most:g}"] if most is not None else []
    return " ".join([_HOLDS[kind], *bounds])


def _codes(codes: dict[str, str]) -> str:
    if not codes:
        return ""
    said = (code if code == meaning else f"{code} ({meaning})" for code, meaning in codes.items())
    return f" One of: {'; '.join(said)}."
