"""How far the statistics are from published results: a row for each thing that was compared.

Run it with `python -m benchmarks.statistics.agreement`. The published figures are those of
`tests/backtest/golden`, whose README says whose they are; nothing else is read. Prints a table in
Markdown, which `--out FILE` keeps. "Reference" and "ours" are the figures that lie furthest apart;
of words and of yes or no the table says how many are the same. Ends with exit code 1 when a
difference is above 1e-9, or above 1e-6 in the rows that say what a reference's rounding comes to.
"""

import argparse
from pathlib import Path

import numpy as np
from benchmarks.statistics.golden import Compared, everything

SMALLEST = 1e-6
"""Differences are relative to the reference, of which at least so much is taken."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, help="a file for the table")
    options = parser.parse_args()
    text, agree = table()
    print(text)
    if options.out:
        options.out.write_text(text, encoding="utf-8")
    return 0 if agree else 1


def table() -> tuple[str, bool]:
    """The table in Markdown, and whether every row keeps what it allows."""
    lines = [
        "| case | what | reference | ours | largest relative difference | figures | |",
        "|---|---|---|---|---|---|---|",
    ]
    every, figures = True, 0
    for compared in everything():
        theirs, ours, apart, number = furthest(compared)
        kept = apart <= compared.allowed
        every &= kept
        figures += number
        lines.append(
            f"| {compared.case} | {compared.what} | {theirs} | {ours} | {apart:.1e} | {number:,} | "
            f"{'agrees' if kept else 'DIFFERS'} |"
        )
    lines.append(f"\n{figures:,} figures in {len(lines) - 2} comparisons.\n")
    return "\n".join(lines), every


def furthest(compared: Compared) -> tuple[str, str, float, int]:
    """The two figures that lie furthest apart, their relative difference, and how many there are.

    What is missing in one only, or is another word, differs infinitely.
    """
    one, other = np.asarray(compared.ours).ravel(), np.asarray(compared.reference).ravel()
    if len(one) != len(other):
        raise ValueError(
            f"{compared.case}, {compared.what}: {len(one)} beside {len(other)} figures"
        )
    if one.dtype.kind in "UOSb" or other.dtype.kind in "UOSb":
        same = int((one == other).sum())
        return (
            str(len(other)),
            f"{same} the same",
            0.0 if same == len(other) else np.inf,
            len(other),
        )
    one, other = one.astype(float), other.astype(float)
    apart = np.abs(one - other) / np.maximum(np.abs(other), SMALLEST)
    apart = np.where(np.isnan(one) & np.isnan(other), 0.0, np.nan_to_num(apart, nan=np.inf))
    place = int(apart.argmax())
    return f"{other[place]:.10g}", f"{one[place]:.10g}", float(apart[place]), len(other)


if __name__ == "__main__":
    raise SystemExit(main())
