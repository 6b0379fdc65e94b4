# ruff: noqa: N802  (components are named as Solara names them)
"""The sweeps panel: what many runs say, and the way from a point to its run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import solara

from abm.ui.outcomes import Named, namer
from abm.ui.parts import ChartWidget, Choice
from abm.ui.places import PlaceError
from abm.ui.rows import facts_of_row, run_of, stores
from abm.ui.shell import Shell

HTML = solara.v.Html
HEIGHT = 260
MAX_ROWS = 12
COLOUR = "#0b5d94"
LATE = "#b3471d"
AXIS = {"type": "value", "nameLocation": "middle"}
NEVER = "A triangle: it had not come when the run ended, on that day."
MAKE = "abm sweep quick --out sweeps/quick"


@solara.component
def Sweeps(shell: Shell) -> None:
    """Choose a sweep of the data folder and look at it."""
    HTML(tag="h2", children=["Many runs"])
    HTML(
        tag="p",
        class_="fp-note",
        children=[
            "A sweep is the same scenario run many times, with other dice or other "
            "numbers: what comes of it how often, and what it hangs on."
        ],
    )
    found = stores()
    name, set_name = solara.use_state(next(iter(found), ""))
    if not found:
        HTML(
            tag="p", children=["There is no sweep in the data folder yet. To make one:"]
        )
        HTML(tag="pre", attributes={"tabindex": "0"}, children=[MAKE])
        return
    Choice("Sweep", list(found), name, on_value=set_name)
    Look(shell, name, found[name]).key(name)


@solara.component
def Look(shell: Shell, name: str, folder: Path) -> None:
    """The analysis of one sweep, made in the background."""
    outcome, set_outcome = solara.use_state("")
    result = solara.lab.use_task(
        lambda: analysed(folder, outcome), dependencies=[str(folder), outcome]
    )
    if result.pending:
        HTML(tag="p", children=["Reading it …"], attributes={"role": "status"})
        return
    if result.error or result.value is None:
        HTML(
            tag="p",
            class_="fp-notice",
            children=[f"It can't be read: {result.exception}"],
            attributes={"role": "alert"},
        )
        return
    found = result.value
    words = {each: named.words for each, named in found.names.items()}
    Choice("Outcome", words, found.outcome, on_value=set_outcome)
    Points(shell, name, found)
    for section in found.sections:
        Shown(section, words)


@dataclass(frozen=True)
class Analysed:
    """A sweep, the outcome looked at, the analysis, and all outcomes in words."""

    swept: Any
    outcome: str
    sections: list[Any]
    names: dict[str, Named]

    @property
    def named(self) -> Named:
        """The outcome looked at, in words."""
        return self.names[self.outcome]


def analysed(folder: Path, outcome: str) -> Analysed:
    """Return what a sweep says of an outcome, its own where none is named."""
    from experiments.analyse import analyse

    found = analyse(folder, outcome=outcome or None)
    named = namer(found.swept.study.scenario)
    names = {each: named(each) for each in [found.outcome, *found.swept.outcomes()]}
    return Analysed(found.swept, found.outcome, list(found.sections), names)


@solara.component
def Points(shell: Shell, name: str, found: Analysed) -> None:
    """Every run as a point; a click opens it."""
    swept = found.swept
    problem, set_problem = solara.use_state("")
    rows = [int(row) for row in swept.results["row"]]
    # Read when the button is pressed: what was typed last may not be drawn yet.
    row = solara.use_reactive(rows[0] if rows else 0)

    def watch(number: int) -> None:
        set_problem(open_row(shell, name, number))

    HTML(tag="h3", children=["Each run"])
    unit = f", {found.named.unit}" if found.named.unit else ""
    text = f"{found.named.words}{unit}. Click a point to watch that run."
    if found.outcome.startswith("dates."):
        text += f" {NEVER}"
    HTML(tag="p", class_="fp-note", children=[text])
    Scatter(found, watch)
    solara.InputInt("Run number", row)
    solara.Button("Watch this run", outlined=True, on_click=lambda: watch(row.value))
    if problem:
        HTML(
            tag="p",
            class_="fp-notice",
            children=[problem],
            attributes={"role": "alert"},
        )


@solara.component
def Scatter(found: Analysed, watch: Callable[[int], None]) -> None:
    """The points themselves."""
    words = found.named.words
    about = f"{words}, of every run; the field below opens one by its number"
    drawn = solara.use_memo(
        lambda: scatter(points(found), found.named),
        [str(found.swept.folder), found.outcome],
    )
    with HTML(
        tag="div",
        class_="fp-points",
        attributes={"role": "img", "aria-label": about},
    ):
        ChartWidget.element(
            option=drawn,
            attributes={"style": f"height:{HEIGHT}px"},
            responsive=True,
            on_click=lambda event: watch(int(event["data"][0])),
        )


def points(found: Analysed) -> list[tuple[int, float, bool]]:
    """Return row, value and whether it came at all, of every run that has a value."""
    swept, outcome = found.swept, found.outcome
    values = swept.values(outcome)
    dated = outcome.startswith("dates.")
    came = swept.duration(outcome)[1] if dated else [True] * len(values)
    rows = zip(swept.results["row"], values, came, strict=True)
    return [(int(r), float(v), bool(c)) for r, v, c in rows if v == v]


def scatter(runs: list[tuple[int, float, bool]], named: Named) -> dict[str, Any]:
    """Return the ECharts option of runs as points; triangles where it never came."""
    kinds = (("circle", True, named.words), ("triangle", False, f"{named.words}: not"))
    return {
        "animation": False,
        "grid": {"left": 62, "right": 10, "top": 12, "bottom": 40},
        "tooltip": {"confine": True},
        "xAxis": {**AXIS, "name": "number of the run", "nameGap": 24},
        "yAxis": {**AXIS, "name": named.unit, "nameGap": 44, "scale": True},
        "series": [
            {
                "type": "scatter",
                "name": name,
                "symbol": symbol,
                "symbolSize": 8 if wanted else 10,
                "itemStyle": {"color": COLOUR if wanted else LATE},
                "data": [[row, value] for row, value, came in runs if came is wanted],
            }
            for symbol, wanted, name in kinds
        ],
    }


def open_row(shell: Shell, sweep: str, row: int) -> str:
    """Compute a run of a sweep again and show it; return what is wrong, if anything."""
    from abm.scenario import ScenarioError
    from abm.ui.app import facts_of

    try:
        engine = run_of(sweep, row)
        shell.open(engine, facts_of(engine) | facts_of_row(sweep, row, engine))
    except (ScenarioError, PlaceError) as problem:
        return str(problem)
    return f"Run {row} is on the map."


@solara.component
def Shown(section: Any, words: Mapping[str, str]) -> None:
    """A section: words, pictures, tables, outcomes by their names."""

    def said(text: str) -> str:
        for name in sorted(words, key=len, reverse=True):
            text = text.replace(name, words[name])
        return text

    HTML(tag="h3", children=[section.title])
    for text in section.text:
        HTML(tag="p", children=[said(text)])
    for picture in section.pictures:
        with HTML(tag="figure", class_="fp-figure"):
            solara.HTML(tag="div", unsafe_innerHTML=picture.svg, classes=["fp-svg"])
            with HTML(tag="details", class_="fp-large"):
                HTML(tag="summary", children=["Large or small"])
            HTML(tag="figcaption", children=[said(picture.caption)])
    for table in section.tables:
        HTML(tag="small", children=[said(table.caption)])
        label = said(table.caption)
        wide = {"tabindex": "0", "role": "region", "aria-label": label}
        with HTML(tag="div", class_="fp-wide", attributes=wide):
            Rows(table.frame, words)


@solara.component
def Rows(frame: Any, words: Mapping[str, str]) -> None:
    """The first rows of a table, outcomes by their names."""
    with HTML(tag="table"):
        with HTML(tag="thead"), HTML(tag="tr"):
            for name in frame.columns:
                HTML(tag="th", attributes={"scope": "col"}, children=[_words(name)])
        with HTML(tag="tbody"):
            for row in frame.head(MAX_ROWS).itertuples(index=False):
                with HTML(tag="tr"):
                    for value in row:
                        HTML(
                            tag="td", children=[words.get(str(value)) or _plain(value)]
                        )
    if len(frame) > MAX_ROWS:
        HTML(tag="small", children=[f"and {len(frame) - MAX_ROWS} more rows"])


def _words(name: Any) -> str:
    return str(name).replace("_", " ")


def _plain(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
