# ruff: noqa: N802  (components are named as Solara names them)
"""The sweeps panel: what many runs say, and the way from a point to its run."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import solara

from abm.ui.parts import ChartWidget, Choice
from abm.ui.shell import Shell

HTML = solara.v.Html
HEIGHT = 260
MAX_ROWS = 12
COLOUR = "#0b5d94"
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
    Look(shell, found[name]).key(name)


def stores() -> dict[str, Path]:
    """Return the sweeps below the data folder by name."""
    from abm.ui.app import data_folder

    root = data_folder()
    manifests = [*root.glob("*/manifest.json"), *root.glob("*/*/manifest.json")]
    folders = [path.parent for path in manifests if (path.parent / "parts").is_dir()]
    return {str(folder.relative_to(root)): folder for folder in sorted(folders)}


@solara.component
def Look(shell: Shell, folder: Path) -> None:
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
    swept, named, sections = result.value
    Choice("Outcome", swept.outcomes(), named, on_value=set_outcome)
    Points(shell, swept, named)
    for section in sections:
        Shown(section)


def analysed(folder: Path, outcome: str) -> tuple[Any, str, list[Any]]:
    """Return a sweep, the outcome looked at, and the sections of its analysis."""
    from experiments.analyse import analyse

    analysis = analyse(folder, outcome=outcome or None)
    return analysis.swept, analysis.outcome, list(analysis.sections)


@solara.component
def Points(shell: Shell, swept: Any, outcome: str) -> None:
    """Every run as a point; a click opens it."""
    problem, set_problem = solara.use_state("")
    rows = [int(row) for row in swept.results["row"]]
    # Read when the button is pressed: what was typed last may not be drawn yet.
    row = solara.use_reactive(rows[0] if rows else 0)

    def watch(number: int) -> None:
        set_problem(open_row(shell, swept, number))

    HTML(tag="h3", children=["Each run"])
    text = f"{outcome} of every run. Click a point to watch that run."
    HTML(tag="p", class_="fp-note", children=[text])
    Scatter(swept, outcome, watch)
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
def Scatter(swept: Any, outcome: str, watch: Callable[[int], None]) -> None:
    """The points themselves."""
    rows = [int(row) for row in swept.results["row"]]
    about = f"{outcome} of every run; the field below opens one by its number"
    with HTML(
        tag="div",
        class_="fp-points",
        attributes={"role": "img", "aria-label": about},
    ):
        element = ChartWidget.element(
            attributes={"style": f"height:{HEIGHT}px"},
            responsive=True,
            on_click=lambda event: watch(int(event["data"][0])),
        )

    def fill() -> None:
        values = [float(value) for value in swept.values(outcome)]
        solara.get_widget(element).option = scatter(rows, values, outcome)

    solara.use_effect(fill, [str(swept.folder), outcome])


def scatter(rows: list[int], values: list[float], outcome: str) -> dict[str, Any]:
    """Return the ECharts option of runs as points."""
    return {
        "animation": False,
        "grid": {"left": 56, "right": 10, "top": 12, "bottom": 34},
        "tooltip": {"confine": True},
        "xAxis": {"type": "value", "name": "run", "nameLocation": "middle"},
        "yAxis": {"type": "value", "scale": True},
        "series": [
            {
                "type": "scatter",
                "name": outcome,
                "symbolSize": 8,
                "itemStyle": {"color": COLOUR},
                "data": [
                    [row, value]
                    for row, value in zip(rows, values, strict=True)
                    if value == value
                ],
            }
        ],
    }


def open_row(shell: Shell, swept: Any, row: int) -> str:
    """Compute a run of a sweep again and show it; return what is wrong, if anything."""
    from abm.scenario import ScenarioError, load_scenario
    from abm.ui.app import facts_of
    from abm.ui.engines import Live
    from experiments.problems import StoreError
    from experiments.rebuild import stored_run
    from experiments.run import engine_interventions

    try:
        case = stored_run(swept.folder, row).case
        engine = Live(
            load_scenario(case.scenario),
            seed=case.seed,
            cell_km=case.cell_km,
            overrides=dict(case.overrides),
            changes=engine_interventions(case.interventions),
            days=case.days,
        )
        shell.open(engine, facts_of(engine))
    except (ScenarioError, StoreError) as problem:
        return str(problem)
    return f"Run {row} is on the map."


@solara.component
def Shown(section: Any) -> None:
    """A section: words, pictures, tables."""
    HTML(tag="h3", children=[section.title])
    for text in section.text:
        HTML(tag="p", children=[text])
    for picture in section.pictures:
        with HTML(tag="figure", class_="fp-figure"):
            solara.HTML(tag="div", unsafe_innerHTML=picture.svg, classes=["fp-svg"])
            with HTML(tag="details", class_="fp-large"):
                HTML(tag="summary", children=["Large or small"])
            HTML(tag="figcaption", children=[picture.caption])
    for table in section.tables:
        HTML(tag="small", children=[table.caption])
        wide = {"tabindex": "0", "role": "region", "aria-label": table.caption}
        with HTML(tag="div", class_="fp-wide", attributes=wide):
            Rows(table.frame)


@solara.component
def Rows(frame: Any) -> None:
    """The first rows of a table."""
    with HTML(tag="table"):
        with HTML(tag="thead"), HTML(tag="tr"):
            for name in frame.columns:
                HTML(tag="th", attributes={"scope": "col"}, children=[_words(name)])
        with HTML(tag="tbody"):
            for row in frame.head(MAX_ROWS).itertuples(index=False):
                with HTML(tag="tr"):
                    for value in row:
                        HTML(tag="td", children=[_plain(value)])
    if len(frame) > MAX_ROWS:
        HTML(tag="small", children=[f"and {len(frame) - MAX_ROWS} more rows"])


def _words(name: Any) -> str:
    return str(name).replace("_", " ")


def _plain(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
