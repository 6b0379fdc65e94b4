"""The report is one file that needs nothing else and holds what the tables hold."""

import base64
import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser

import pandas as pd
import pytest
from stubs_experiments import STUDY, carried_out, cases

from experiments.report import write_report


class Links(HTMLParser):
    """Collects everything that a page would load, and its ids."""

    def __init__(self):
        super().__init__()
        self.loads, self.ids, self.csv, self.tags = [], [], {}, []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append(tag)
        if "id" in given:
            self.ids.append(given["id"])
        for name in ("src", "href", "xlink:href", "action"):
            address = given.get(name) or ""
            if address.startswith("data:text/csv"):
                self.csv[given["download"]] = address.partition("base64,")[2]
            elif address and not address.startswith("#"):
                self.loads.append(address)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    arms = {"name": "arm", "arms": [{"name": "<b>left</b>"[3:7]}, {"name": "right"}]}
    of = cases(
        title="A <script>alert(1)</script> title",
        factors=[arms, *STUDY["factors"]],
        design={"kind": "lhs", "points": 20},
    )
    carried_out(folder, of)
    file = write_report(folder)
    links = Links()
    links.feed(file.read_text("utf-8"))
    return file, links


def test_it_loads_nothing_and_runs_nothing(page):
    file, links = page
    text = file.read_text("utf-8")

    assert [a for a in links.loads if not a.startswith("data:image/png")] == []
    assert "script" not in links.tags
    assert "&lt;script&gt;" in text
    assert not re.search(r"@import|url\((?!#)", text)


def test_its_figures_have_captions_and_do_not_share_ids(page):
    file, links = page
    text = file.read_text("utf-8")

    assert links.tags.count("svg") == links.tags.count("figcaption") >= 5
    assert len(links.ids) == len(set(links.ids))
    assert text.count('role="img" aria-label="') == links.tags.count("svg")


def test_its_tables_are_inside_and_beside_it_as_csv(page):
    file, links = page

    assert links.csv
    for name, content in links.csv.items():
        beside = (file.parent / "analysis" / name).read_text("utf-8")
        assert base64.b64decode(content).decode() == beside
        assert len(pd.read_csv(file.parent / "analysis" / name).columns) >= 1


LOOK = """
import json, sys
from playwright.sync_api import sync_playwright
heard = []
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(
        executable_path=sys.argv[1], args=["--no-sandbox"]
    )
    tab = browser.new_page()
    tab.on("console", lambda message: heard.append(message.text))
    tab.on("request", lambda request: heard.append(request.url))
    tab.goto(sys.argv[2])
    wide = tab.evaluate("document.documentElement.scrollWidth")
    browser.close()
print(json.dumps([heard, wide]))
"""
"""In a process of its own: the page's tests may have a Playwright running here."""


@pytest.mark.browser
def test_chromium_shows_it_without_an_error_or_a_request(page):
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium here: the report was not looked at")
    file, _ = page
    looked = subprocess.run(
        [sys.executable, "-c", LOOK, chromium, file.as_uri()],
        capture_output=True,
        text=True,
        check=True,
    )
    heard, wide = json.loads(looked.stdout)

    assert [said for said in heard if not said.startswith(("file:", "data:"))] == []
    assert wide <= 1280
