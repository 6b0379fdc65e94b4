"""Access for everybody: the focus is seen everywhere, axe at every width and state."""

from playwright.sync_api import expect
from tabs import panel

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
