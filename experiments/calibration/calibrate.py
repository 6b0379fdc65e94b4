"""The calibration from screening to posterior, resumable at every run."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from abm.scenario import load_scenario
from abm.theatre import build
from abm.whole import write_whole
from experiments.calibration.candidates import Candidate, candidates
from experiments.calibration.defaults import identified, set_defaults
from experiments.calibration.matching import Wave, matched
from experiments.calibration.points import Setting, listed_study
from experiments.calibration.screen import Screening, screened, screening
from experiments.calibration.smc import Posterior, inferred
from experiments.calibration.targets import targets
from experiments.ensemble import FILE, read_ensemble, write_ensemble
from experiments.estimate import in_words, seconds_a_run, seconds_of
from experiments.problems import StudyError
from experiments.run import Cases
from experiments.scoring.baselines import CALIBRATION
from experiments.sweeps import Plan

SCREENING, MATCHING = 0.4, 0.08
"""Shares of the runs; the rest is for the posterior."""

GENERATIONS = 6
"""Runs of the last stage per particle, roughly: what sets the size of a generation."""

FEWEST_SETS, MOST_SETS = 16, 300
FEWEST_WAVE = 24
POSTERIOR, PLAN, EFFECTS, WAVE = (
    "posterior.parquet",
    "plan.json",
    "effects.csv",
    "wave.csv",
)
FOUND, SECONDS = "found.json", "seconds"
SEED = 20170618


@dataclass(frozen=True)
class Sizes:
    """How many runs each stage takes; kept in ``plan.json``, so that all is repeated.

    Attributes:
        runs: asked for in all.
        screen: of the two screenings.
        wave: of history matching.
        sets: particles in a generation.
        smc: most runs of the last stage.
        cell_km: size of a cell, km.
        seed: of everything.
    """

    runs: int
    screen: Screening
    wave: int
    sets: int
    smc: int
    cell_km: float
    seed: int

    @property
    def total(self) -> int:
        """Return how many runs they add up to."""
        return self.screen.runs + self.wave + self.smc


@dataclass(frozen=True)
class Calibrated:
    """What a calibration found.

    Attributes:
        folder: where it lies.
        sizes: of its stages.
        chosen: parameters that were fitted.
        effects: of the screening.
        wave: of history matching.
        posterior: weighted sets.
        seconds: that this call and those it goes on from took.
    """

    folder: Path
    sizes: Sizes
    chosen: tuple[Candidate, ...]
    effects: pd.DataFrame
    wave: Wave
    posterior: Posterior
    seconds: float


def sized(runs: int, *, cell_km: float, seed: int = SEED) -> Sizes:
    """Return the stages that a number of runs affords.

    Raises:
        StudyError: too few for every stage to mean anything.
    """
    screen = screening(int(SCREENING * runs))
    wave = max(FEWEST_WAVE, int(MATCHING * runs))
    left = runs - screen.runs - wave
    sets = min(MOST_SETS, max(FEWEST_SETS, left // GENERATIONS))
    if left < FEWEST_SETS * 2:
        least = runs - left + FEWEST_SETS * 2
        raise StudyError(
            [f"--runs: too few for a calibration (got {runs}); at least {least}"]
        )
    return Sizes(runs, screen, wave, sets, left, cell_km, seed)


def setting_of(
    scenario: str, *, cell_km: float, plan: Plan, events: Path = CALIBRATION
) -> Setting:
    """Return what all runs have in common.

    Args:
        scenario: its name or folder.
        cell_km: size of a cell, km.
        plan: how runs are computed.
        events: history; only what ended by 31 August 2017 is looked at.
    """
    loaded = load_scenario(scenario)
    theatre = build(loaded, cell_km)
    target = targets(loaded, theatre, events=events)
    return Setting(scenario, loaded, theatre, target, cell_km, plan)


def a_run_s(setting: Setting) -> float:
    """Return the seconds that one run takes here and now."""
    return seconds_a_run(_default(setting), run=setting.plan.run)


def _default(setting: Setting) -> Cases:
    """Return one run with every parameter as the scenario has it."""
    study = listed_study(
        [{}],
        name="estimate",
        scenario=setting.scenario,
        days=setting.target.days,
        cell_km=setting.cell_km,
        seed=0,
    )
    return Cases(study)


def affordable(budget_s: float, a_run: float, workers: int) -> int:
    """Return how many runs a budget of seconds affords."""
    return int(budget_s / seconds_of(1, a_run, workers))


def estimate(sizes: Sizes, setting: Setting, *, a_run: float, workers: int) -> str:
    """Return in words how long it will take."""
    n_candidates = len(candidates(setting.loaded))
    whole = in_words(seconds_of(sizes.total, a_run, workers))
    screen = sizes.screen
    return (
        f"{sizes.total} runs of {setting.target.days} days at {setting.cell_km:g} km, "
        f"about {a_run:.1f} s each: about {whole} on {workers} workers\n"
        f"  screening {n_candidates} parameters in {screen.cube} runs, "
        f"{screen.singles} of them in {screen.trajectories} x {screen.singles + 1}; "
        f"history matching {sizes.wave}; ABC-SMC up to {sizes.smc}, {sizes.sets} sets "
        f"a generation\n"
        f"  the same again: abm calibrate --runs {sizes.runs}"
    )


def calibrate(
    folder: Path,
    sizes: Sizes,
    setting: Setting,
    *,
    say: Callable[[str], None] = lambda _: None,
) -> Calibrated:
    """Calibrate, or go on where an earlier call stopped.

    Args:
        folder: of its runs and results.
        sizes: of the stages.
        setting: of the runs.
        say: told what is being done.

    Raises:
        StudyError: the folder holds another calibration, or the result lies outside
            the plausible ranges.
        SweepError: it was stopped; the same call goes on.
    """
    started = time.monotonic()
    _claim(folder, sizes)
    if setting.plan.prepare is not None:  # compiled once, not for every batch
        setting.plan.prepare(_default(setting).case(0))
        setting = replace(setting, plan=replace(setting.plan, prepare=None))
    found = candidates(setting.loaded)
    say(f"1 of 3: screening {len(found)} parameters")
    chosen, effects = screened(
        found, setting, folder / "screen", size=sizes.screen, seed=sizes.seed
    )
    write_whole(folder / EFFECTS, effects.to_csv(index=False))
    say("2 of 3: history matching over " + ", ".join(one.path for one in chosen))
    wave = matched(
        chosen, setting, folder / "wave", runs=sizes.wave, seed=sizes.seed + 100
    )
    write_whole(folder / WAVE, wave.table.to_csv(index=False))
    say(f"3 of 3: ABC-SMC; {wave.share:.0%} of the ranges is not implausible")
    good = wave.distances[np.isfinite(wave.distances)]
    posterior = inferred(
        chosen,
        setting,
        folder / "smc",
        box=wave.box,
        start=float(np.median(good)),
        size=sizes.sets,
        runs=sizes.smc,
        seed=sizes.seed + 200,
    )
    write_ensemble(posterior.table, folder / POSTERIOR, setting.loaded)
    seconds = time.monotonic() - started + _spent(folder)
    done = Calibrated(folder, sizes, chosen, effects, wave, posterior, seconds)
    _note(done)
    return done


def ship(done: Calibrated, setting: Setting) -> Path:
    """Make the posterior the scenario's ensemble, its median the defaults.

    Of a parameter of which nothing was learned the default stays: the median of its
    even prior would move it for no reason.

    Returns:
        The ensemble's file.
    """
    file = setting.loaded.folder / FILE
    write_ensemble(done.posterior.table, file, setting.loaded)
    found = read_ensemble(file, setting.loaded)
    set_defaults(identified(found, done.chosen), setting.loaded)
    return file


def _claim(folder: Path, sizes: Sizes) -> None:
    """Make the folder, or check that it holds the same calibration."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / PLAN
    wanted = asdict(sizes)
    if not file.exists():
        write_whole(file, json.dumps(wanted, indent=1))
        return
    known = json.loads(file.read_bytes())
    if known != wanted:
        changed = [name for name in wanted if known.get(name) != wanted[name]]
        raise StudyError(
            f"{file}: {name}: another calibration (got {wanted[name]}); it has "
            f"{known.get(name)}: take that, or another folder"
            for name in changed
        )


def planned(folder: Path) -> Sizes | None:
    """Return the sizes of the calibration that a folder holds, if any."""
    file = folder / PLAN
    if not file.is_file():
        return None
    known = json.loads(file.read_bytes())
    return Sizes(**{**known, "screen": Screening(**known["screen"])})


def _spent(folder: Path) -> float:
    """Return the seconds of earlier calls that came to their end."""
    file = folder / FOUND
    return float(json.loads(file.read_bytes())[SECONDS]) if file.is_file() else 0.0


def _note(done: Calibrated) -> None:
    """Write what was found in figures."""
    values = {
        SECONDS: round(done.seconds),
        "chosen": [asdict(one) for one in done.chosen],
        "box": done.wave.box.tolist(),
        "not_implausible": done.wave.share,
        "forced": done.wave.forced,
        "thresholds": list(done.posterior.thresholds),
        "smc_runs": done.posterior.runs,
    }
    write_whole(done.folder / FOUND, json.dumps(values, indent=1))
