# ruff: noqa: N802  (components are named as Solara names them)
"""The page that Solara serves: header, map and panels, one session per tab."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import solara
import solara.lab

from abm.record.problems import RunError
from abm.scenario import Scenario, ScenarioError, load_scenario, shipped
from abm.ui import panels_charts, panels_keep, panels_steer, panels_sweeps
from abm.ui.engines import Engine, Live, Recorded, ready_made
from abm.ui.history import history
from abm.ui.kept import lost, told
from abm.ui.meta import meta
from abm.ui.places import Link, PlaceError, inside, link_of
from abm.ui.rows import facts_of_row, run_of
from abm.ui.session import Session
from abm.ui.shell import Shell
from abm.ui.widget import TheatreMap

DEFAULT = "deir_ezzor_2017"
CSS = (Path(__file__).parent / "static" / "app.css").read_text("utf-8")


def data_folder() -> Path:
    """Return the folder that saved runs and sweeps are read from and written to."""
    return Path(os.environ.get("FLASHPOINT_DATA", Path.cwd()))


def engine_of(link: Link) -> Engine:
    """Return the run that an address asks for.

    Raises:
        ScenarioError: the scenario is wrong.
        RunError: a saved run cannot be read.
        PlaceError: there is no such scenario or run.
    """
    if link.sweep:
        return run_of(link.sweep, link.row)
    what = link.what or os.environ.get("FLASHPOINT_WHAT", DEFAULT)
    asked_by_page = bool(link.what)
    if what in shipped():
        return _new(ready_made(what), link)

    from abm.record.replay import read_run

    default = os.environ.get("FLASHPOINT_WHAT", "")
    path = Path(default)
    if asked_by_page and what != path.name:
        path = asked_for(what)
    if (path / "manifest.json").is_file():
        return Recorded(read_run(path))
    return _new(load_scenario(path), link)


def _new(scenario: Scenario, link: Link) -> Live:
    return Live(scenario, seed=link.seed, cell_km=link.cell_km, days=link.days)


def asked_for(name: str) -> Path:
    """Return the scenario or the saved run of that name in the data folder.

    Raises:
        PlaceError: there is neither.
    """
    root = data_folder()
    if (root / name / "scenario.toml").is_file():
        return inside(root, name)
    return inside(root / "runs", name)


def facts_of(engine: Engine) -> dict[str, Any]:
    """Return the player's metadata of a run."""
    found = meta(engine.theatre, engine.table("formations").to_pydict(), kinds=[])
    found["history"] = history(engine.theatre.scenario)
    found["seed"] = engine.seed
    found["server"] = os.environ.get("FLASHPOINT_SERVER", "")
    recorded = isinstance(engine, Recorded)
    name = engine.theatre.scenario.name
    found["what"] = engine.run.name if isinstance(engine, Recorded) else name
    found["recorded"] = recorded
    if isinstance(engine, Live):
        found["asked_cell"], found["asked_days"] = engine.cell_km, engine.days
    ticks = engine.model.horizon if isinstance(engine, Live) else engine.ticks
    found["horizon"] = max(1, ticks)
    return found


def asked(engine: Engine, link: Link) -> dict[str, Any]:
    """Return the metadata of a run opened by an address."""
    if link.sweep and isinstance(engine, Live):
        return facts_of(engine) | facts_of_row(link.sweep, link.row, engine)
    return facts_of(engine)


def opened(link: Link) -> tuple[Engine | None, str]:
    """Return the run an address asks for, or what is wrong with it."""
    try:
        return engine_of(link), ""
    except (ScenarioError, RunError, PlaceError) as error:
        return None, str(error)


@solara.component
def Layout(children: list[Any]) -> None:
    """Show the page as it is: no bar, no drawer of Solara's."""
    solara.v.Html(tag="div", class_="fp-root", children=children)


@solara.component
def Page() -> None:
    """One tab."""
    router = solara.use_router()
    link = solara.use_memo(lambda: link_of(router.search or ""), [])
    solara.use_memo(lambda: _theme(link), [])
    solara.Style(CSS)
    engine, problem = solara.use_memo(lambda: opened(link), [])
    if engine is None:
        Problem(problem)
    else:
        Watch(engine, link)


def _theme(link: Link) -> None:
    solara.lab.theme.dark = link.theme == "dark"


@solara.component
def Problem(text: str) -> None:
    """Show what is wrong with what was asked for."""
    solara.Title("Flashpoint")
    with solara.v.Html(tag="main", class_="fp-problem"):
        solara.v.Html(tag="h1", children=["This can't be shown"])
        solara.v.Html(tag="pre", children=[text], attributes={"role": "alert"})
        names = ", ".join(shipped())
        solara.v.Html(
            tag="p",
            children=[f"Scenarios that come with Flashpoint: {names}. "],
        )
        solara.v.Html(
            tag="a", attributes={"href": "./"}, children=["Open the default one"]
        )


@solara.component
def Watch(engine: Engine, link: Link) -> None:
    """The page of a run: header, map, panels."""
    shell = solara.use_memo(lambda: Shell(Session(engine), asked(engine, link)), [])
    solara.use_effect(lambda: shell.close, [])
    with solara.v.Html(tag="div", class_="fp-page"):
        Header(shell)
        with solara.v.Html(tag="main", class_="fp-app"):
            _map(shell, link)
            Side(shell)


def _map(shell: Shell, link: Link) -> None:
    """Put the map widget up, and tie it to the session for as long as it lives."""
    key = shell.version.value
    initial = {
        "tick": round(link.day / shell.facts["days_per_tick"]),
        "panel": link.panel,
        "speed": 1,
        "playing": link.play and not link.day and not link.changed,
        "note": lost(link.changed),
    }
    again = {"tick": 0, "panel": shell.panel.peek(), "note": ""}
    element = TheatreMap.element(
        meta=shell.facts,
        initial=initial if not key else {**initial, **again},
    ).key(f"map{key}")

    def tie() -> Callable[[], None]:
        widget = solara.get_widget(element)
        session = shell.session

        def receive(_: Any, content: Any, __: Any) -> None:
            shell.receive(session, content)

        widget.on_msg(receive)
        session.heard = shell.hear
        session.attach(widget)
        return session.close

    solara.use_effect(tie, [key])


@solara.component
def Header(shell: Shell) -> None:
    """Title, what is shown, theme."""
    facts = shell.facts
    solara.Title(f"{facts['title']} · Flashpoint")
    with solara.v.Html(tag="header", class_="fp-header"):
        solara.v.Html(tag="h1", children=[facts["title"]])
        Facts(shell)
        solara.v.Html(tag="span", class_="fp-gap")
        Theme()


@solara.component
def Facts(shell: Shell) -> None:
    """Which run it is, and how far it is computed."""
    shell.known.value  # noqa: B018  (re-render with every chunk)
    shell.changes.value  # noqa: B018  (and with every change)
    engine, facts = shell.session.engine, shell.facts
    day = int(engine.ticks * facts["days_per_tick"])
    done = "complete" if engine.finished else f"computed to day {day}"
    parts = [*told(engine), done]
    solara.v.Html(
        tag="span",
        class_="fp-facts-head",
        children=[" · ".join(parts)],
        attributes={"data-testid": "facts"},
    )


@solara.component
def Theme() -> None:
    """A button that turns the page dark or light."""
    dark = solara.lab.use_dark_effective()

    def turn() -> None:
        solara.lab.theme.dark = not dark

    solara.Button(
        "Light" if dark else "Dark",
        on_click=turn,
        outlined=True,
        small=True,
        attributes={"aria-label": "Light theme" if dark else "Dark theme"},
    )


@solara.component
def Side(shell: Shell) -> None:
    """The panels that Solara makes, anew for another run; the others are the map's."""
    name, run = shell.panel.value, shell.version.value
    shown = {
        "charts": panels_charts.Charts,
        "steer": panels_steer.Steer,
        "keep": panels_keep.Keep,
        "sweeps": panels_sweeps.Sweeps,
    }.get(name)
    if shown is None:
        return
    with solara.v.Html(
        tag="section",
        class_=f"fp-solara fp-of-{name}",
        attributes={
            "id": "fp-solara",
            "role": "tabpanel",
            "tabindex": "0",
            "aria-labelledby": f"fp-tab-{name}",
        },
    ):
        shown(shell).key(f"{name}{run}")
