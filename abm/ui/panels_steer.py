# ruff: noqa: N802  (components are named as Solara names them)
"""The steer panel: change something from the day shown, or start anew with it."""

from typing import Any

import solara

from abm.scenario import Scenario, ScenarioError, Setting, paths
from abm.ui.engines import Live, Recorded
from abm.ui.names import namer, part
from abm.ui.panels_file import Anew, FromFile
from abm.ui.panels_pairs import Replicates
from abm.ui.parts import Choice
from abm.ui.places import SEED_LIMIT
from abm.ui.ready import beyond, groups, interventions, movable, parsed, ready_made
from abm.ui.shell import Shell

HTML = solara.v.Html


@solara.component
def Steer(shell: Shell) -> None:
    """Everything that can be changed."""
    HTML(tag="h2", children=["Change something"])
    engine = shell.session.engine
    if isinstance(engine, Recorded):
        Anew(shell, engine)
    if not isinstance(engine, Live):
        return
    HTML(
        tag="p",
        class_="fp-note",
        children=[
            "Collect changes, then let the run go on with them from the day shown, or "
            "start it anew. The dice stay the same, so that only your change differs."
        ],
    )
    Notice(shell)
    Drafted(shell)
    changed = bool(shell.changes.value)
    if changed:
        Replicates(shell)
    HTML(tag="h3", children=["Ready-made"])
    ReadyMade(shell, engine.base)
    HTML(tag="h3", children=["Move a force"])
    Move(shell, engine.base)
    HTML(tag="h3", children=["Any number"])
    AnyNumber(shell, engine.base)
    HTML(tag="h3", children=["Changes kept earlier"])
    FromFile(shell, engine)
    if not changed:
        Replicates(shell)


@solara.component
def Notice(shell: Shell) -> None:
    """What the last action said."""
    if shell.notice.value:
        HTML(
            tag="div",
            class_="fp-notice",
            children=[shell.notice.value],
            attributes={"role": "status"},
        )


def _draft(shell: Shell, changes: dict[str, Any]) -> None:
    shell.drafted.set({**shell.drafted.value, **changes})
    shell.notice.set("")


@solara.component
def Drafted(shell: Shell) -> None:
    """Changes set but not applied, and the two ways to apply them."""
    drafted = shell.drafted.value
    engine = shell.session.engine
    seed = solara.use_reactive(engine.seed)  # what was typed may not be drawn yet
    HTML(tag="h3", children=[f"Your changes ({len(drafted)})"])
    with HTML(tag="ul"):
        for path, value in drafted.items():
            Draft(shell, path, value)
    Apply(shell)
    solara.InputInt("Seed of a new run", seed)
    solara.Button(
        "Start a new run" + (" with them" if drafted else ""),
        outlined=True,
        on_click=lambda: _anew(shell, seed.value),
    )


@solara.component
def Draft(shell: Shell, path: str, value: Any) -> None:
    """One change that is set: what it is, whether it is plausible, away with it."""
    engine = shell.session.engine
    known = solara.use_memo(
        lambda: {each.path: each for each in paths(engine.theatre.scenario)}, [path]
    )

    def remove() -> None:
        kept = {k: v for k, v in shell.drafted.value.items() if k != path}
        shell.drafted.set(kept)

    with HTML(tag="li"):
        solara.Button(
            f"Remove {path} = {value}", text=True, small=True, on_click=remove
        )
        odd = beyond(known[path], value) if path in known else ""
        if odd:
            HTML(tag="p", class_="fp-note", children=[odd])


@solara.component
def Apply(shell: Shell) -> None:
    """The button that follows the day shown; nothing else here re-renders with it."""
    solara.Button(
        f"Apply from day {int(shell.day)} on",
        color="primary",
        disabled=not shell.drafted.value,
        on_click=lambda: shell.steer(interventions(shell.drafted.value, shell.day)),
    )


def _anew(shell: Shell, seed: int) -> None:
    from abm.ui.app import facts_of

    engine = shell.session.engine
    if not isinstance(engine, Live) or not 0 <= seed < SEED_LIMIT:
        shell.notice.set(f"A seed is a whole number from 0 to {SEED_LIMIT - 1}.")
        return
    overrides = {**engine.overrides, **shell.drafted.value}
    try:
        scenario = engine.base.origin or engine.base
        other = Live(
            scenario,
            seed=seed,
            cell_km=engine.cell_km,
            overrides=overrides,
            days=engine.days,
        )
    except ScenarioError as problem:
        shell.notice.set(str(problem))
        return
    shell.open(other, facts_of(other))
    shell.notice.set(f"A new run with seed {seed}.")


@solara.component
def ReadyMade(shell: Shell, scenario: Scenario) -> None:
    """One button per ready-made change."""
    for each in solara.use_memo(lambda: ready_made(scenario), [scenario.key]):
        solara.Button(
            each.label,
            outlined=True,
            small=True,
            on_click=lambda changes=each.changes: _draft(shell, changes),
        )


@solara.component
def Move(shell: Shell, scenario: Scenario) -> None:
    """Put a force on a place."""
    forces = solara.use_memo(lambda: dict(movable(scenario)), [scenario.key])
    sites = solara.use_memo(
        lambda: {each.id: f"{each.name} ({each.id})" for each in scenario.sites},
        [scenario.key],
    )
    force = solara.use_reactive(next(iter(forces)))
    site = solara.use_reactive(next(iter(sites)))

    def add() -> None:
        _draft(shell, {f"forces.{force.value}.cell_site": site.value})

    Choice("Force", forces, force.value, on_value=force.set)
    Choice("To", sites, site.value, on_value=site.set)
    solara.Button(
        "Add this move",
        outlined=True,
        small=True,
        on_click=add,
    )


@solara.component
def AnyNumber(shell: Shell, scenario: Scenario) -> None:
    """Any value of the scenario: what it is, where it is from, a new one."""
    known = solara.use_memo(lambda: groups(scenario), [scenario.key])
    plain = solara.use_memo(lambda: namer(scenario), [scenario.key])
    group, set_group = solara.use_state(next(iter(known)))
    chosen, set_chosen = solara.use_state("")
    by_path = {each.path: each for each in known[group]}
    setting = by_path.get(chosen) or next(iter(by_path.values()))
    text = solara.use_reactive("")
    problem, set_problem = solara.use_state("")

    def add() -> None:
        try:
            change = {setting.path: parsed(text.value, setting.value)}
            scenario.with_overrides(change)
        except (ValueError, ScenarioError) as error:
            set_problem(str(error))
            return
        set_problem("")
        _draft(shell, change)

    words = {each: part(rows[0].path, scenario) for each, rows in known.items()}
    Choice("Part", words, group, on_value=set_group)
    named = {path: plain(path) for path in by_path}
    Choice("Value", named, setting.path, on_value=set_chosen)
    Evidence(setting, named[setting.path])
    solara.InputText("New value", value=text)
    if problem:
        HTML(
            tag="p",
            class_="fp-notice",
            children=[problem],
            attributes={"role": "alert"},
        )
    solara.Button("Add this change", outlined=True, small=True, on_click=add)
    odd = doubtful(setting, text.value)
    if odd:  # below the button, which must not move away when it is about to be pressed
        HTML(tag="p", class_="fp-notice", attributes={"role": "note"}, children=[odd])


def doubtful(setting: Setting, typed: str) -> str:
    """Return what is odd about a value being typed, nothing where it is no value."""
    try:
        return beyond(setting, parsed(typed, setting.value)) if typed.strip() else ""
    except ValueError:
        return ""


def _short(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


@solara.component
def Evidence(setting: Setting, name: str) -> None:
    """What a number is, and what stands behind it."""
    ranged = setting.low is not None and setting.high is not None
    unit = "" if setting.unit == "1" else setting.unit
    parts = [f"Now {_short(setting.value)} {unit}".strip()]
    if ranged:
        parts.append(f"plausible from {setting.low:g} to {setting.high:g}")
    parts.append(setting.basis)
    when = "at any time" if setting.during_run else "for a new run only"
    parts.append(f"can be changed {when}")
    with HTML(tag="div", class_="fp-card"):
        HTML(tag="strong", children=[name])
        HTML(tag="div", children=["; ".join(parts) + "."])
        HTML(tag="div", children=[HTML(tag="code", children=[setting.path])])
        HTML(tag="small", children=[f"Source: {setting.source}"])
