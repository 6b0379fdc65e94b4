"""The one-file replay: the same player, with its charts told without colour."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from tabs import DRAWN, Tab, seek

from abm.ui.charts import CHARTS
from abm.ui.export_html import export


@pytest.fixture(scope="module")
def replay(browser, data, tmp_path_factory):
    path = export(
        data / "runs" / "valleys", tmp_path_factory.mktemp("one") / "replay.html"
    )
    found = Tab(browser, path.as_uri(), offline=True)
    page = found.open()
    page.wait_for_function("() => flashpoint.players[0].done")
    yield page
    found.close()


def test_the_replay_draws_nothing_anew_while_nothing_changes(replay):
    seek(replay, 20)
    before = replay.evaluate("flashpoint.stats().drawn")
    replay.evaluate(
        """() => new Promise((done) => { let n = 0;
        const next = () => (++n < 30 ? requestAnimationFrame(next) : done()); next(); })"""
    )
    assert replay.evaluate("flashpoint.stats().drawn") == before


def test_the_replay_has_every_chart_of_the_page_with_its_legend(replay):
    seek(replay, 24)
    replay.get_by_role("tab", name="Charts").click()
    titles = replay.locator(".fp-panel figcaption b").all_inner_texts()
    assert titles == [chart.title for chart in CHARTS]
    legends = replay.locator(".fp-panel .fp-key")
    for number, chart in enumerate(CHARTS):
        legend = legends.nth(number).locator("li")
        if legend.first.inner_text() == "Nothing yet.":
            assert chart.title in ("Flow of the supply route", "Goods received")
            continue
        for entry in legend.all():  # a name and the value of the day
            assert re.search(r"[A-Z].*\s[\d.,]+( %|k)?$", entry.inner_text())
    dashes = replay.evaluate(
        """() => [...document.querySelectorAll(".fp-key")[1].querySelectorAll("path")]
        .map((e) => e.getAttribute("stroke-dasharray"))"""
    )
    assert len(set(dashes)) == min(4, len(dashes)) > 1


def test_the_axis_of_a_short_replay_names_more_than_day_0(replay):
    replay.get_by_role("tab", name="Charts").click()
    said = replay.evaluate(
        """() => { const seen = []; const g = document.querySelector("canvas[data-chart]").getContext("2d");
        const old = g.fillText; g.fillText = (t) => seen.push(t);
        flashpoint.seek(5); return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => { g.fillText = old; done(seen); }))); }"""
    )
    assert {"day 0", "2", "4", "8"} <= set(said)


def test_a_quote_opened_in_the_replay_stays_open(replay):
    seek(replay, 20)
    replay.get_by_role("tab", name="Now").click()
    actor = replay.locator(".fp-actor").first
    actor.locator("summary").first.click()
    seek(replay, 24)
    replay.wait_for_function(DRAWN)
    expect(actor).to_have_attribute("open", "")


@pytest.mark.parametrize("width", [1440, 400])
def test_axe_finds_nothing_wrong_with_the_replay(replay, width):
    replay.set_viewport_size({"width": width, "height": 900})
    wrong = []
    for name in ("Now", "Text", "Events", "Charts"):
        replay.get_by_role("tab", name=name).click()
        found = Axe().run(replay).response["violations"]
        wrong += [(name, each["id"], each["nodes"][0]["html"][:160]) for each in found]
    replay.set_viewport_size({"width": 1440, "height": 900})
    assert not wrong, "\n".join(map(str, wrong))
