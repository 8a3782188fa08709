"""axe-core, run in a page that a browser shows."""

from pathlib import Path

from selenium.webdriver.remote.webdriver import WebDriver

SCRIPT = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(browser: WebDriver) -> dict[str, list[str]]:
    """By rule the first places of the shown page that break it; what is folded away is opened."""
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    browser.execute_script(SCRIPT)
    result = browser.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run(document, {runOnly: {type: 'tag', values: arguments[0]}}).then(done)",
        TAGS,
    )
    assert result["passes"], "axe-core looked at nothing"
    return {v["id"]: [n["html"][:160] for n in v["nodes"]][:3] for v in result["violations"]}
