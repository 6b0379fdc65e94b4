"""The one ES module and the one style sheet, put together from ``static/``.

The parts are plain scripts without imports, so that the same text serves the live
page (as an anywidget module) and the replay file (inlined), with no build step.
"""

from functools import cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
PARTS = (
    "player",
    "geometry",
    "land",
    "lines",
    "symbols",
    "moving",
    "map",
    "bar",
    "panels",
    "why",
    "lines_chart",
    "keep",
    "page",
    "widget",
)
"""Files of the module, in the order in which they are joined."""
NAMES = "Player Story View Control differing differenceInWords replay start"
EXPORTS = f"export {{ {', '.join(NAMES.split())} }};\n"


@cache
def script() -> str:
    """Return the parts as one text, without exports."""
    return "\n".join((STATIC / f"{part}.js").read_text("utf-8") for part in PARTS)


def module() -> str:
    """Return the ES module; its default export is what anywidget wants."""
    return f"{script()}\n{EXPORTS}export default {{ render }};\n"


@cache
def styles() -> str:
    """Return the style sheet."""
    return (STATIC / "theatre.css").read_text("utf-8")
