"""Where predictions come from: results of a sweep, run folders, a forecast."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from abm.metrics import outcomes
from abm.record.problems import RunError
from abm.record.replay import Run, read_run
from abm.scenario import Scenario, load_scenario
from abm.theatre import Theatre, build
from abm.units import IntArray
from experiments.manifest import NAME as MANIFEST
from experiments.observed import unpacked
from experiments.problems import StoreError
from experiments.scoring.history import scored_rows
from experiments.scoring.prediction import Member, Prediction, gathered, member_of
from experiments.scoring.tables import Tables, tables
from experiments.swept import Swept, open_swept

FORECAST_FILES = {
    "sites": "forecast_sites.parquet",
    "dates": "forecast_dates.parquet",
    "incidents": "forecast_incidents.parquet",
}


@dataclass(frozen=True)
class Source:
    """A prediction and what it is about.

    Attributes:
        prediction: what it says.
        scenario: of its runs.
        theatre: their map.
        hash: of the forecast's files; empty for runs.
    """

    prediction: Prediction
    scenario: Scenario
    theatre: Theatre
    hash: str = ""


def read_source(paths: Sequence[Path]) -> Source:
    """Return what a results folder, a forecast, or run folders say.

    Raises:
        StoreError: the folders are none of these, or of different scenarios.
    """
    if not paths:
        raise StoreError("nothing to score; name a results folder, forecast or runs")
    first = paths[0]
    if len(paths) == 1 and (first / FORECAST_FILES["sites"]).is_file():
        return read_forecast(first)
    if len(paths) == 1 and _is_store(first):
        return from_store(open_swept(first))
    return from_runs(paths)


def beside(folder: Path) -> tuple[str, list[Prediction]]:
    """Return name and predictions of a baseline: results, or a folder of results.

    Raises:
        StoreError: it is neither.
    """
    inner = sorted(path for path in folder.glob("*") if _is_store(path))
    if not inner or _is_store(folder):
        inner = [folder]
    return folder.name, [read_source([path]).prediction for path in inner]


def _is_store(folder: Path) -> bool:
    """Return whether a folder holds the results of a sweep."""
    try:
        return "study" in json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return False


def from_store(swept: Swept) -> Source:
    """Return what the runs of a sweep say, each with the same weight."""
    scenario = load_scenario(swept.study.scenario)
    theatre = swept.theatre
    members = members_of(swept, scenario, theatre, rows=scored_rows(scenario, theatre))
    return _source(swept.folder.name, members, scenario, theatre, days=swept.days)


def members_of(
    swept: Swept, scenario: Scenario, theatre: Theatre, *, rows: IntArray
) -> Iterator[Member]:
    """Yield what each stored run says of the sites in some rows of the theatre."""
    found = tables(scenario)
    for stored in swept.kept(["maps", "outcomes"]):
        if stored.get("maps"):
            yield member_of(
                json.loads(stored["outcomes"]),
                unpacked(stored["maps"]).sites.astype(np.int64),
                theatre=theatre,
                rows=rows,
                tables=found,
            )


def from_runs(paths: Sequence[Path]) -> Source:
    """Return what run folders say, each with the same weight."""
    try:
        runs = [read_run(path) for path in paths]
    except RunError as error:
        raise StoreError(
            f"{error}; `abm score` wants a results folder of `abm sweep`, a folder of "
            "`abm forecast`, or run folders"
        ) from None
    names = {run.scenario.name for run in runs}
    if len(names) > 1:
        raise StoreError(f"runs of different scenarios: {', '.join(sorted(names))}")
    theatre = runs[0].theatre
    scenario = runs[0].scenario
    rows, found = scored_rows(scenario, theatre), tables(scenario)
    members = (_run_member(run, rows, found) for run in runs)
    name = paths[0].name if len(paths) == 1 else f"{len(paths)} runs"
    return _source(name, members, scenario, theatre)


def _run_member(run: Run, rows: IntArray, found: Tables) -> Member:
    """Return what a run folder says."""
    theatre = run.theatre
    sites = run.table("sites").to_pandas()
    index = {name: row for row, name in enumerate(theatre.holder_names)}
    holder = sites["actor"].astype(str).map(index).to_numpy(dtype=np.int64)
    held = holder.reshape(-1, len(theatre.site_ids))
    return member_of(outcomes(run), held, theatre=theatre, rows=rows, tables=found)


def _source(
    name: str,
    members: Iterator[Member],
    scenario: Scenario,
    theatre: Theatre,
    *,
    days: int = 0,
) -> Source:
    """Return the source of some members."""
    rows = scored_rows(scenario, theatre)
    prediction = gathered(
        members,
        name=name,
        start=scenario.calendar.start.date(),
        sites=[theatre.site_ids[row] for row in rows],
        blocs=theatre.bloc_names,
        days=days,
    )
    return Source(prediction, scenario, theatre)


def read_forecast(folder: Path) -> Source:
    """Return what a forecast's files say, checked against its manifest's hashes.

    Raises:
        StoreError: a file is missing, or is not the one that was filed.
    """
    try:
        manifest = json.loads((folder / "forecast.json").read_bytes())
        for name, wanted in manifest["sha256"].items():
            found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
            if found != wanted:
                raise StoreError(f"{folder / name}: changed since it was filed")
        frames = {
            part: pd.read_parquet(folder / name)
            for part, name in FORECAST_FILES.items()
        }
    except OSError as error:
        raise StoreError(f"{folder}: {error}; `abm forecast` writes it") from None
    except (KeyError, ValueError, TypeError) as error:
        raise StoreError(f"{folder}: not a forecast ({error!r})") from None
    scenario = load_scenario(manifest["scenario"])
    theatre = build(scenario, float(manifest["cell_km"]))
    return Source(
        _forecast(folder.name, frames, manifest, scenario, theatre),
        scenario,
        theatre,
        hash=manifest["hash"],
    )


def _forecast(
    name: str,
    frames: dict[str, pd.DataFrame],
    manifest: dict[str, Any],
    scenario: Scenario,
    theatre: Theatre,
) -> Prediction:
    """Return the prediction of a forecast's tables."""
    start = scenario.calendar.start.date()
    rows = scored_rows(scenario, theatre)
    sites = [theatre.site_ids[row] for row in rows]
    days = int(manifest["days"])
    p = np.full((days + 1, len(sites), len(theatre.bloc_names)), np.nan)
    table = frames["sites"]
    at = {site: number for number, site in enumerate(sites)}
    blocs = {bloc: number for number, bloc in enumerate(theatre.bloc_names)}
    kept = table[table["site_id"].isin(at)]
    day = [(one - start).days for one in pd.to_datetime(kept["date"]).dt.date]
    p[day, kept["site_id"].map(at), kept["bloc"].map(blocs)] = kept["p"]
    weights = np.array(manifest["weights"], dtype=np.float64)
    counts = frames["incidents"].sort_values(["member", "window_start", "area"])
    areas = counts["area"].nunique()
    return Prediction(
        name=name,
        start=start,
        days=days,
        sites=tuple(sites),
        blocs=theatre.bloc_names,
        weights=weights / weights.sum(),
        p=p,
        dates=_forecast_dates(frames["dates"], len(weights), start),
        counts=_by_zone(counts, len(weights), areas),
    )


def _by_zone(counts: pd.DataFrame, members: int, areas: int) -> IntArray:
    """Return counts with the zones in their own order, not the alphabet's."""
    from experiments.scoring.zones import zone_names

    order = np.argsort(np.argsort(zone_names()))
    found = counts["n"].to_numpy(dtype=np.int64).reshape(members, -1, areas)
    return found[:, :, order]


def _forecast_dates(
    table: pd.DataFrame, members: int, start: dt.date
) -> dict[str, np.ndarray[Any, np.dtype[np.float64]]]:
    """Return the day of each outcome by member."""
    found = {}
    since = pd.to_datetime(table["date"]) - pd.Timestamp(start)
    table = table.assign(day=since.dt.days.astype(float).fillna(np.inf))
    for outcome, rows in table.groupby("outcome", observed=True):
        days = np.full(members, np.inf)
        days[rows["member"].to_numpy(dtype=np.int64)] = rows["day"]
        found[str(outcome)] = days
    return found
