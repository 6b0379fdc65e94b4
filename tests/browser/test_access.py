"""Access for everybody: the focus is seen everywhere, axe at every width and state."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from tabs import DRAWN, SOLARA, Tab, branch, panel, seek, until

PANELS = ("Now", "Why", "Text", "Tension", "Events", *SOLARA)

FOCUSED = """() => { const e = document.activeElement, s = getComputedStyle(e);
  return [e === document.body, `${e.tagName} ${e.className} ${e.getAttribute("aria-label") || ""}`,
    s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2]; }"""
MOST = 80


def test_whatever_has_the_focus_shows_it(shared):
    panel(shared, "Now")
    shared.evaluate("document.activeElement.blur()")
    seen = []
    for _ in range(MOST):
        shared.keyboard.press("Tab")
        outside, what, outlined = shared.evaluate(FOCUSED)
        if what in seen[:1]:
            break
        if outside:
            continue
        seen.append(what)
        assert outlined, what
    assert any("theme" in what for what in seen)
    assert any("INPUT" in what for what in seen)
    assert any("Map of the theatre" in what for what in seen)
    assert any("SUMMARY" in what for what in seen)
    expect(shared.locator(".fp-stages")).to_be_visible()


AXE = Axe()


def wrong_in(page, name, context=".fp-page"):
    found = AXE.run(page, context=context).response["violations"]
    return [(name, each["id"], each["nodes"][0]["html"][:160]) for each in found]


@pytest.mark.parametrize(
    ("width", "theme"),
    [(1440, "light"), (1440, "dark"), (1024, "dark"), (400, "light")],
)
def test_axe_finds_nothing_wrong_with_any_panel(browser, address, width, theme):
    found = Tab(browser, address, viewport={"width": width, "height": 860})
    page = found.open(f"?scenario=two_valleys&seed=5&play=0&theme={theme}")
    page.wait_for_function("() => flashpoint.players[0].total > 20")
    seek(page, 20)
    wrong = []
    for name in PANELS:
        panel(page, name)
        if name == "Why":
            page.evaluate("flashpoint.select({ kind: 'site', row: 0 })")
            expect(page.locator(".fp-why dl")).to_be_visible()
        wrong += wrong_in(page, name)
    found.close()
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_wrong_with_what_opens_over_the_map(browser, address, theme):
    found = Tab(browser, address)
    page = found.open(f"?run=ezzor&play=0&theme={theme}")
    page.wait_for_function("() => flashpoint.players[0].done")
    seek(page, 44)
    page.locator(".fp-stages").focus()
    wrong = []
    for name, key in (("layers", "l"), ("legend", "k"), ("told", "."), ("help", "?")):
        page.keyboard.press(key)
        shown = {"told": ".fp-told", "help": "dialog"}.get(name, f".fp-{name}-box")
        expect(page.locator(shown)).to_be_visible()
        wrong += wrong_in(page, name, "dialog" if name == "help" else ".fp-page")
        if name == "legend":
            page.keyboard.press("Escape")
    found.close()
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize(("width", "theme"), [(1440, "dark"), (400, "light")])
def test_axe_finds_nothing_wrong_with_two_runs_compared(browser, address, width, theme):
    found = Tab(browser, address, viewport={"width": width, "height": 860})
    page = found.open(f"?scenario=two_valleys&seed=5&play=0&theme={theme}")
    page.wait_for_function("() => flashpoint.players[0].total > 20")
    seek(page, 12)
    branch(page)
    expect(page.locator(".fp-compare")).to_be_visible()
    wrong = []
    for name in ("Side by side", "Difference"):
        page.get_by_role("button", name=name).click()
        until(page, DRAWN)
        wrong += wrong_in(page, name)
    found.close()
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_wrong_with_the_page_of_an_error(browser, address, theme):
    found = Tab(browser, address)
    found.page.goto(f"{address}?scenario=no-such&theme={theme}")
    expect(found.page.get_by_role("alert")).to_be_visible()
    wrong = wrong_in(found.page, "error", ".fp-problem")
    found.close()
    assert not wrong, "\n".join(map(str, wrong))
