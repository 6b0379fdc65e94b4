"""Run the posterior ensemble, and file what it says, dated and hashed."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from abm.record.wanted import wanted
from abm.scenario import Scenario, load_scenario
from abm.theatre import Theatre, build
from abm.whole import whole, write_whole
from experiments.calibration.points import listed_study
from experiments.ensemble import FILE, Ensemble, read_ensemble
from experiments.forecast.page import page
from experiments.forecast.tables import date_table, incident_table, site_table
from experiments.problems import StudyError
from experiments.run import Cases
from experiments.scoring.prediction import Prediction, gathered
from experiments.scoring.sources import FORECAST_FILES, members_of
from experiments.study import Study
from experiments.sweeps import Plan
from experiments.swept import Swept, completed
from experiments.versions import versions

END = dt.date(2017, 12, 1)
NAME, STORE = "forecast.json", "runs"
SEED = 20170831


@dataclass(frozen=True)
class Asked:
    """A forecast to make.

    Attributes:
        scenario: its name or folder.
        ensemble: file of parameter sets; None for the scenario's own.
        members: runs.
        cell_km: size of a cell, km.
        end: last day.
    """

    scenario: str
    ensemble: Path | None
    members: int
    cell_km: float
    end: dt.date = END


def ensemble_file(asked: Asked, scenario: Scenario) -> Path:
    """Return the file of the parameter sets.

    Raises:
        StudyError: none was named and the scenario has none.
    """
    if asked.ensemble is not None:
        return asked.ensemble
    file = scenario.folder / FILE
    if not file.is_file():
        raise StudyError(
            [
                f"{scenario.name}: {FILE}: no default ensemble; --ensemble FILE names "
                "one, `abm calibrate` writes one"
            ]
        )
    return file


def study_of(asked: Asked, ensemble: Ensemble, scenario: Scenario) -> Study:
    """Return the study that the forecast runs: one run a member, own seeds."""
    days = (asked.end - scenario.calendar.start.date()).days
    return listed_study(
        ensemble.resampled(asked.members),
        name="forecast",
        scenario=asked.scenario,
        days=days,
        cell_km=asked.cell_km,
        seed=SEED,
    )


def forecast(asked: Asked, folder: Path, *, plan: Plan) -> Path:
    """Run the ensemble, or the rest of it, and file the forecast; return its folder.

    Args:
        asked: what for.
        folder: of the runs and files.
        plan: how runs are computed.

    Raises:
        StudyError: no ensemble, or one with implausible values.
        SweepError: it was stopped; the same call goes on.
    """
    scenario = load_scenario(asked.scenario)
    file = ensemble_file(asked, scenario)
    study = study_of(asked, read_ensemble(file, scenario), scenario)
    folder.mkdir(parents=True, exist_ok=True)
    swept = completed(Cases(study), folder / STORE, plan=plan)
    theatre = build(scenario, asked.cell_km)
    prediction = predicted(swept, scenario, theatre)
    _write(prediction, asked, scenario, folder, ensemble=file)
    return folder


def predicted(swept: Swept, scenario: Scenario, theatre: Theatre) -> Prediction:
    """Return what the runs say of every site on the map."""
    return gathered(
        members_of(swept, scenario, theatre, rows=np.arange(len(theatre.site_ids))),
        name="forecast",
        start=scenario.calendar.start.date(),
        sites=theatre.site_ids,
        blocs=theatre.bloc_names,
        days=swept.days,
    )


def _write(
    prediction: Prediction,
    asked: Asked,
    scenario: Scenario,
    folder: Path,
    *,
    ensemble: Path,
) -> None:
    """Write the tables as Parquet and CSV, the page, and the manifest last."""
    named = tuple(each.name for each in wanted(scenario).date)
    frames = {
        "sites": site_table(prediction),
        "dates": date_table(prediction, named),
        "incidents": incident_table(prediction),
    }
    for part, frame in frames.items():
        file = folder / FORECAST_FILES[part]
        with whole(file) as temporary:
            _stored(frame).to_parquet(temporary, index=False)
        text = frame.to_csv(index=False, date_format="%Y-%m-%d")
        write_whole(file.with_suffix(".csv"), text)
    html = page(prediction, frames, scenario)
    write_whole(folder / "forecast.html", html)
    manifest = _manifest(prediction, asked, scenario, folder, ensemble)
    write_whole(folder / NAME, json.dumps(manifest, indent=1))


def _stored(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose times are dates, as its readers expect."""
    times = frame.select_dtypes("datetime").columns
    dates = {name: frame[name].dt.date.where(frame[name].notna()) for name in times}
    return frame.assign(**dates)


def _manifest(
    prediction: Prediction,
    asked: Asked,
    scenario: Scenario,
    folder: Path,
    ensemble: Path,
) -> dict[str, Any]:
    """Return when the forecast was made, of what, and the hashes of its files."""
    hashes = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name in sorted(FORECAST_FILES.values())
    }
    whole = hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest()
    return {
        "filed": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "hash": whole,
        "sha256": hashes,
        "knows_history_until": "2017-08-31",
        "scenario": asked.scenario,
        "scenario_hash": scenario.hash,
        "ensemble_sha256": hashlib.sha256(ensemble.read_bytes()).hexdigest(),
        "cell_km": asked.cell_km,
        "start": prediction.start.isoformat(),
        "days": prediction.days,
        "members": len(prediction.weights),
        "weights": prediction.weights.tolist(),
        "seed": SEED,
        "versions": versions().as_dict(),
    }
