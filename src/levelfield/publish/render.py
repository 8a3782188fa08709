"""Pages become HTML: templates, relative links, and the same few words everywhere."""

import posixpath
import shutil
from collections.abc import Collection
from functools import cache
from pathlib import Path
from urllib.parse import quote

from jinja2 import ChainableUndefined, ChoiceLoader, Environment, PackageLoader

from levelfield.core.dates import long_date, period_words
from levelfield.publish.parts import Page
from levelfield.publish.style import classes_of, trimmed
from levelfield.publish.words import figure, moment, whole

NAVIGATION = (
    ("England", "england/index.html"),
    ("System", "system/index.html"),
    ("Measures", "measures/index.html"),
    ("Providers", "providers/index.html"),
    ("Data quality", "quality/index.html"),
    ("Currencies", "currencies/index.html"),
    ("Statements", "statements/index.html"),
    ("About", "about/index.html"),
)

STYLE = Path(__file__).with_name("static") / "levelfield.css"
VENDOR = Path(__file__).with_name("vendor") / "nhsuk-frontend"
_SHEET = "nhsuk-frontend.min.css"
_STYLE_HERE = "/* style goes here */"


@cache
def _environment() -> Environment:
    # The NHS.UK components expect chained undefined values to be empty.
    found = Environment(
        loader=ChoiceLoader(
            [PackageLoader("levelfield.publish"), PackageLoader("nhsuk_frontend_jinja")]
        ),
        undefined=ChainableUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "whole": whole,
        "figure": figure,
        "long_date": long_date,
        "moment": moment,
        "period_words": period_words,
    }
    return found


def render_alone(template: str, **content: object) -> str:
    """A page that stands alone: its style is inside it, and it needs no other file."""
    text: str = _environment().get_template(template).render(style=_STYLE_HERE, **content)
    style = (trimmed(_vendor_style(), classes_of(text)), STYLE.read_text(encoding="utf-8"))
    return text.replace(_STYLE_HERE, "\n".join(style))


def write_style(folder: Path, worn: Collection[str]) -> None:
    """Write the style sheets of a site, the frontend's cut to the classes that its pages wear."""
    shutil.copytree(VENDOR, folder / "assets" / VENDOR.name)
    sheet = (VENDOR / _SHEET).read_text(encoding="utf-8")
    (folder / "assets" / VENDOR.name / _SHEET).write_text(trimmed(sheet, worn), encoding="utf-8")
    shutil.copy(STYLE, folder / "assets" / STYLE.name)


@cache
def _vendor_style() -> str:
    """The style sheet of the frontend with its few images written into it."""
    text = (VENDOR / _SHEET).read_text(encoding="utf-8")
    for image in sorted((VENDOR / "images").glob("*.svg")):
        data = quote(image.read_text(encoding="utf-8"))
        text = text.replace(f"url(images/{image.name})", f'url("data:image/svg+xml,{data}")')
    return text


def render(page: Page, site: dict[str, object]) -> str:
    """The page as HTML; `site` holds what all pages show (title, simulated, generated_at)."""
    folder = posixpath.dirname(page.path)

    def to(path: str) -> str:
        """A link from this page to a path of the site: relative, so that a file system will do."""
        return posixpath.relpath(path, folder or ".")

    template = _environment().get_template(f"{page.kind}.html")
    text: str = template.render(page=page, site=site, to=to, navigation=NAVIGATION, **page.content)
    return text
