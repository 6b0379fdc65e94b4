"""The page in Chromium, point by point of what a person can do."""

import io
import json
import re
import zipfile

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import expect
from tabs import DRAWN, READY, SHOWN, Tab, branch, panel, seek, until

from abm.cli import main
from abm.scenario import load_scenario
from abm.ui.charts import CHARTS
from abm.ui.ready import groups

HASH = """name => { const c = flashpoint.maps[0].canvas[name];
  const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
  let h = 7; for (let i = 0; i < d.length; i += 53) h = (h * 31 + d[i]) >>> 0; return h; }"""

PIXELS = """() => { const c = flashpoint.maps[0].canvas.map;
  const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
  return Array.from(d).filter((_, i) => i % 53 === 0); }"""
ROUNDING = 16  # of 255: what is drawn in parts is rounded otherwise than the whole


# 1: see the map


def test_every_layer_can_be_turned_off_and_changes_the_picture(shared):
    seek(shared, 20)
    shared.get_by_role("button", name="Layers").click()
    where = {"relief": "land", "roads": "lines", "labels": "labels", "places": "map"}
    for layer, canvas in where.items():
        before = shared.evaluate(HASH, canvas)
        box = shared.locator(f".fp-layers-box input[value={layer}]")
        box.uncheck()
        shared.wait_for_function(
            f"([name, old]) => ({HASH})(name) !== old", arg=[canvas, before]
        )
        box.check()
        until(shared, DRAWN)
    shared.get_by_role("button", name="Layers").click()


def test_zoom_pan_coordinates_scale_and_legend(shared):
    before = shared.evaluate("flashpoint.view.k")
    shared.locator(".fp-stages").hover(position={"x": 400, "y": 300})
    expect(shared.locator(".fp-coords")).to_have_text(re.compile(r"° N .*° E"))
    scale = shared.locator(".fp-scale span").inner_text()
    shared.get_by_role("button", name="Zoom in").click()
    shared.get_by_role("button", name="Zoom in").click()
    shared.wait_for_function("k => flashpoint.view.k > k * 2", arg=before)
    shared.wait_for_function(
        "t => document.querySelector('.fp-scale span').textContent !== t", arg=scale
    )
    shared.get_by_role("button", name="Legend").click()
    expect(shared.get_by_role("region", name="Legend")).to_contain_text("contested")
    shared.keyboard.press("Escape")
    shared.get_by_role("button", name="Whole map").click()
    shared.wait_for_function("k => flashpoint.view.k === k", arg=before)


def test_formations_merge_into_counts_when_crowded(shared):
    seek(shared, 20)
    counts = shared.evaluate(
        """() => { flashpoint.maps[0].draw(20); const g = flashpoint.maps[0].moving.groups;
        return [g.length, g.reduce((n, e) => n + e.members.length, 0)]; }"""
    )
    assert 0 < counts[0] < counts[1]


# 2: play


def test_play_moves_the_day_and_the_pictures(tab):
    page = tab.open("?scenario=two_valleys&seed=5&play=0")
    before = page.evaluate(HASH, "map")
    page.get_by_test_id("play").click()
    page.wait_for_function("() => flashpoint.state.now > 6")
    page.get_by_role("button", name="Pause").click()
    page.wait_for_function("() => !flashpoint.state.playing && !flashpoint.state.dirty")
    assert page.evaluate(HASH, "map") != before
    now = page.evaluate("flashpoint.state.now")
    page.evaluate("() => new Promise(done => setTimeout(done, 150))")
    assert page.evaluate("flashpoint.state.now") == now


def test_scrubbing_back_shows_the_same_picture_again(shared):
    seek(shared, 25)
    first = shared.evaluate(HASH, "control"), shared.evaluate(PIXELS)
    seek(shared, 3)
    seek(shared, 25)
    assert shared.evaluate(HASH, "control") == first[0]
    again = shared.evaluate(PIXELS)
    assert len(again) > 10_000
    assert max(abs(a - b) for a, b in zip(first[1], again, strict=True)) <= ROUNDING


def test_everything_is_on_the_keyboard(shared):
    seek(shared, 20)
    seek(shared, 8)
    shared.locator(".fp-stages").focus()
    shared.keyboard.press("ArrowRight")
    shared.wait_for_function(SHOWN, arg=9)
    shared.keyboard.press("Shift+ArrowLeft")
    shared.wait_for_function(SHOWN, arg=5)
    shared.keyboard.press("Home")
    shared.wait_for_function(SHOWN, arg=0)
    shared.keyboard.press(",")
    expect(shared.locator(".fp-live")).to_have_text("No earlier event.")
    speed = shared.evaluate("flashpoint.state.speed")
    shared.keyboard.press("+")
    until(shared, "before => flashpoint.state.speed > before", speed)
    shared.keyboard.press("-")
    shared.keyboard.press("Space")
    shared.wait_for_function("() => flashpoint.state.playing")
    shared.keyboard.press("Space")
    shared.wait_for_function("() => !flashpoint.state.playing")
    shared.keyboard.press("?")
    expect(shared.get_by_role("dialog")).to_be_visible()
    shared.keyboard.press("Escape")
    expect(shared.get_by_role("dialog")).to_be_hidden()
    shared.keyboard.press("3")
    expect(shared.get_by_role("tab", name="Text")).to_have_attribute(
        "aria-selected", "true"
    )


def test_a_link_opens_the_same_run_at_the_same_day(tab):
    page = tab.open("?scenario=two_valleys&seed=9&day=5")
    page.wait_for_function(SHOWN, arg=20)
    expect(page.get_by_test_id("facts")).to_contain_text("seed 9")


def test_the_real_map_has_events_on_the_timeline_history_and_zones(tab):
    page = tab.open("?scenario=deir_ezzor_2017&cell=10&seed=1&play=0")
    page.wait_for_function("() => flashpoint.players[0].total > 40")
    page.locator(".fp-stages").focus()
    page.keyboard.press(".")
    page.wait_for_function("() => flashpoint.state.now > 0")
    expect(page.locator(".fp-live")).to_contain_text(":")
    assert page.locator(".fp-marks .fp-past").count() == 0
    page.keyboard.press("h")
    until(page, "() => document.querySelectorAll('.fp-marks .fp-past').length > 5")
    assert page.evaluate("flashpoint.maps[0].meta.layers.zones.length") >= 1


def test_a_convoy_on_the_road_says_what_it_carries(tab):
    page = tab.open("?run=peace&play=0")
    road = "() => flashpoint.players[0].frames.findIndex((f) => f && f.convoys.n)"
    page.wait_for_function(f"() => ({road})() > 0")
    seek(page, page.evaluate(road))
    convoy = """() => { const m = flashpoint.maps[0]; m.draw(flashpoint.state.now);
      const c = m.moving.rolling[0]; return [c.px, c.py]; }"""
    page.evaluate(
        "([x, y]) => flashpoint.select(flashpoint.maps[0].pick(x, y, 0))",
        page.evaluate(convoy),
    )
    carries = re.compile(r"Carries\s*[\d.]+ t")
    expect(page.locator(".fp-why dl")).to_contain_text(carries)


# 3: understand


def test_the_aims_of_every_actor_carry_the_sentence_behind_them(shared):
    seek(shared, 20)
    panel(shared, "Now")
    actor = shared.locator(".fp-actor").first
    actor.locator("summary").first.click()
    aim = actor.locator(".fp-aims li").first
    expect(aim.locator(".fp-value")).to_have_text(re.compile(r"\d+ %"))
    aim.locator(".fp-quote summary").click()
    expect(aim.locator("blockquote mark")).not_to_be_empty()


def test_a_formation_says_why_it_does_what_it_does(shared):
    seek(shared, 12)
    shared.evaluate(
        """() => { const f = flashpoint.players[0].get(12), at = flashpoint.players[0].at.formations;
        const row = [...Array(f.formations.n).keys()].find(i =>
          f.formations.u16[(i * f.formations.size + at.mission) >> 1] !== 65535
          && f.formations.u16[(i * f.formations.size + at.personnel) >> 1] > 0);
        flashpoint.select({ kind: "formation", row, members: [row] }); }"""
    )
    reason = shared.locator(".fp-reason")
    expect(reason).to_contain_text("decided on day")
    expect(reason).to_contain_text(re.compile("Second best|no other choice"))
    expect(reason).to_contain_text("It believes")
    assert reason.locator("tbody tr").count() > 1


@pytest.mark.parametrize("kind", ["site", "air", "cell"])
def test_places_aircraft_and_ground_can_be_asked_about(shared, kind):
    seek(shared, 12)
    row = {"site": 0, "air": 0, "cell": 60}[kind]
    shared.evaluate("thing => flashpoint.select(thing)", {"kind": kind, "row": row})
    name = {"site": "Held by", "air": "Flies from", "cell": "Terrain"}[kind]
    expect(shared.locator(".fp-why dl")).to_contain_text(name)
    assert shared.locator(".fp-why dt").count() >= 2


def test_aircraft_can_be_clicked_on_the_map(shared):
    seek(shared, 20)
    clear = """() => { const m = flashpoint.maps[0].moving; m.key = ""; flashpoint.maps[0].draw(20);
      const far = (a) => m.groups.every((g) => Math.hypot(g.px - a.px, g.py - a.py) > 20);
      const v = flashpoint.view; const a = m.flying.find((e) => far(e) && e.px > 20
        && e.py > 90 && e.px < v.width - 80 && e.py < v.height - 60);
      return a ? [a.px, a.py, flashpoint.maps[0].meta.air[a.row].name] : null; }"""
    x, y, name = shared.evaluate(clear)
    canvas = shared.locator(".fp-stages canvas.fp-map").first
    canvas.click(position={"x": x, "y": y})
    expect(shared.locator(".fp-why h3")).to_have_text(name)
    expect(shared.locator(".fp-why dl")).to_contain_text("sortie")
    expect(shared.locator(".fp-why")).to_contain_text("Why it flies there")


FLIGHTS = """task => { const p = flashpoint.players[0], at = p.at.air, found = [];
  p.frames.forEach((f, tick) => { for (let i = 0; i < f.air.n; i++)
    if (f.air.u8[i * f.air.size + at.task] === task) found.push([tick, f.air.u16[(i * f.air.size + at.asset) >> 1]]); });
  return found; }"""
SUPPORT, INTERDICTION = 1, 2


def test_aircraft_say_for_whose_mission_they_fly_and_why_that_was_chosen(shared):
    found = 0
    for tick, asset in shared.evaluate(FLIGHTS, SUPPORT)[:60:4]:
        seek(shared, tick)
        thing = {"kind": "air", "row": asset}
        shared.evaluate("thing => flashpoint.select(thing)", thing)
        expect(shared.locator(".fp-why dl")).to_contain_text("sort")
        if shared.locator(".fp-why .fp-reason").count():
            why = shared.locator(".fp-why")
            expect(why).to_contain_text(re.compile("It (supports|watches over)"))
            expect(why).to_contain_text(re.compile("Second best|no other choice"))
            expect(why).to_contain_text("It believes")
            found += 1
    assert found


def test_aircraft_that_strike_behind_the_front_say_whom(shared):
    tick, asset = shared.evaluate(FLIGHTS, INTERDICTION)[0]
    seek(shared, tick)
    shared.evaluate("row => flashpoint.select({ kind: 'air', row })", asset)
    expect(shared.locator(".fp-why")).to_contain_text("behind the front at")


def test_aircraft_say_why_that_target_and_no_other(shared):
    tick, asset = shared.evaluate(FLIGHTS, INTERDICTION)[0]
    seek(shared, tick)
    shared.evaluate("row => flashpoint.select({ kind: 'air', row })", asset)
    why = shared.locator(".fp-flown")
    expect(why).to_contain_text("interdiction against")
    expect(why).to_contain_text("drawn with a chance of")
    expect(why).to_contain_text(re.compile("Second best target|No other target"))
    expect(why).to_contain_text(re.compile("Its owner believes [0-9,]+ enemy near"))
    row = why.locator(".fp-terms").first
    shown = [
        float(x.replace("−", "-")) for x in row.locator(".fp-num").all_inner_texts()
    ]
    assert sum(shown[:-1]) == pytest.approx(shown[-1], abs=0.11)


def test_a_click_on_the_map_opens_the_inspector(shared):
    panel(shared, "Now")
    shared.locator(".fp-stages canvas.fp-map").first.click(
        position={"x": 300, "y": 420}
    )
    expect(shared.locator(".fp-why h3")).to_be_visible()


def test_each_sentence_says_what_it_became_and_how_it_stands(shared):
    seek(shared, 20)
    panel(shared, "Text")
    until(shared, "() => document.querySelectorAll('.fp-sentence').length > 3")
    until(shared, "() => document.querySelector('.fp-sentence .fp-value').textContent")
    values = shared.locator(".fp-sentence .fp-value").all_inner_texts()
    assert any(re.fullmatch(r"\d+ %", value) for value in values)
    outcomes = shared.locator("li[data-name^='dates.'] .fp-value").all_inner_texts()
    assert outcomes
    assert all(re.fullmatch(r"since day \d+|not so far", each) for each in outcomes)


def test_the_ladder_and_the_log_follow_the_day(shared):
    seek(shared, 30)
    panel(shared, "Tension")
    expect(shared.locator(".fp-pair .fp-ladder").first).to_be_visible()
    panel(shared, "Events")
    expect(shared.locator(".fp-events li").first).to_be_visible()
    all_ = shared.locator(".fp-events li").all_inner_texts()
    shared.get_by_label("Kind").select_option("decide")
    until(
        shared, "n => document.querySelectorAll('.fp-events li').length < n", len(all_)
    )
    few = shared.locator(".fp-events li").all_inner_texts()
    assert few
    assert set(few) <= set(all_)
    shared.locator(".fp-events button").last.click()
    shared.wait_for_function("() => flashpoint.state.now < 30")
    shared.get_by_label("Kind").select_option("")


SEEN = """([x, y]) => { const v = flashpoint.view, px = v.px(x), py = v.py(y);
  return px > 0 && py > 0 && px < v.width && py < v.height; }"""


def test_an_event_of_the_log_takes_the_map_to_its_place(shared):
    seek(shared, 30)
    panel(shared, "Events")
    shared.get_by_role("button", name="Whole map").click()
    event = shared.locator(".fp-events button:not([data-x=''])").last
    place = [float(event.get_attribute(name)) for name in ("data-x", "data-y")]
    until(shared, SEEN, place)
    shared.locator(".fp-stages").focus()
    for _ in range(4):
        shared.keyboard.press("]")
    across = (
        "d" if place[0] < shared.evaluate("flashpoint.maps[0].meta.width / 2") else "a"
    )
    for _ in range(60):
        if shared.evaluate(SEEN, place):
            shared.keyboard.press(across)
    assert not shared.evaluate(SEEN, place)
    event.click()
    until(shared, SEEN, place)
    shared.get_by_role("button", name="Whole map").click()


INKED = """() => [...document.querySelectorAll(".fp-chart")].map((box) => { const c = box.querySelector("canvas");
  if (!c) return 0; const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data, seen = new Set();
  for (let i = 0; i < d.length; i += 4) if (d[i + 3] > 200) seen.add((d[i] >> 4) * 256 + (d[i + 1] >> 4) * 16 + (d[i + 2] >> 4));
  return seen.size; })"""
"""Colours in each chart."""


def test_every_chart_has_its_lines_and_a_legend_that_names_them(tab):
    page = tab.open("?run=peace&play=0")
    page.wait_for_function("() => flashpoint.players[0].done")
    panel(page, "Charts")
    figures = page.locator(".fp-figure")
    expect(figures).to_have_count(len(CHARTS))
    empty = figures.filter(has_text="Nothing yet.").locator("b").all_inner_texts()
    assert set(empty) <= {"Tension", "Losses so far"}  # at peace there may be none
    page.wait_for_function(
        f"most => ({INKED})().filter((n) => n > 1).length === most",
        arg=len(CHARTS) - len(empty),
    )
    actors = page.evaluate("flashpoint.maps[0].meta.actors.map(a => a.name)")
    sides = page.evaluate("flashpoint.maps[0].meta.blocs.map(b => b.name)")
    for figure, chart in zip(figures.all(), CHARTS, strict=True):
        expect(figure.locator("b")).to_have_text(chart.title)
        expect(figure.locator("figcaption span")).to_have_text(chart.note)
        named = figure.locator(".fp-key li").all_inner_texts()
        assert named or chart.title in empty
        for name in named:
            parts = name.strip().split(" and ") if chart.title == "Tension" else [name]
            assert {part.strip() for part in parts} <= {*actors, *sides}, chart.title


def test_charts_are_drawn_and_their_cursor_follows_the_day(shared):
    seek(shared, 30)
    panel(shared, "Charts")
    shared.wait_for_function(
        """() => { const c = document.querySelector('.fp-chart canvas'); if (!c) return false;
        const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        return d.some((v, i) => i % 4 === 3 && v > 200); }"""
    )
    line = """([chart, tick]) => Math.abs(document.querySelectorAll('.fp-chart')[chart]
      .style.getPropertyValue('--fp-share') - tick / flashpoint.maps[0].meta.horizon) < 1e-6"""
    until(shared, line, [0, 30])  # though the panel came after the day was drawn
    seek(shared, 10)
    until(shared, line, [1, 10])
    shared.locator(".fp-chart").first.click(position={"x": 200, "y": 60})
    shared.wait_for_function("() => flashpoint.state.now > 12")


# 4: steer

FLYING = """(which) => { const p = flashpoint.players[which], at = p.at.air, m = flashpoint.maps[which].meta;
  for (let t = 24; t < p.total; t++) { const f = p.get(t).air; const rows = [];
    for (let i = 0; i < f.n; i++) rows.push(m.actors[f.u8[i * f.size + at.actor]].id);
    if (rows.includes("aurelia")) return rows; } return []; }"""
"""What flies for the one whose aircraft were grounded, from a day after the change."""
STRONG = """() => { const m = flashpoint.maps[0], c = m.control, t = Math.floor(flashpoint.state.now);
  const [a, b] = flashpoint.players.map((p) => p.get(t).holder), strong = [], differing = [];
  for (let i = 0; i < a.length; i++) { if (c.near[i] !== i) continue;
    const x = (i % m.meta.width + 0.5) * c.fine, y = (Math.floor(i / m.meta.width) + 0.5) * c.fine;
    if (c.g.getImageData(x, y, 1, 1).data[3] > 200) strong.push(i);
    if (m.meta.bloc_of[a[i]] !== m.meta.bloc_of[b[i]]) differing.push(i); }
  return [strong, differing]; }"""
"""Cells in full colour in the difference, and cells that differ."""
UNLIKE = """() => { const c = flashpoint.maps[0].control, m = flashpoint.maps[0].meta;
  const f = flashpoint.players[1].get(flashpoint.state.now);
  f.holder = f.holder.slice();
  const open = [...f.holder.keys()].filter((i) => c.near[i] === i).slice(40, 43);
  for (const i of open) f.holder[i] = m.actors.findIndex((_, a) => m.bloc_of[a] !== m.bloc_of[f.holder[i]]);
  flashpoint.maps[0].stale = true; c.forget(); flashpoint.state.dirty = true; }"""


def test_a_change_branches_from_the_day_shown_and_can_be_compared(tab):
    page = tab.open("?scenario=two_valleys&seed=5&play=0")
    page.wait_for_function("() => flashpoint.players[0].total > 40")
    seek(page, 20)
    branch(page, day=5)
    expect(page.get_by_text("Applied.")).to_be_visible()
    expect(page.get_by_test_id("facts")).to_contain_text("change(s) by you")
    page.wait_for_function("() => flashpoint.players[0].total > 30")
    same = """t => { const [a, b] = flashpoint.players.map(p => p.get(t));
      return a.holder.every((v, i) => v === b.holder[i]); }"""
    assert page.evaluate(same, 20)
    page.get_by_role("button", name="Side by side").click()
    expect(page.locator(".fp-b")).to_be_visible()
    expect(page.locator(".fp-a .fp-run")).to_have_text("With the change")
    expect(page.locator(".fp-b .fp-run")).to_have_text("Before the change")
    until(page, DRAWN)
    assert page.evaluate(FLYING, 0) == []  # grounded here and not there
    assert page.evaluate(FLYING, 1) != []
    page.get_by_role("button", name="Difference").click()
    expect(page.locator(".fp-b")).to_be_hidden()
    said = page.locator(".fp-a .fp-run")
    expect(said).to_have_text("Nothing differs from before the change on this day")
    seek(page, 48)
    expect(said).to_contain_text(re.compile(r"formations? (do|does|differ)|ground"))
    page.evaluate(UNLIKE)  # as if three cells had gone another way
    until(page, DRAWN)
    strong, differing = page.evaluate(STRONG)
    assert differing
    assert strong == differing
    page.get_by_role("button", name="With the change").click()
    page.wait_for_function("() => location.search.includes('&changed=')")
    page.reload()
    page.wait_for_function(READY)
    expect(page.locator(".fp-message")).to_contain_text("This is the run without the")
    branch(page)
    expect(page.locator(".fp-compare")).to_be_visible()
    page.get_by_role("button", name="Side by side").click()
    for width in (1440, 1024, 400):
        page.set_viewport_size({"width": width, "height": 860})
        until(page, APART)


APART = """() => { const names = [".fp-compare", ".fp-clock", ".fp-tools", ".fp-a .fp-run", ".fp-b .fp-run", ".fp-scale"];
  const boxes = names.map((name) => document.querySelector(name).getBoundingClientRect());
  const apart = (x, y) => x.right <= y.left || y.right <= x.left || x.bottom <= y.top || y.bottom <= x.top;
  return boxes.every((a, i) => a.width > 0 && a.left >= 0 && boxes.slice(i + 1).every((b) => apart(a, b))); }"""


def test_a_number_shows_its_evidence_and_a_wrong_one_is_refused(shared):
    panel(shared, "Steer")
    fade = next(
        row
        for row in groups(load_scenario("two_valleys"))["control"]
        if row.path == "control.fade"
    )
    shared.get_by_label("Part", exact=True).select_option("Rules of the model: control")
    shared.get_by_label("Value", exact=True).select_option(
        "Fade: road-weighted distance over which influence halves"
    )
    card = shared.locator(".fp-solara .fp-card")
    expect(card).to_contain_text("control.fade")
    expect(card).to_contain_text(f"Now {fade.value:g} {fade.unit}")
    expect(card).to_contain_text(f"plausible from {fade.low:g} to {fade.high:g}")
    expect(card).to_contain_text(f"Source: {fade.source}")
    field = shared.get_by_label("New value")
    field.fill("many")
    field.press("Tab")
    shared.get_by_role("button", name="Add this change").click()
    expect(shared.get_by_role("alert")).to_contain_text("not a number")
    field.fill("1e9")
    field.press("Tab")
    odd = f"outside the plausible range, {fade.low:g} to {fade.high:g} {fade.unit}"
    expect(shared.get_by_role("note")).to_contain_text(odd)
    shared.get_by_role("button", name="Add this change").click()
    draft = shared.locator(".fp-solara li", has_text="Remove control.fade")
    expect(draft).to_contain_text(odd)
    draft.get_by_role("button").click()
    expect(draft).to_have_count(0)


RAW_ID = re.compile(r"[a-z]_[a-z]|aurelia|borealia|^raiders|^hillfolk")


@pytest.mark.slow
def test_pairs_of_runs_show_a_difference_with_its_interval(tab):
    page = tab.open("?scenario=two_valleys&seed=5&play=0")
    page.wait_for_function("() => flashpoint.players[0].total > 24")
    panel(page, "Steer")
    page.get_by_role("button", name=re.compile("^Ground all aircraft")).first.click()
    page.get_by_role("button", name=re.compile("^Apply from day")).click()
    page.get_by_role("button", name="Run 4 pairs").click()
    expect(page.get_by_test_id("pairs")).to_contain_text("of 4 pairs done")
    panel(page, "Now")  # they go on while another panel is shown
    panel(page, "Steer")
    expect(page.get_by_test_id("pairs")).to_contain_text(
        "4 of 4 pairs done", timeout=240_000
    )
    rows = page.get_by_test_id("differences").locator("tbody tr")
    expect(rows.first).to_be_visible()
    for cells in [row.locator("td").all_text_contents() for row in rows.all()]:
        name, _, mean, interval = cells
        low, high = map(float, interval.split(" to "))
        assert low <= float(mean.removesuffix(" ●")) <= high
        assert ("●" in mean) == (low > 0 or high < 0)
        assert not RAW_ID.search(name), name


# 5: keep


def readable_parquet(path):
    """Say whether a zip holds tables of Parquet with rows in them."""
    with zipfile.ZipFile(path) as packed, packed.open("actors.parquet") as table:
        return pq.read_table(io.BytesIO(table.read())).num_rows > 0


def test_files_can_be_downloaded_and_hold_what_they_say(tab, tmp_path):
    page = tab.open("?scenario=two_valleys&seed=5&play=0")
    panel(page, "Keep")
    expect(page.get_by_test_id("command")).to_contain_text(
        "abm run two_valleys --seed 5"
    )
    for label, check in (
        ("Tables, CSV", lambda path: "events.csv" in zipfile.ZipFile(path).namelist()),
        ("Tables, Parquet", readable_parquet),
        ("GeoJSON", lambda path: json.loads(path.read_text())["features"]),
        ("GeoTIFF", lambda path: path.read_bytes()[:2] in (b"II", b"MM")),
        ("Map as PNG", lambda path: path.read_bytes()[:4] == b"\x89PNG"),
    ):
        with page.expect_download() as found:
            page.get_by_role("button", name=label).click()
        path = tmp_path / "file"
        found.value.save_as(path)
        assert check(path), label


def test_the_play_can_be_recorded_as_a_video(tab, tmp_path):
    page = tab.open("?scenario=two_valleys&seed=5&play=0")
    seek(page, 20)
    page.evaluate("flashpoint.seek(0)")
    with page.expect_download() as found:
        page.evaluate("flashpoint.save({ what: 'webm', name: 'valleys', seconds: 1 })")
    path = tmp_path / "video.webm"
    found.value.save_as(path)
    assert found.value.suggested_filename == "valleys.webm"
    assert path.read_bytes()[:4] == b"\x1aE\xdf\xa3"
    assert path.stat().st_size > 5_000


def test_a_saved_run_opens_and_a_finished_one_can_be_saved(tab, data):
    # the small scenario ends before the engine has run as far ahead as it does by itself
    page = tab.open("?scenario=deir_ezzor_2017&cell=20&seed=6&play=0")
    panel(page, "Keep")
    page.get_by_role("button", name="Compute it to the end").click()
    page.get_by_role("button", name="Save this run").click()
    expect(page.get_by_text(re.compile(r"Saved as deir_ezzor_2017-6-"))).to_be_visible()
    assert list((data / "runs").glob("deir_ezzor_2017-6-*/manifest.json"))
    page.get_by_role("button", name="valleys", exact=True).click()
    expect(page.get_by_test_id("facts")).to_contain_text("saved run, seed 4")
    page.wait_for_function("() => flashpoint.players[0].total > 20")
    expect(page.get_by_test_id("link")).to_contain_text("?run=valleys&")


def test_a_saved_run_is_computed_anew_to_be_changed_and_is_the_same(tab):
    page = tab.open("?run=valleys&day=4")
    state = "t => Array.from(flashpoint.players[0].get(t).formations.u8).join()"
    seek(page, 24)
    before = page.evaluate(state, 24)
    panel(page, "Steer")
    page.get_by_role("button", name="Compute it anew to change it").click()
    expect(page.get_by_test_id("facts")).to_contain_text("live run, seed 4")
    seek(page, 24)
    assert page.evaluate(state, 24) == before
    expect(page.get_by_role("button", name="Start a new run")).to_be_visible()


def test_the_replay_file_plays_without_server_or_network(browser, data, tmp_path):
    path = tmp_path / "replay.html"
    assert main(["export", str(data / "runs" / "valleys"), "--html", str(path)]) == 0
    found = Tab(browser, path.as_uri(), offline=True)
    page = found.open()
    page.get_by_test_id("play").click()
    page.wait_for_function("() => flashpoint.state.now > 5")
    page.get_by_role("button", name="Pause").click()
    page.evaluate("flashpoint.select({ kind: 'site', row: 0 })")
    expect(page.locator(".fp-why dl")).to_be_visible()
    page.get_by_role("tab", name="Charts").click()  # drawn by the file itself
    expect(page.locator("canvas[data-chart]")).to_have_count(6)
    tick, asset = page.evaluate(FLIGHTS, INTERDICTION)[0]
    page.evaluate("tick => flashpoint.seek(tick)", tick)
    page.evaluate("row => flashpoint.select({ kind: 'air', row })", asset)
    expect(page.locator(".fp-flown")).to_contain_text("drawn with a chance of")
    found.close()


def test_kept_changes_come_back_from_their_file(tab, tmp_path):
    page = tab.open("?scenario=two_valleys&seed=5&play=0")
    page.wait_for_function("() => flashpoint.players[0].total > 24")
    panel(page, "Steer")
    page.get_by_role("button", name=re.compile("^Ground all aircraft")).first.click()
    page.get_by_role("button", name=re.compile("^Apply from day")).click()
    expect(page.get_by_text("Applied.")).to_be_visible()
    panel(page, "Keep")
    with page.expect_download() as found:
        page.get_by_role("button", name="Your changes").click()
    kept = tmp_path / "interventions.toml"
    found.value.save_as(kept)
    wrong, large = tmp_path / "wrong.toml", tmp_path / "large.toml"
    wrong.write_text(
        '[[intervention]]\nday = 2\npath = "fight.attriton"\nvalue = 1\nnote = "x"\n'
    )
    large.write_text("#" * 200_000)
    panel(page, "Steer")
    field = page.get_by_label(re.compile("^Changes from a file"))
    notice = page.locator(".fp-solara .fp-notice")
    field.set_input_files(wrong)
    expect(notice).to_contain_text("fight.attrition")
    field.set_input_files(large)
    expect(notice).to_contain_text("larger than")
    field.set_input_files(kept)
    expect(notice).to_contain_text("A new run with")
    expect(page.get_by_test_id("facts")).to_contain_text("change(s) by you")
    page.wait_for_function("() => flashpoint.players[0].total > 8")
