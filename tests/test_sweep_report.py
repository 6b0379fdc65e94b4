"""The report is one file that needs nothing else and holds what the tables hold."""

import base64
import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from stubs_experiments import report


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
    file = report(folder)
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
