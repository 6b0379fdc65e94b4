"""Variants of the model that are scored beside it: baselines and ablations."""

import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from abm.scenario import Scenario, load_scenario, paths
from experiments.calibration.points import listed_study
from experiments.ensemble import FILE, Ensemble, read_ensemble
from experiments.run import Cases
from experiments.scoring.prediction import Prediction
from experiments.scoring.sources import Source, from_store
from experiments.study import Json
from experiments.sweeps import Plan
from experiments.swept import completed
from experiments.validation.fits import fit_points, fitted
from experiments.validation.shuffles import shuffled

SEED = 20170619
EVERYWHERE, ALWAYS = 1000.0, 10_000.0
"""A sight in km that spans the map, a memory in days that outlasts the run."""

MODEL, RANDOM, SHUFFLED = "model", "random decisions", "shuffled objectives"
DRAWN = 20
"""Shuffles whose scores are averaged."""


@dataclass(frozen=True, slots=True)
class Variant:
    """A change of the model.

    Attributes:
        name: of its folder and row.
        changes: overrides; a path with ``*`` names several.
        kind: of actor that ``actors.*`` is limited to; all if empty.
    """

    name: str
    changes: tuple[tuple[str, Json], ...]
    kind: str = ""

    def overrides(self, scenario: Scenario) -> dict[str, Json]:
        """Return the overrides by path."""
        known = [one.path for one in paths(scenario)]
        actors = {
            actor.id for actor in scenario.actors if self.kind in ("", actor.kind)
        }
        found: dict[str, Json] = {}
        for pattern, value in self.changes:
            for path in fnmatch.filter(known, pattern):
                parts = path.split(".")
                if parts[0] != "actors" or parts[1] in actors:
                    found[path] = value
        return found


ABLATIONS = (
    Variant(
        "no beliefs",
        (
            ("perceive.sight", EVERYWHERE),
            ("perceive.error", 0.0),
            ("perceive.memory", ALWAYS),
        ),
    ),
    Variant("no proxies' autonomy", (("actors.*.autonomy", 0.0),), kind="proxy"),
    Variant("no escalation", (("escalate.gain", 0.0), ("escalate.severity_*", 0.0))),
    Variant("no raids", (("decide.raid_reach", 0.0),)),
    Variant("no air", (("air.*.sorties_per_day", 0.0),)),
)
"""What each part of the model is worth, by what the scores lose without it."""

RANDOMLY = Variant(RANDOM, (("decide.rationality", 0.0),))


@dataclass(frozen=True)
class Size:
    """How much is run.

    Attributes:
        members: runs of the model and of each variant.
        shuffles: deals of objectives.
        fit: runs that each deal, and the model beside them, is fitted with.
        each: runs that a fit keeps.
        cell_km: size of a cell, km.
        days: length of a run.
    """

    members: int
    shuffles: int
    fit: int
    each: int
    cell_km: float
    days: int

    @property
    def runs(self) -> int:
        """Runs in all."""
        fits = (1 + self.shuffles) * self.fit
        return self.members * (2 + len(ABLATIONS)) + fits


@dataclass(frozen=True)
class Runs:
    """All that was run.

    Attributes:
        model: its runs.
        baselines: predictions by name; the shuffles are many under one name.
        alike: the model, fitted with no more runs than each shuffle.
        ablations: predictions by name.
        calibrated: whether the model ran the scenario's ensemble, not its defaults.
    """

    model: Source
    baselines: dict[str, Sequence[Prediction]]
    alike: Prediction
    ablations: dict[str, Prediction]
    calibrated: bool


def ensemble_of(scenario: Scenario, file: Path | None) -> Ensemble | None:
    """Return the named or the scenario's own ensemble; None if it has none."""
    found = file or scenario.folder / FILE
    if file is None and not found.is_file():
        return None
    return read_ensemble(found, scenario)


@dataclass(frozen=True)
class Bench:
    """What all variants have in common, so that differences are of causes.

    Attributes:
        name: of the scenario, or its folder.
        scenario: as read.
        folder: of the runs.
        size: how much is run.
        plan: how runs are computed.
        sets: parameter sets; None for the scenario's defaults.
    """

    name: str
    scenario: Scenario
    folder: Path
    size: Size
    plan: Plan
    sets: Ensemble | None

    def ran(self, variant: Variant) -> Source:
        """Return the runs of a variant."""
        where = variant.name.replace(" ", "_").replace("'", "")
        fixed = variant.overrides(self.scenario)
        return self._ran(self.name, where, self.size.members, fixed)

    def dealt(self, number: int) -> Source:
        """Return the kept runs of a deal of objectives."""
        place = self.folder / "scenarios" / f"s{number:02d}"
        place.parent.mkdir(parents=True, exist_ok=True)
        other = shuffled(self.scenario, place, seed=SEED + number)
        return self.fitted(str(other), f"shuffled/s{number:02d}")

    def fitted(self, who: str, where: str) -> Source:
        """Return what a small fit keeps; with no ensemble, runs with the defaults."""
        if self.sets is None:
            return self._ran(who, where, self.size.each, {})
        return fitted(
            who,
            self.folder / where,
            fit_points(self.scenario, self.sets, self.size.fit),
            keep=self.size.each,
            cell_km=self.size.cell_km,
            plan=self.plan,
        )

    def _ran(
        self, who: str, where: str, members: int, fixed: dict[str, Json]
    ) -> Source:
        """Return the runs of a scenario; fixed overrides go before the sets' values."""
        sets = self.sets.resampled(members) if self.sets else [{}]
        study = listed_study(
            [{path: one[path] for path in one if path not in fixed} for one in sets],
            name="validation",
            scenario=who,
            days=self.size.days,
            cell_km=self.size.cell_km,
            seed=SEED,
            replicates=1 if self.sets else members,
            fixed=fixed,
        )
        return from_store(completed(Cases(study), self.folder / where, plan=self.plan))


def run_all(
    name: str, folder: Path, size: Size, *, plan: Plan, ensemble: Path | None = None
) -> Runs:
    """Run the model and its variants, or what is left of them.

    Args:
        name: of the scenario, or its folder.
        folder: of the runs.
        size: how much.
        plan: how runs are computed.
        ensemble: file of parameter sets; the scenario's own or its defaults if None.
    """
    scenario = load_scenario(name)
    sets = ensemble_of(scenario, ensemble)
    folder.mkdir(parents=True, exist_ok=True)
    bench = Bench(name, scenario, folder, size, plan, sets)
    model = bench.ran(Variant(MODEL, ()))
    bench = replace(bench, plan=replace(plan, prepare=None))  # compiled by now
    ablations = {each.name: bench.ran(each).prediction for each in ABLATIONS}
    randomly = bench.ran(RANDOMLY).prediction
    alike = bench.fitted(name, "fitted").prediction
    deals = [bench.dealt(number).prediction for number in range(size.shuffles)]
    return Runs(
        model=model,
        baselines={RANDOM: [randomly], SHUFFLED: deals},
        alike=alike,
        ablations=ablations,
        calibrated=sets is not None,
    )
