"""The variation and assurance icons, drawn here: a shape and a word, never a colour alone."""

from markupsafe import Markup, escape

from levelfield.benchmark import Trend
from levelfield.publish.layout import BLUE, ORANGE, PURPLE, SOFT

PROVISIONAL_LIMITS = "provisional limits"
"""What is said of a signal whose limits stand on fewer than fifteen months."""

_WAVE = "M5 14 Q8.5 8 12 14 T19 14"
_UP = "M5 17 L11 12 L14 14 L19 7 M14.5 7 H19 V11.5"
_DOWN = "M5 7 L11 12 L14 10 L19 17 M14.5 17 H19 V12.5"
_TICK = "M6 12.5 L10.5 17 L18 8"
_CROSS = "M7.5 7.5 L16.5 16.5 M16.5 7.5 L7.5 16.5"
_EITHER = "M5 12 H19 M9 8 L5 12 L9 16 M15 8 L19 12 L15 16"
_ROUND = '<circle cx="12" cy="12" r="11"'
_SQUARE = '<rect x="1" y="1" width="22" height="22" rx="4"'

_VARIATION = {
    "common cause": (_WAVE, SOFT, "No change"),
    "special cause improvement": ("", BLUE, "Improving"),
    "special cause concern": ("", ORANGE, "Getting worse"),
    "special cause neutral": ("", PURPLE, "Changing"),
}
_ASSURANCE = {
    "pass": (_TICK, BLUE, "Will meet it"),
    "fail": (_CROSS, ORANGE, "Will miss it"),
    "hit and miss": (_EITHER, SOFT, "Hit and miss"),
}


def variation_icon(variation: str, rising: bool) -> Markup:
    """Whether the months show a change; `rising` says which way a change points."""
    shape, colour, word = _VARIATION[variation]
    return _icon(_ROUND, shape or (_UP if rising else _DOWN), colour, word)


def assurance_icon(assurance: str) -> Markup:
    """Whether the standard will be met while nothing changes."""
    shape, colour, word = _ASSURANCE[assurance]
    return _icon(_SQUARE, shape, colour, word)


def variation_of(found: Trend) -> Markup:
    """The variation icon of a trend; which way a change points is seen from its last month."""
    last = found.points.slice(found.points.num_rows - 1).to_pylist()[0]
    rising = (last["value"] or 0) >= (last["mean"] or 0)
    icon = variation_icon(found.variation, rising)
    return icon if found.variation == "common cause" else icon + on_limits(found)


def outlook_of(found: Trend) -> Markup:
    """The assurance icon of a trend; empty without a standard."""
    if not found.assurance:
        return Markup()
    icon = assurance_icon(found.assurance)
    return icon if found.assurance == "hit and miss" else icon + on_limits(found)


def on_limits(found: Trend) -> Markup:
    """What stands below the icon of a signal while its limits are provisional; else empty."""
    said = f'<span class="lf-note">{PROVISIONAL_LIMITS}</span>'
    return Markup(said) if found.provisional_limits else Markup()


def _icon(frame: str, shape: str, colour: str, word: str) -> Markup:
    """A frame, the line in it, and the word beside it, which is all that is read aloud."""
    return Markup(
        '<span class="lf-icon"><svg viewBox="0 0 24 24" width="24" height="24" fill="none" '
        f'stroke="{colour}" stroke-width="2" aria-hidden="true" focusable="false">'
        f'{frame} fill="white"/><path d="{shape}"/></svg> {escape(word)}</span>'
    )
