"""Pictures of the page for the README: ``python tests/browser/pictures.py [RUN]``.

Made from a saved run, so that they show a course of events and not a first day.
"""

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import shutil

from playwright.sync_api import sync_playwright
from tabs import FLAGS, NAMES, Tab, end, free_port, serve

SHOTS = Path(__file__).parents[2] / "docs" / "img"
WIDTHS = {1440: 900, 1024: 768, 400: 860}
PANELS = {"light": "now", "dark": "tension"}
EXTRA = ("text", "events", "charts", "steer", "keep")
DAY = 30


def pictures(run: Path) -> None:
    """Save the page at three widths in both themes, and each panel once."""
    data = Path(tempfile.mkdtemp())
    shutil.copytree(run, data / "runs" / run.name)
    port = free_port()
    process = serve(data, port, what="deir_ezzor_2017")
    path = next(found for name in NAMES if (found := shutil.which(name)))
    SHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for width, height in WIDTHS.items():
            size = {"width": width, "height": height}
            for theme, panel in PANELS.items():
                tab = Tab(browser, f"http://127.0.0.1:{port}/", viewport=size)
                page = tab.open(
                    f"?run={run.name}&day={DAY}&theme={theme}&panel={panel}"
                )
                page.wait_for_timeout(1500)
                page.screenshot(path=SHOTS / f"page-{width}-{theme}.png")
                if (width, theme) == (1440, "light"):
                    _panels(page)
                tab.close()
        browser.close()
    end(process)


def _panels(page):
    for name in EXTRA:
        page.evaluate("name => flashpoint.tab(name)", name)
        page.wait_for_timeout(3000)
        page.screenshot(path=SHOTS / f"panel-{name}.png")
    page.evaluate(
        """() => { const f = flashpoint.players[0].get(120), o = flashpoint.players[0].at.formations;
        const u = (i, n) => f.formations.u16[(i * f.formations.size + o[n]) >> 1];
        const rows = [...Array(f.formations.n).keys()].filter(i => u(i, "mission") !== 65535);
        rows.sort((a, b) => u(b, "personnel") - u(a, "personnel"));
        flashpoint.select({ kind: "formation", row: rows[0], members: [rows[0]] }); }"""
    )
    page.wait_for_timeout(2500)
    page.screenshot(path=SHOTS / "panel-why.png")
    page.get_by_role("button", name="Legend").click()
    page.wait_for_timeout(300)
    page.screenshot(path=SHOTS / "legend.png")


if __name__ == "__main__":
    pictures(Path(sys.argv[1]))
