"""Pictures of the page for README and docs: ``make pictures`` writes them all.

Made from a saved run, so that they show a course of events and not a first day. A
run is computed first unless one is given: ``python tests/browser/pictures.py [RUN]``.
"""

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from PIL import Image
from playwright.sync_api import sync_playwright
from tabs import FLAGS, SHOWN, Tab, chromium, end, free_port, serve

SHOTS = Path(__file__).parents[2] / "docs" / "img"
WIDTHS = {1440: 900, 1024: 768, 400: 860}
PANELS = {"light": "now", "dark": "tension"}
EXTRA = {
    "text": "",
    "events": "",
    "charts": "The run in charts",
    "keep": "Keep and open",
}
DAY = 80
QUALITY = 80
MOST_BYTES = 300_000
SETTLED = """() => new Promise((done) => document.fonts.ready.then(() =>
  requestAnimationFrame(() => requestAnimationFrame(() => done(!flashpoint.state.dirty)))))"""
DRAWN = """() => [...document.querySelectorAll(".fp-chart")].every((box) => box.querySelector("canvas"))"""
STRONGEST = """(tick) => { const p = flashpoint.players[0], f = p.get(tick).formations, o = p.at.formations;
  const u = (i, n) => f.u16[(i * f.size + o[n]) >> 1];
  const rows = [...Array(f.n).keys()].filter((i) => u(i, "mission") !== 65535 && f.u8[i * f.size + o.status] === 0);
  rows.sort((a, b) => u(b, "personnel") - u(a, "personnel"));
  flashpoint.select({ kind: "formation", row: rows[0], members: [rows[0]] }); }"""


def pictures(run: Path | None) -> None:
    """Save the page at three widths in both themes, and its panels once."""
    data = Path(tempfile.mkdtemp())
    name = run.name if run else "race"
    if run:
        shutil.copytree(run, data / "runs" / name)
    else:
        command = [sys.executable, "-m", "abm", "run", "--seed", "1"]
        out = str(data / "runs" / name)
        subprocess.run([*command, "--out", out], check=True, stdout=subprocess.DEVNULL)
    port = free_port()
    process = serve(data, port, what="deir_ezzor_2017")
    SHOTS.mkdir(parents=True, exist_ok=True)
    address = f"http://127.0.0.1:{port}/"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for width, height in WIDTHS.items():
            for theme, panel in PANELS.items():
                size = {"width": width, "height": height}
                tab = Tab(browser, address, viewport=size)
                query = f"?run={name}&day={DAY}&theme={theme}&panel={panel}"
                page = tab.open(query)
                page.wait_for_function(SHOWN, arg=DAY * 4)
                save(page, f"page-{width}-{theme}")
                if (width, theme) == (1440, "light"):
                    _panels(page)
                tab.close()
        browser.close()
    end(process)


def _panels(page):
    for name in EXTRA:
        page.evaluate("name => flashpoint.tab(name)", name)
        if EXTRA[name]:
            page.get_by_role("heading", name=EXTRA[name]).wait_for()
            page.wait_for_function(DRAWN)
        save(page, f"panel-{name}", panel_only=True)
    page.evaluate(STRONGEST, DAY * 4)
    page.locator(".fp-terms").wait_for()
    save(page, "panel-why", panel_only=True)
    page.get_by_role("button", name="Legend").click()
    page.get_by_role("region", name="Legend").wait_for()
    box = page.get_by_role("region", name="Legend").bounding_box()
    save(page, "legend", clip=box)


def save(page, name, *, panel_only=False, clip=None):
    """Save what is seen as a small picture, once nothing moves any more."""
    page.wait_for_function(SETTLED)
    if panel_only:
        clip = page.locator(".fp-side").bounding_box()
    shot = Image.open(io.BytesIO(page.screenshot(clip=clip)))
    file = SHOTS / f"{name}.webp"
    shot.convert("RGB").save(file, quality=QUALITY, method=6)
    size = file.stat().st_size
    assert size <= MOST_BYTES, f"{file.name} has {size} bytes"
    print(f"{file.name}  {size / 1000:.0f} kB")


if __name__ == "__main__":
    pictures(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
