"""The real map: what is on it, where its names stand, and what a click tells."""

import re

import pytest
from playwright.sync_api import expect
from tabs import DRAWN, panel, seek, until

DAY = 44
"""Tick at which incidents of the run are on the map."""
HASH = """() => { const c = flashpoint.maps[0].canvas.map;
  const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
  let h = 7; for (let i = 0; i < d.length; i += 4) h = (h * 31 + d[i] + d[i + 1] * 7) >>> 0; return h; }"""
NAMES = """(resting = true) => { const m = flashpoint.maps[0], g = m.g.labels, old = g.fillText, seen = [];
  g.fillText = function (t, x, y) { const r = this.measureText(t);
    seen.push([t, x, y - r.actualBoundingBoxAscent, x + r.width, y + r.actualBoundingBoxDescent]);
    return old.call(this, t, x, y); };
  m.named = ""; m.draw(flashpoint.state.now, { resting }); g.fillText = old;
  return [seen, m.moving.groups.map((q) => [q.px - 12, q.py - 8, q.px + 12, q.py + 8])]; }"""
SMALL = {1440: 0, 1024: 2, 400: 2}
"""Names that symbols may touch, by width: those of the largest places, without room."""


def meet(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@pytest.fixture
def wide(real):
    yield real
    real.set_viewport_size({"width": 1440, "height": 900})
    real.get_by_role("button", name="Whole map").click()


@pytest.mark.parametrize("width", SMALL)
def test_names_overlap_neither_each_other_nor_symbols(wide, width):
    wide.set_viewport_size({"width": width, "height": 900})
    seek(wide, DAY)
    names, symbols = wide.evaluate(NAMES)
    assert len(names) >= 15
    assert len(symbols) > 20
    boxes = [each[1:] for each in names]
    for i, box in enumerate(boxes):
        assert not [o for o in boxes[i + 1 :] if meet(box, o)], names[i]
    touched = [n[0] for n in names if any(meet(n[1:], each) for each in symbols)]
    assert len(touched) <= SMALL[width], touched
    assert {"Deir ez-Zor", "Raqqa", "Palmyra"} <= {n[0] for n in names}


def test_a_name_stays_where_it_is_while_playing_and_there_is_room(real):
    seek(real, DAY)
    first = {n[0]: n[1:3] for n in real.evaluate(NAMES)[0]}
    real.evaluate("flashpoint.state.now -= 3")  # as if it had been played
    second = {n[0]: n[1:3] for n in real.evaluate(NAMES, False)[0]}
    both = first.keys() & second.keys()
    assert len(both) > 20
    assert sum(first[name] == second[name] for name in both) > 0.8 * len(both)


@pytest.mark.parametrize("width", [1440, 1024, 400])
def test_the_whole_map_is_in_the_window(wide, width):
    wide.set_viewport_size({"width": width, "height": 800})
    wide.get_by_role("button", name="Zoom in").click()
    wide.get_by_role("button", name="Whole map").click()
    until(
        wide,
        """() => { const v = flashpoint.view, f = v.meta.frame;
        return v.px(f[0]) > -1 && v.py(f[1]) > -1 && v.px(f[2]) < v.width + 1 && v.py(f[3]) < v.height + 1; }""",
    )
    wide.locator(".fp-stages").focus()
    wide.keyboard.press("]")
    wide.keyboard.press("0")
    until(wide, "() => flashpoint.view.k === flashpoint.view.least")


LAYERS = [
    "control",
    "relief",
    "water",
    "roads",
    "borders",
    "deconfliction",
    "places",
    "labels",
    "formations",
    "air",
    "incidents",
]


@pytest.mark.parametrize("layer", LAYERS)
def test_each_layer_is_drawn_and_can_be_turned_off(real, layer):
    tick = real.evaluate("flashpoint.players[0].frames.findIndex(f => f.incidents.n)")
    seek(real, tick if layer == "incidents" else DAY)
    real.locator(".fp-stages").focus()
    real.keyboard.press("l")
    box = real.locator(f".fp-layers-box input[value={layer}]")
    real.evaluate("flashpoint.maps[0].fixed(); flashpoint.state.dirty = true")
    until(real, DRAWN)  # what is drawn in parts is rounded otherwise than the whole
    before = real.evaluate(HASH)
    box.uncheck()
    real.wait_for_function(f"old => ({HASH})() !== old", arg=before)
    box.check()
    real.wait_for_function(f"old => ({HASH})() === old", arg=before)
    real.locator(".fp-stages").focus()
    real.keyboard.press("l")
    expect(real.locator(".fp-layers-box")).to_be_hidden()


def test_convoys_are_a_layer_too(tab):
    page = tab.open("?run=peace&play=0")
    road = "() => flashpoint.players[0].frames.findIndex((f) => f && f.convoys.n)"
    page.wait_for_function(f"() => ({road})() > 0")
    seek(page, page.evaluate(road))
    before = page.evaluate(HASH)
    page.get_by_role("button", name="Layers").click()
    page.locator(".fp-layers-box input[value=convoys]").uncheck()
    page.wait_for_function(f"old => ({HASH})() !== old", arg=before)


def test_incidents_flash_with_their_sign_and_fade(real):
    tick = real.evaluate("flashpoint.players[0].frames.findIndex(f => f.incidents.n)")
    signs = """(now) => { const m = flashpoint.maps[0], g = m.g.map, old = g.fillText, seen = [];
      g.fillText = function (t, x, y) { seen.push(t); return old.call(this, t, x, y); };
      m.moving.incidents(g, now, { halo: "#fff" }); g.fillText = old; return seen; }"""
    kinds = real.evaluate(
        """t => { const p = flashpoint.players[0], r = p.get(t).incidents, m = flashpoint.maps[0].meta;
        return [...Array(r.n).keys()].map((i) => m.incident_kinds[r.u8[i * r.size + p.at.incidents.kind]]); }""",
        tick,
    )
    sign = {"shootdown": "✖", "strike_on_proxy": "▼", "lock_on": "◎", "skirmish": "✕"}
    assert kinds
    assert real.evaluate(signs, tick) == [sign[kind] for kind in kinds]
    assert real.evaluate(signs, tick - 1) == []
    assert sign[kinds[0]] not in real.evaluate(signs, tick + 9)


SYMBOLS = """() => { const m = flashpoint.maps[0], old = m.moving.symbols.get, seen = [];
  m.moving.symbols.get = function (...given) { seen.push(given); return old.apply(this, given); };
  m.draw(flashpoint.state.now); m.moving.symbols.get = old; return seen; }"""


def test_symbols_say_side_kind_and_strength(real):
    seek(real, DAY)
    drawn = real.evaluate(SYMBOLS)
    blocs = real.evaluate("flashpoint.maps[0].meta.blocs.map(b => [b.id, b.shape])")
    assert dict(blocs)["isis"] == "diamond"  # at war with all
    assert {shape for _, shape, *_ in drawn} >= {"diamond", "rectangle", "round"}
    kinds = {kind for _, _, kind, _ in drawn}
    assert {"infantry", "irregular", "militia"} <= kinds
    groups = real.evaluate("flashpoint.maps[0].moving.groups.map(g => g.persons)")
    steps = ((100, "•••"), (300, "I"), (1000, "II"), (3000, "III"), (10_000, "X"))
    wanted = {next((s for n, s in steps if p < n), "XX") for p in groups}
    assert {more["size"] for *_, more in drawn} <= wanted
    assert len(wanted) > 2


def test_contested_ground_is_hatched_and_the_rest_is_not(real):
    seek(real, DAY)
    tones = """(contested) => { const m = flashpoint.maps[0], c = m.control, f = flashpoint.players[0].get(flashpoint.state.now);
      const cells = [...f.contested.keys()].filter((i) => c.near[i] === i && Boolean(f.contested[i]) === contested);
      return cells.map((i) => { const x = (i % m.meta.width) * c.fine, y = Math.floor(i / m.meta.width) * c.fine;
        const d = c.g.getImageData(x, y, c.fine, c.fine).data, seen = new Set();
        for (let k = 0; k < d.length; k += 4) if (d[k + 3] > 180 && d[k + 3] < 200) seen.add(d[k]);
        return seen.size; }); }"""
    hatched = real.evaluate(tones, True)
    plain = real.evaluate(tones, False)
    assert hatched
    assert sum(n > 0 for n in hatched) > 0.8 * len(hatched)
    assert sum(n > 0 for n in plain) == 0


FREE = """(kind) => { const m = flashpoint.maps[0], v = flashpoint.view; m.draw(flashpoint.state.now);
  const ok = (x, y) => x > 30 && y > 80 && x < v.width - 90 && y < v.height - 70;
  const tick = Math.floor(flashpoint.state.now);
  const at = kind === "formation" ? m.moving.groups.map((g) => [g.px, g.py])
    : kind === "site" ? m.meta.sitesByRank.map((s) => [v.px(s.x), v.py(s.y)])
    : [...Array(m.meta.width * m.meta.height).keys()].map((i) => [v.px(i % m.meta.width + .5), v.py(Math.floor(i / m.meta.width) + .5)]);
  for (const [x, y] of at) { if (!ok(x, y)) continue; const p = m.pick(x, y, tick);
    if (p && p.kind === kind && (kind !== "cell" || m.meta.near[p.row] === p.row)) return [x, y, p.row]; }
  return null; }"""


@pytest.mark.parametrize("kind", ["formation", "site", "cell"])
def test_a_click_of_the_mouse_opens_what_is_there(real, kind):
    seek(real, DAY)
    x, y, row = real.evaluate(FREE, kind)
    canvas = real.locator(".fp-stages canvas.fp-map").first
    canvas.click(position={"x": x, "y": y})
    meta = "flashpoint.maps[0].meta"
    if kind == "cell":
        expect(real.locator(".fp-why h3")).to_contain_text("Ground at")
    else:
        table = {"formation": "formations", "site": "sites"}[kind]
        name = real.evaluate(f"row => {meta}.{table}[row].name", row)
        expect(real.locator(".fp-why h3")).to_have_text(name)
    assert real.evaluate("flashpoint.state.selected.kind") == kind


def test_a_place_under_a_symbol_is_reached_from_the_formation(real):
    seek(real, 4)
    thing = real.evaluate(
        """() => { const p = flashpoint.players[0], f = p.get(4).formations, at = p.at.formations, m = flashpoint.maps[0].meta;
        const u = (i, n) => f.u16[(i * f.size + at[n]) >> 1];
        const site = m.sites.find((s) => s.label === "Palmyra");
        const row = [...Array(f.n).keys()].find((i) => u(i, "personnel") && Math.hypot(u(i, "x") / m.units_per_cell - site.x, u(i, "y") / m.units_per_cell - site.y) < 0.8);
        return { kind: "formation", row, members: [row] }; }"""
    )
    real.evaluate("thing => flashpoint.select(thing)", thing)
    place = real.locator(".fp-why").get_by_role("button", name="Place: Palmyra")
    place.click()
    expect(real.locator(".fp-why h3")).to_contain_text("Palmyra")
    expect(real.locator(".fp-why dl")).to_contain_text("Held by")


def test_ground_outside_the_theatre_says_so(real):
    seek(real, DAY)
    row = real.evaluate("flashpoint.maps[0].meta.near.findIndex((n, i) => n !== i)")
    real.evaluate("row => flashpoint.select({ kind: 'cell', row })", row)
    expect(real.locator(".fp-why")).to_contain_text("Outside the theatre")
    expect(real.locator(".fp-why")).not_to_contain_text("Held by")


def test_every_sign_of_the_timeline_is_in_the_legend(real):
    seek(real, DAY)
    real.get_by_role("button", name="Legend").click()
    legend = real.locator(".fp-timeline")
    real.locator(".fp-stages").focus()
    real.keyboard.press("h")
    signs = set(real.locator(".fp-marks i").all_inner_texts())
    real.keyboard.press("h")
    told = {text.split("\n")[0] for text in legend.locator("li").all_inner_texts()}
    assert len(signs) > 3
    assert signs <= told
    real.keyboard.press("Escape")


def test_the_middle_of_the_map_is_asked_about_with_enter(real):
    seek(real, DAY)
    real.evaluate("flashpoint.state.selected = null")
    panel(real, "Now")
    real.locator(".fp-stages").focus()
    real.keyboard.press("Enter")
    expect(real.get_by_role("tab", name="Why")).to_have_attribute(
        "aria-selected", "true"
    )
    expect(real.locator(".fp-why h3")).to_have_text(re.compile("."))


def test_letters_open_layers_and_legend_and_move_the_map(real):
    real.locator(".fp-stages").focus()
    real.keyboard.press("k")
    expect(real.get_by_role("region", name="Legend")).to_be_visible()
    real.keyboard.press("l")
    expect(real.locator(".fp-layers-box")).to_be_visible()
    expect(real.get_by_role("region", name="Legend")).to_be_hidden()
    real.keyboard.press("Escape")
    for _ in range(3):
        real.keyboard.press("]")
    before = real.evaluate("flashpoint.view.y")
    real.keyboard.press("s")
    until(real, "y => flashpoint.view.y < y", before)
    real.keyboard.press("0")
    until(real, "() => flashpoint.view.k === flashpoint.view.least")
    until(real, DRAWN)
