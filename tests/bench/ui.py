"""``make bench-ui``: the page measured in headless Chromium, and beside Mesa's own.

Prints one line a figure with the limit it is held to; ends non-zero when one misses.
Both pages are drawn by the same browser in one run, from the same model.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "browser"))

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright
from tabs import FLAGS, Tab, chromium, end, free_port, serve

SPEED = 8  # days a second: 32 ticks of six hours
FULL_SPEED = 32  # the fastest the page offers: 128 ticks a second
SECONDS = 5
UNCAPPED = ["--disable-frame-rate-limit", "--disable-gpu-vsync"]
"""As on a screen of any rate, so that neither page is held at 60 frames a second."""
SESSIONS = 8
LIMITS = {
    "frames a second": (50, "least"),
    "ticks a second": (28, "least"),
    "ticks against Mesa's SolaraViz": (5, "least"),
    "kB a tick over the wire": (4, "most"),
    "scrub to drawn, p95 ms": (100, "most"),
    "interactive after, s": (3, "most"),
    "server memory, MiB": (400, "most"),
    "server memory, whole run watched, MiB": (400, "most"),
    "server memory, its peak, MiB": (400, "most"),
    "frames a second beside pairs": (30, "least"),
}
FRAMES = """async ([speed, seconds]) => {
  flashpoint.seek(0); flashpoint.state.speed = speed; flashpoint.play(true);
  await new Promise(done => setTimeout(done, 400));
  const a = flashpoint.stats(), t = performance.now();
  await new Promise(done => setTimeout(done, seconds * 1000));
  const b = flashpoint.stats(), s = (performance.now() - t) / 1000;
  flashpoint.play(false);
  return [(b.drawn - a.drawn) / s, (b.tick - a.tick) / s, (b.ms - a.ms) / (b.drawn - a.drawn)];
}"""
SHOWN = """async ([speed, seconds]) => {
  flashpoint.seek(0); flashpoint.state.speed = speed; flashpoint.play(true);
  const until = performance.now() + seconds * 1000, seen = new Set(); let drawn = 0;
  while (performance.now() < until) {
    await new Promise(requestAnimationFrame); const now = flashpoint.stats();
    if (now.drawn !== drawn) { seen.add(Math.floor(now.tick)); drawn = now.drawn; }
  }
  flashpoint.play(false);
  return seen.size / seconds;
}"""
SCRUB = """async () => {
  const times = []; const total = flashpoint.players[0].total;
  for (let i = 0; i < 40; i++) {
    const to = (i * 97) % total, t = performance.now();
    const before = flashpoint.stats().drawn; flashpoint.seek(to);
    while (flashpoint.stats().drawn === before) await new Promise(requestAnimationFrame);
    times.push(performance.now() - t);
  }
  return times.sort((a, b) => a - b)[37];
}"""
TO_THE_END = """() => { const end = setInterval(() => { const p = flashpoint.players[0];
  if (p.done) clearInterval(end); else flashpoint.seek(p.total - 1); }, 200); }"""
MESA = """
import matplotlib
matplotlib.use("agg")
from matplotlib.figure import Figure
import solara
from mesa.visualization import SolaraViz
from abm.model import ConflictModel
model = ConflictModel("{scenario}", rng=1, collect=False)
@solara.component
def Space(model):
    from mesa.visualization.utils import update_counter
    update_counter.get()
    figure = Figure(figsize=(9, 7)); axes = figure.subplots(); t, w = model.theatre, model.world
    axes.imshow(t.bloc[w.cells.holder].reshape(t.grid.shape))
    row, column = divmod(w.formations.cell, t.grid.width)
    axes.scatter(column, row, s=6); axes.set_title(f"tick {{w.tick}}")
    solara.FigureMatplotlib(figure)
page = SolaraViz(model, components=[Space], play_interval=1, name="Mesa")
"""
MESA_TICKS = """async (seconds) => {
  const image = () => document.querySelector(".jupyter-widgets img, .solara-image img, img[src^='data'], .widget-image")?.src || document.querySelector("svg g[id^=figure]")?.outerHTML.length;
  let seen = 0, last = image(); const until = performance.now() + seconds * 1000;
  while (performance.now() < until) {
    await new Promise(requestAnimationFrame); const now = image();
    if (now !== last) { seen++; last = now; }
  }
  return seen / seconds;
}"""


def memory(pid: int, which: str = "VmRSS") -> float:
    """Return the resident memory of a process, now or (VmHWM) at most so far, MiB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(which):
            return int(line.split()[1]) / 1024
    return float("nan")


class Wire:
    """Counts what the server sends to a page, before compression."""

    def __init__(self, page) -> None:
        self.bytes = 0
        page.on("websocket", lambda socket: socket.on("framereceived", self._count))

    def _count(self, payload: str | bytes) -> None:
        self.bytes += len(payload)


def ours(browser, scenario: str) -> dict[str, float]:
    """Return the figures of our page."""
    data, port = Path(tempfile.mkdtemp()), free_port()
    process = serve(data, port, what=scenario)
    tab = Tab(browser, f"http://127.0.0.1:{port}/")
    wire = Wire(tab.page)
    start = time.perf_counter()
    page = tab.open(f"?scenario={scenario}&seed=1&play=0")
    interactive = time.perf_counter() - start
    before, known = wire.bytes, page.evaluate("flashpoint.players[0].total")
    wanted = "() => flashpoint.players[0].done || flashpoint.players[0].total > 190"
    page.wait_for_function(wanted, timeout=180_000)
    computed = page.evaluate("flashpoint.players[0].total") - known
    sent = (wire.bytes - before) / computed
    drawn, ticks, each = page.evaluate(FRAMES, [SPEED, SECONDS])
    found = {
        "frames a second": drawn,
        "ticks a second": ticks,
        "ms to draw a frame": each,
        "kB a tick over the wire": sent / 1000,
        "scrub to drawn, p95 ms": page.evaluate(SCRUB),
        "interactive after, s": interactive,
        "server memory, MiB": memory(process.pid),
    }
    found["server memory, whole run watched, MiB"] = whole_run(page, process.pid)
    found["server memory, its peak, MiB"] = memory(process.pid, "VmHWM")
    found["frames a second beside pairs"] = beside_pairs(page)
    tab.close()
    tabs = [Tab(browser, f"http://127.0.0.1:{port}/") for _ in range(SESSIONS)]
    for seed, each in enumerate(tabs):
        each.open(f"?scenario={scenario}&seed={seed + 2}&play=0")
    found["server memory, eight sessions, MiB"] = memory(process.pid)
    for each in tabs:
        each.close()
    end(process)
    return found


def whole_run(page, pid: int) -> float:
    """Return the server's memory, MiB, when the run is over and every panel was open."""
    page.evaluate(TO_THE_END)
    page.wait_for_function("() => flashpoint.players[0].done", timeout=300_000)
    for tab in page.get_by_role("tab").all():
        tab.click()
        page.wait_for_timeout(500)
    return memory(pid)


def beside_pairs(page) -> float:
    """Return the frames a second while pairs of runs are computed in the background."""
    page.evaluate("flashpoint.seek(20)")
    page.get_by_role("tab", name="Steer").click()
    page.get_by_role("button", name=re.compile("^Ground all aircraft")).first.click()
    page.get_by_role("button", name=re.compile("^Apply from day")).click()
    page.get_by_role("button", name="Run 4 pairs").click()
    page.wait_for_function("() => flashpoint.players[0].total > 100", timeout=180_000)
    return float(page.evaluate(FRAMES, [SPEED, SECONDS])[0])


def shown(browser, scenario: str) -> float:
    """Return the ticks a second that our page draws at its full speed."""
    data, port = Path(tempfile.mkdtemp()), free_port()
    process = serve(data, port, what=scenario)
    tab = Tab(browser, f"http://127.0.0.1:{port}/")
    page = tab.open(f"?scenario={scenario}&seed=1&play=0")
    whole_run(page, process.pid)
    rate = float(page.evaluate(SHOWN, [FULL_SPEED, SECONDS - 1]))
    tab.close()
    end(process)
    return rate


def mesas(browser, scenario: str) -> float:
    """Return the ticks a second that SolaraViz shows of the same model."""
    folder, port = Path(tempfile.mkdtemp()), free_port()
    app = folder / "mesa_app.py"
    app.write_text(MESA.format(scenario=scenario))
    environment = {**os.environ, "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false"}
    command = [sys.executable, "-m", "solara", "run", str(app), "--production"]
    command += ["--no-open", "--port", str(port)]
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(90_000)
    for _ in range(90):
        try:
            page.goto(f"http://127.0.0.1:{port}/")
            break
        except PlaywrightError:  # refused: not up yet
            time.sleep(1)
    else:
        process.terminate()
        raise SystemExit("Mesa's page did not come up in 90 s")
    page.get_by_role("button", name="▶").click()
    page.wait_for_timeout(3000)
    rate: float = page.evaluate(MESA_TICKS, 10)
    page.context.close()
    process.terminate()
    return rate


def compared(playwright, path: str, scenario: str) -> dict[str, float]:
    """Return ticks shown a second by both pages, each as fast as it goes."""
    browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *UNCAPPED])
    own, mesa = shown(browser, scenario), mesas(browser, scenario)
    browser.close()
    return {
        "ticks a second at full speed": own,
        "ticks a second of SolaraViz": mesa,
        "ticks against Mesa's SolaraViz": own / mesa,
    }


def main() -> int:
    """Measure, print, and say whether every limit is kept."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scenario", default="deir_ezzor_2017")
    parser.add_argument("--no-mesa", action="store_true")
    args = parser.parse_args()
    path = chromium()
    if path is None:
        print("no Chromium here; on Debian: apt-get install chromium")
        return 2
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        print(
            "load of the machine before: {:.1f} {:.1f} {:.1f}".format(*os.getloadavg())
        )
        found = ours(browser, args.scenario)
        if not args.no_mesa:
            found |= compared(playwright, path, args.scenario)
        browser.close()
    missed = 0
    for name, value in found.items():
        limit, kind = LIMITS.get(name, (None, ""))
        kept = limit is None or (value >= limit if kind == "least" else value <= limit)
        missed += not kept
        said = (
            ""
            if limit is None
            else f"at {kind} {limit}: {'kept' if kept else 'MISSED'}"
        )
        print(f"{name:34} {value:8.2f}  {said}")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
