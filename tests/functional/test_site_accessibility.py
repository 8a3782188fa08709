"""Every kind of page in a real browser: no axe-core violation, and nothing wider than a phone."""

from pathlib import Path

import pytest
from selenium.webdriver.chrome.webdriver import WebDriver

from axe import violations
from levelfield.published import published_datasets

PAGES = {
    "home": "index.html",
    "list of data sets": "england/index.html",
    "published data set": "england/community_waits_by_service_2025-03.html",
    "published data set without figures": "england/community_beds_2026-03.html",
    "system": "system/index.html",
    "list of measures": "measures/index.html",
    "measure with a funnel": "measures/ucr_2h.html",
    "measure with bars": "measures/wait_first_contact.html",
    "measure without a trend": "measures/dna_gap.html",
    "measure with illustrative codes and a clock": "measures/msk_hq_change.html",
    "measure of a rate": "measures/falls_rate.html",
    "list of providers": "providers/index.html",
    "provider": "for-the-party/ZA3.html",
    "peers of a provider": "for-the-party/ZA3-peers.html",
    "data quality": "quality/index.html",
    "data quality of a provider": "for-the-party/ZA4-quality.html",
    "currencies": "currencies/index.html",
    "currency scheme": "currencies/ncc-2024-25.html",
    "decision tables": "currencies/needs-segments-tables.html",
    "price list": "prices/fictional-2026-27.html",
    "steps of prices": "prices/ncc-2024-25-steps.html",
    "list of statements": "statements/index.html",
    "statement": "for-the-party/statement-za1-2025-26-2026-03.html",
    "shadow": "for-the-party/shadow-za1-2025-26.html",
    "scenario": "for-the-party/scenario-made-up.html",
    "impact": "for-the-party/impact-attendance.html",
    "review of a block": "for-the-party/review-za1-2025-26.html",
    "what changed": "for-the-party/changed-made-up.html",
    "about": "about/index.html",
    "keys": "about/keys.html",
}

DATASETS = {f"data set {name}": f"england/{name}.html" for name in published_datasets()}
"""The page of every data set, since each draws what its own publication bears."""

ALL = {**PAGES, **{name: page for name, page in DATASETS.items() if page not in PAGES.values()}}

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("page", ALL.values(), ids=ALL.keys())
def test_no_axe_violation(site: Path, browser: WebDriver, page: str) -> None:
    browser.set_window_size(1280, 1000)
    browser.get((site / page).as_uri())
    assert violations(browser) == {}


@pytest.mark.parametrize("width", [375, 320], ids=["phone", "zoomed to 400%"])
@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_nothing_is_wider_than(site: Path, browser: WebDriver, page: str, width: int) -> None:
    """A page zoomed to 400% on a screen of 1280 pixels has 320 to lie in (WCAG 2.2, 1.4.10)."""
    # A headless window cannot be as narrow as a phone, so the page's own view is set.
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": True},
    )
    try:
        browser.get((site / page).as_uri())
        browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_in_print_tables_are_whole_and_what_is_folded_is_there(
    site: Path, browser: WebDriver, page: str
) -> None:
    """On A4 between margins of a centimetre, which leaves 718 pixels."""
    _print_view(browser, 718)
    try:
        browser.get((site / page).as_uri())
        found = browser.execute_script(_IN_PRINT)
        assert found == {
            "hidden tables": 0,
            "tables that scroll": 0,
            "wider than the paper": [],
            "tables that may be cut": 0,
            "addresses after links": 0,
            "notes larger than figures": 0,
            "navigation": "none",
        }
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def _print_view(browser: WebDriver, width: int) -> None:
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": False},
    )


_IN_PRINT = """
const all = (name) => [...document.querySelectorAll(name)];
const style = (part, name, pseudo) => getComputedStyle(part, pseudo)[name];
const size = (part) => parseFloat(style(part, 'fontSize'));
const tables = all('.lf-table');
return {
  'hidden tables': tables.filter(t => !t.getBoundingClientRect().height).length,
  'tables that scroll': all('.lf-scroll').filter(t => style(t, 'overflowX') !== 'visible').length,
  'wider than the paper': tables.filter(t => t.getBoundingClientRect().right > innerWidth)
    .map(t => t.caption.innerText),
  'tables that may be cut': tables.filter(t => style(t, 'breakInside') !== 'avoid').length,
  'addresses after links': all('a').filter(a => style(a, 'content', '::after') !== 'none').length,
  'notes larger than figures': all('td .lf-note').filter(n => size(n) > size(n.parentElement))
    .length,
  'navigation': style(document.querySelector('nav'), 'display'),
};
"""


def test_the_axe_harness_can_find_a_fault(browser: WebDriver, tmp_path: Path) -> None:
    page = tmp_path / "faulty.html"
    page.write_text("<html><body><h1>Faulty</h1><img src='x.png'></body></html>")
    browser.get(page.as_uri())
    assert {"image-alt", "html-has-lang"} <= violations(browser).keys()


def test_the_pages_load_all_that_they_name(site: Path, browser: WebDriver) -> None:
    browser.get_log("browser")
    browser.get((site / "index.html").as_uri())
    browser.execute_script("document.querySelectorAll('img').forEach(i => i.loading = 'eager')")
    broken = browser.execute_async_script(
        "const done = arguments[0];"
        "Promise.all([...document.images].map(i => i.decode().then(() => null, () => i.src)))"
        ".then(found => done(found.filter(Boolean)))"
    )
    assert broken == []
    assert browser.execute_script("return document.styleSheets.length") == 2
    logs = [entry["message"] for entry in browser.get_log("browser")]
    assert logs == []
