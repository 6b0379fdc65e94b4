"""Runs of sweeps: where the sweeps are, and a row of one computed again."""

from pathlib import Path
from typing import Any

from abm.scenario import load_scenario
from abm.ui.engines import Live
from abm.ui.places import PlaceError


def stores() -> dict[str, Path]:
    """Return the sweeps below the data folder by name."""
    from abm.ui.app import data_folder

    root = data_folder()
    manifests = [*root.glob("*/manifest.json"), *root.glob("*/*/manifest.json")]
    folders = [path.parent for path in manifests if (path.parent / "parts").is_dir()]
    return {str(folder.relative_to(root)): folder for folder in sorted(folders)}


def run_of(sweep: str, row: int) -> Live:
    """Return a run of a sweep, to be computed again.

    Raises:
        PlaceError: there is no such sweep in the data folder, or no such run in it.
        ScenarioError: its scenario is not what it was.
    """
    from experiments.problems import StoreError
    from experiments.rebuild import stored_run
    from experiments.run import engine_interventions

    folder = stores().get(sweep)
    if folder is None:
        raise PlaceError(f"{sweep}: no such sweep in the data folder")
    try:
        case = stored_run(folder, row).case
    except StoreError as problem:
        raise PlaceError(str(problem)) from problem
    return Live(
        load_scenario(case.scenario),
        seed=case.seed,
        cell_km=case.cell_km,
        overrides=dict(case.overrides),
        changes=engine_interventions(case.interventions),
        days=case.days,
    )


def facts_of_row(sweep: str, row: int, engine: Live) -> dict[str, Any]:
    """Return what the page knows beside a run's own facts when it is of a sweep.

    ``given`` counts what its address brings back: the values and changes of the row.
    """
    return {"sweep": sweep, "row": row, "given": engine.changed}
