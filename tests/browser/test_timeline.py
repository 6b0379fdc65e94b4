"""Jumps from mark to mark: the event is seen, heard and in the panels."""

import re

from playwright.sync_api import expect
from tabs import panel, seek, until

FIRST = "flashpoint.stories[0].events.find(e => e.kind === '{}')"
TAKEN = """e => { const p = flashpoint.players[0], at = p.at.sites.controller;
  const held = t => { const s = p.get(t).sites; return s.u8[e.site * s.size + at]; };
  return [held(e.tick - 1), held(e.tick), e.actor]; }"""


def to_start(page):
    seek(page, 0)
    page.locator(".fp-stages").focus()


def test_a_jump_shows_the_event_on_the_map_in_words_and_in_the_panels(real):
    capture = real.evaluate(FIRST.format("capture"))
    before, after, actor = real.evaluate(TAKEN, capture)
    assert before != after == actor  # the first frame that shows it
    to_start(real)
    panel(real, "Now")
    for _ in range(40):
        real.keyboard.press(".")
        if real.evaluate("flashpoint.state.now") == capture["tick"]:
            break
    assert real.evaluate("flashpoint.state.now") == capture["tick"]
    expect(real.locator(".fp-told")).to_be_visible()
    expect(real.locator(".fp-told")).to_contain_text(capture["line"])
    expect(real.locator(".fp-live")).to_contain_text(capture["line"])
    latest = real.locator(".fp-latest li")
    mine = latest.filter(has_text=capture["line"])
    expect(mine).to_have_count(1)
    per_tick = real.evaluate("flashpoint.maps[0].meta.days_per_tick")
    day = int((capture["tick"] - 1) * per_tick)  # events of a tick are of its start
    for each in (mine, latest.first):  # several may happen in the tick of the latest
        expect(each.locator("small")).to_have_text(re.compile(rf"\b{day}$"))
    panel(real, "Events")
    expect(real.locator(".fp-events")).to_contain_text(capture["line"])
    real.locator(".fp-stages").focus()
    real.keyboard.press("ArrowLeft")  # a tick before, nothing of it is known
    expect(real.locator(".fp-told")).to_be_hidden()
    expect(real.locator(".fp-events")).not_to_contain_text(capture["line"])


def test_history_is_reached_by_the_keyboard_and_said_in_words(real):
    to_start(real)
    real.keyboard.press("h")
    until(real, "() => document.querySelectorAll('.fp-marks .fp-past').length > 0")
    first = real.evaluate("flashpoint.maps[0].meta.history.find(e => e.tick > 0)")
    for _ in range(40):
        real.keyboard.press(".")
        if real.evaluate("flashpoint.state.now") >= first["tick"]:
            break
    expect(real.locator(".fp-told")).to_contain_text(f"History: {first['text']}")
    real.keyboard.press("h")
    until(real, "() => document.querySelectorAll('.fp-marks .fp-past').length === 0")


def test_the_timeline_says_what_is_marked_where_it_stands(real):
    capture = real.evaluate(FIRST.format("capture"))
    seek(real, capture["tick"] - 1)
    scrub = real.get_by_test_id("scrub")
    scrub.focus()
    real.keyboard.press("ArrowRight")
    expect(scrub).to_have_attribute(
        "aria-valuetext", re.compile(re.escape(capture["line"]))
    )
    expect(real.locator(".fp-marktip")).to_contain_text(capture["line"])
    real.locator(".fp-stages").focus()
    expect(real.locator(".fp-marktip")).to_be_hidden()


def test_events_say_who_did_what_to_whom(real):
    seek(real, 47)
    panel(real, "Events")
    real.get_by_label("Kind").select_option("escalate")
    log = real.locator(".fp-events")
    expect(log).to_contain_text(re.compile("climb to step [1-9] of the ladder: "))
    expect(log).to_contain_text(re.compile("suspended the air .* channel with "))
    expect(log).to_contain_text(re.compile(r"shoots? down an aircraft of .+ \(.+\)"))
    real.get_by_label("Kind").select_option("")
    lines = real.evaluate("flashpoint.stories[0].events.map(e => e.line)")
    assert not [each for each in lines if re.search(r"\b[AP]\d\d+\b", each)]


def test_the_ladder_of_a_pair_shows_its_step_tension_and_incidents(real):
    seek(real, 46)
    panel(real, "Tension")
    rungs = real.evaluate("flashpoint.maps[0].meta.rungs.map(r => r.label)")
    steps = real.locator(".fp-ladder-key li").all_text_contents()
    assert [each.rsplit(" from ", 1)[0] for each in steps] == rungs
    names = dict(
        real.evaluate("flashpoint.maps[0].meta.actors.map(a => [a.id, a.name])")
    )
    pairs = real.evaluate("flashpoint.stories[0].day(11).t")
    shown = {
        box.locator("p").first.inner_text(): box
        for box in real.locator(".fp-pair").all()
    }
    climbed = 0
    for key, (tension, rung, _, incidents) in pairs.items():
        words = " and ".join(names[each] for each in key.split("|"))
        if not rung:
            continue
        climbed += 1
        box = shown[words]
        expect(box.locator(".fp-facts")).to_contain_text(rungs[rung])
        expect(box.locator(".fp-facts")).to_contain_text(
            f"tension {int(tension / 10 + 0.5)} %"  # halves upwards, as in the page
        )
        if incidents:
            expect(box.locator(".fp-facts")).to_contain_text(f"{incidents} incident")
        expect(box.locator(".fp-ladder i.on")).to_have_count(rung + 1)
        expect(box.locator(".fp-ladder")).to_have_attribute(
            "aria-label", f"Step {rung} of {len(rungs) - 1}: {rungs[rung]}"
        )
    assert climbed > 1
