"""About the site: what it is and is not, what was suppressed, and how to walk a figure back."""

from levelfield.core.values import NATIONAL
from levelfield.disclosure import Effect, default_rule
from levelfield.publish.parts import Page
from levelfield.publish.results import MeasureResults
from levelfield.publish.site_data import SiteData
from levelfield.publish.words import moment


def about_page(data: SiteData, found: dict[str, MeasureResults], effect: Effect) -> Page:
    """Methods, disclosure and status in words."""
    return Page(
        path="about/index.html",
        kind="about",
        title="About these figures",
        lead="What they are, what they are not, and what was done before they were published.",
        section="about/index.html",
        content={
            "effect": effect,
            "rule": default_rule(),
            "made": moment(data.generated_at),
            "snapshot": data.snapshot,
            "simulated": data.simulated,
        },
    )


def keys_page(data: SiteData, found: dict[str, MeasureResults]) -> Page:
    """How to read a lineage key, with one of this site as the example."""
    example = "V-0123456789ab"
    for one in found.values():
        row = one.row(one.public, NATIONAL)
        if row is not None:
            example = str(row["lineage"])
            break
    return Page(
        path="about/keys.html",
        kind="keys",
        title="Where a figure comes from",
        lead="Each figure has a key beside it. The key leads back to the rule and the records.",
        section="about/index.html",
        trail=(("About these figures", "about/index.html"),),
        content={"example": example},
    )
