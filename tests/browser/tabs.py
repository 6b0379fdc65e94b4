"""What the browser tests share: a server of our own and a page that keeps complaints."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import expect

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
STARTING_S = 240
SERVER = Path(__file__).with_name("server.py")
READY = "() => window.flashpoint && flashpoint.players[0].total > 8"
SHOWN = "tick => document.querySelector('.fp-bar input').value === String(tick)"
WAIT_MS = int(os.environ.get("FLASHPOINT_WAIT_MS", "120000"))
"""For anything: nobody waits longer than it takes, and a busy machine takes long."""
ENDING_S = 20
DRAWN = "() => !flashpoint.state.dirty"
AHEAD = "() => flashpoint.players[0].done || flashpoint.players[0].total > flashpoint.state.now + 192"
SOLARA = {
    "Charts": "The run in charts",
    "Steer": "Change something",
    "Keep": "Keep and open",
    "Sweeps": "Many runs",
}
"""Headings of the panels that come from the server, by tab."""


def chromium():
    """Return the path of the Chromium that is installed here, or None."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def serve(data, port, *, what="two_valleys", **settings):
    """Start the server and wait until it answers; ``settings`` go to its environment."""
    log = (data / f"server-{port}.txt").open("w")
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", str(SERVER), what, str(port)],
        env={**os.environ, "FLASHPOINT_DATA": str(data), **settings},
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    waiting = urllib.request.Request(f"http://127.0.0.1:{port}/readyz")
    for _ in range(STARTING_S * 4):
        assert process.poll() is None, Path(log.name).read_text()
        try:
            urllib.request.urlopen(waiting, timeout=2).close()
        except (urllib.error.URLError, OSError):
            try:
                process.wait(0.25)
            except subprocess.TimeoutExpired:
                continue
        else:
            return process
    raise AssertionError(f"no answer in {STARTING_S} s: {Path(log.name).read_text()}")


def end(process):
    process.send_signal(signal.SIGINT)
    try:
        process.wait(ENDING_S)
    except subprocess.TimeoutExpired:
        process.kill()


def seek(page, tick):
    """Show a tick, once it is computed."""
    page.wait_for_function("t => flashpoint.players[0].total > t", arg=tick)
    page.evaluate("tick => flashpoint.seek(tick)", tick)
    page.wait_for_function(SHOWN, arg=tick)
    page.wait_for_function(DRAWN)


def panel(page, name):
    """Open a panel by its tab, and wait until it is there."""
    tab = page.get_by_role("tab", name=name)
    tab.click()
    expect(tab).to_have_attribute("aria-selected", "true")
    heading = ".fp-solara h2" if name in SOLARA else ".fp-panel h2"
    expect(page.locator(heading).first).to_have_text(SOLARA.get(name, re.compile(".")))


def branch(page, day=""):
    """Ground all aircraft from the day shown, which must be ``day`` if it is given."""
    panel(page, "Steer")
    page.get_by_role("button", name=re.compile("^Ground all aircraft")).first.click()
    page.get_by_role("button", name=re.compile(f"^Apply from day {day}")).click()


def until(page, script, arg=None):
    """Wait until something is so in the page; what it comes to is what is tested."""
    page.wait_for_function(script, arg=arg)


class Tab:
    """A page with what it complained about."""

    def __init__(self, browser, address, **options):
        size = {"width": 1440, "height": 900}
        options = {"viewport": size, "reduced_motion": "reduce", **options}
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.address = address
        self.bad = []
        self.page.set_default_timeout(WAIT_MS)
        self.page.on("pageerror", lambda error: self.bad.append(f"error {error}"))
        self.page.on("console", self._console)
        self.page.on("request", self._request)

    def _console(self, message):
        if message.type == "error":
            self.bad.append(f"console {message.text}")

    def _request(self, request):
        if not request.url.startswith((self.address, "blob:", "data:", "file:")):
            self.bad.append(f"left the machine: {request.url}")

    def open(self, query=""):
        self.page.goto(self.address + query)
        self.page.wait_for_function(READY)
        return self.page

    def close(self):
        self.context.close()
        assert not self.bad, self.bad
