"""What scenario and impact print: tables and waterfalls on the terminal, or JSON."""

from collections.abc import Mapping, Sequence

from levelfield import payment
from levelfield.cli.bridge_shown import show_bridge
from levelfield.cli.console import show
from levelfield.cli.options import Format
from levelfield.core.money import format_pounds
from levelfield.payment.scenarios import Comparison, Effect, Impact, Interval, Outcome, Sweep

_MOVED = 12
"""How many kinds of units that moved are printed."""


def comparison_json(found: Comparison) -> dict[str, object]:
    """A comparison as --json prints it; money in whole pence."""
    return {
        "title": found.title,
        "period": found.period,
        "draws": found.draws.model_dump() if found.draws else None,
        "without_interval": found.without_interval,
        "base": {"id": found.base.id, "total_pence": found.base.total_pence},
        "others": [
            {
                "id": other.id,
                "total_pence": other.total_pence,
                "effect_pence": other.total_pence - found.base.total_pence,
                "interval_pence": found.total(other),
                "why": found.why(other),
                **{
                    f"by_{dimension}": [
                        {**vars(one), "effect_pence": one.effect_pence}
                        for one in found.effects(other, dimension)
                    ]
                    for dimension in ("provider", "commissioner", "service")
                },
            }
            for other in found.others
        ],
    }


def sweep_json(swept: Sweep | None) -> list[dict[str, object]]:
    """The rows of a sweep as --json prints them; none without a sweep."""
    if swept is None:
        return []
    names = [one.set for one in swept.of.parameters]
    return [{**dict(zip(names, row.values, strict=True)), "pence": row.pence} for row in swept.rows]


def impact_json(found: Impact) -> dict[str, object]:
    """An impact assessment as --json prints it; money in whole pence."""
    return {
        **comparison_json(found.comparison),
        "differences": [one._asdict() for one in found.differences],
        "definitions": [one._asdict() for one in found.rests_on],
        "kept_total_pence": found.kept_total,
        "moved_in_all": [one._asdict() for one in found.moved_in_all()],
        "moved": [{**one._asdict(), "units": one.units} for one in found.moved],
    }


def show_comparison(found: Comparison, names: Mapping[str, str]) -> None:
    """Print what each alternative pays, why, and who gains or loses."""
    print(f"{found.title}, {found.period}")
    for other in found.others:
        _show_other(found, other, names)


def _show_other(found: Comparison, other: Outcome, names: Mapping[str, str]) -> None:
    base, effect = found.base, other.total_pence - found.base.total_pence
    print(
        f"\n{other.title}: {format_pounds(other.total_pence)}, against "
        f"{format_pounds(base.total_pence)} ({base.title}); effect {format_pounds(effect)}"
        f"{_limits(found.total(other))}.\n"
    )
    show_bridge(found.bridge_of_causes(other))
    for dimension in ("provider", "commissioner", "service"):
        print()
        rows = [_effect_row(one, names) for one in found.effects(other, dimension)]
        show(rows, [dimension, "base", "amount", "effect", "share", "interval"], Format.table)
    if found.draws:
        print(
            f"\nIntervals: {found.draws.confidence:.0%} percentile, {found.draws.replicates} "
            f"replicates, {' and '.join(found.draws.of)} drawn anew, seed {found.draws.seed}. "
            f"{found.without_interval}".rstrip()
        )


def _effect_row(one: Effect, names: Mapping[str, str]) -> dict[str, object]:
    name = names.get(one.code, one.code)
    if one.dimension == "service":
        name = payment.service_name(one.code) if one.code else "of no one service"
    return {
        one.dimension: name,
        "base": format_pounds(one.base_pence),
        "amount": format_pounds(one.pence),
        "effect": format_pounds(one.effect_pence),
        "share": "" if one.share is None else f"{one.share:+.1%}",
        "interval": _limits(one.interval).strip(),
    }


def _limits(interval: Interval | None) -> str:
    if interval is None:
        return ""
    return f" ({format_pounds(interval.lower)} to {format_pounds(interval.upper)})"


def show_sweep(swept: Sweep) -> None:
    """Print what is paid at each value of the parameters."""
    print(f"\nSweep of {swept.title}; the base pays {format_pounds(swept.base_pence)}.\n")
    titles = [one.title for one in swept.of.parameters]
    rows: Sequence[dict[str, object]] = [
        {
            **dict(zip(titles, row.values, strict=True)),
            "amount": format_pounds(row.pence),
            "effect": format_pounds(row.pence - swept.base_pence),
        }
        for row in swept.rows
    ]
    show(rows, [*titles, "amount", "effect"], Format.table)


def show_impact(found: Impact, names: Mapping[str, str]) -> None:
    """Print a comparison with what differs, the units that moved and who pays for it."""
    show_comparison(found.comparison, names)
    print("\nWhat differs:")
    for one in found.differences:
        print(f"  {one.what}: {one.before}, then {one.after}. {one.meaning}".rstrip())
    print("\nWhat both rest on:")
    for used in found.rests_on:
        print(
            f"  {used.what} {used.id}, version {used.version} ({used.used}). "
            f"Status: {used.status} Source: {used.source}"
        )
    rows: list[dict[str, object]] = [
        {
            "units of": f"{one.kind} {one.code}",
            "before": one.before,
            "after": one.after,
            "moved": f"{one.units:+,}",
        }
        for one in found.moved_in_all()[:_MOVED]
    ]
    print("\nUnits that moved most:\n")
    show(rows, ["units of", "before", "after", "moved"], Format.table)
    if found.kept_total:
        print("\nIf the total were kept, prices being scaled:\n")
        rows = [
            {
                "provider": names.get(one.provider, one.provider),
                "before": format_pounds(one.base_pence),
                "after": format_pounds(one.pence),
                "effect": format_pounds(one.effect_pence),
            }
            for one in found.kept()
        ]
        show(rows, ["provider", "before", "after", "effect"], Format.table)
