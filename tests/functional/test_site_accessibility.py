"""Every kind of page in a real browser: no axe-core violation, and nothing wider than a phone."""

from pathlib import Path

import pytest
from selenium.webdriver.chrome.webdriver import WebDriver

from axe import violations

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

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
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


@pytest.mark.parametrize("page", ["measures/ucr_2h.html", "for-the-party/ZA3.html"])
def test_in_print_tables_are_whole_and_what_is_folded_is_there(
    site: Path, browser: WebDriver, page: str
) -> None:
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        browser.get((site / page).as_uri())
        hidden = browser.execute_script(
            "const parts = [...document.querySelectorAll('details table, .lf-table')];"
            "return parts.filter(p => !p.getBoundingClientRect().height).length"
        )
        scrolled = browser.execute_script(
            "return [...document.querySelectorAll('.lf-scroll')]"
            ".filter(p => getComputedStyle(p).overflowX !== 'visible').length"
        )
        navigation = browser.execute_script(
            "return getComputedStyle(document.querySelector('nav')).display"
        )
        assert (hidden, scrolled, navigation) == (0, 0, "none")
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


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
