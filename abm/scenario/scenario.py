"""Scenario: the validated, frozen inputs of a run."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from abm.scenario.parameters import Evidence, Parameters
from abm.scenario.relations import Relations
from abm.scenario.rules import Response, Rule, Rung, Zone
from abm.scenario.schema import (
    ActorSpec,
    AreaSpec,
    BorderSpec,
    Calendar,
    Document,
    Layer,
    MapSpec,
    Strict,
    Text,
)
from abm.scenario.tables import AirSpec, CrossingSpec, ForceSpec, SiteSpec

Value = float | int | bool | str


class Intervention(Strict):
    """A change during a run.

    Attributes:
        day: days after the start at which it takes effect.
        path: what is changed, an override path that may change during a run.
        value: new value.
        note: why, for the record.
    """

    day: float
    path: str
    value: Value
    note: Text


@dataclass(frozen=True)
class Scenario:
    """All inputs of a run, as their authors wrote them.

    Attributes:
        name: of its folder.
        folder: where it was read.
        hash: SHA-256 over all its files.
        calendar: start, ticks, horizon.
        map: extent and grid.
        documents: by id.
        actors: decision makers, in the order of their file names.
        holders: passive holders of ground.
        relations: between all pairs.
        sites: named places, those off the map included.
        forces: order of battle, totals (``additive = no``) left out.
        air: air, air-defence and missile assets.
        crossings: of rivers.
        borders: by id.
        areas: by id.
        layers: map layers by name.
        parameters: by phase.
        evidence: of every number, by override path; the scenario's own values.
        rungs: of the ladder, lowest first.
        responses: what follows on rungs.
        zones: protected zones.
        reasons: basis and source of values that are no parameters, by path.
        aliases: actor strings of data files -> ids of actors and passive holders.
        interventions: changes during a run, by day.
        overrides: changes made by ``with_overrides``, by path.
        origin: the scenario as read, ``None`` when this is it.
    """

    name: str
    title: str
    folder: Path
    hash: str
    calendar: Calendar
    map: MapSpec
    documents: Mapping[str, Document]
    actors: tuple[ActorSpec, ...]
    holders: tuple[str, ...]
    relations: Relations
    sites: tuple[SiteSpec, ...]
    forces: tuple[ForceSpec, ...]
    air: tuple[AirSpec, ...]
    crossings: tuple[CrossingSpec, ...]
    borders: Mapping[str, BorderSpec]
    areas: Mapping[str, AreaSpec]
    layers: Mapping[str, Layer]
    parameters: Parameters
    evidence: Mapping[str, Evidence]
    rungs: tuple[Rung, ...]
    responses: tuple[Response, ...]
    zones: tuple[Zone, ...]
    aliases: Mapping[str, tuple[str, ...]]
    reasons: dict[str, tuple[str, str]] = field(default_factory=dict)
    interventions: tuple[Intervention, ...] = ()
    overrides: Mapping[str, Value] = field(default_factory=dict)
    origin: "Scenario | None" = None

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Rungs, responses and zones, as one list."""
        return (*self.rungs, *self.responses, *self.zones)

    @cached_property
    def key(self) -> str:
        """SHA-256 of files, overrides and interventions together."""
        changes: dict[str, Any] = {
            "hash": self.hash,
            "overrides": dict(sorted(self.overrides.items())),
            "interventions": [item.model_dump() for item in self.interventions],
        }
        return hashlib.sha256(json.dumps(changes, sort_keys=True).encode()).hexdigest()

    def actor(self, name: str) -> ActorSpec:
        """Return an actor by id.

        Raises:
            KeyError: there is none.
        """
        return {actor.id: actor for actor in self.actors}[name]

    def site(self, name: str) -> SiteSpec:
        """Return a site by id.

        Raises:
            KeyError: there is none.
        """
        return {site.id: site for site in self.sites}[name]

    def with_overrides(self, changes: Mapping[str, Value]) -> "Scenario":
        """Return a scenario with some values changed.

        A weight that is set stays as set; the actor's other weights are rescaled so
        that they sum to 1. The order of changes does not matter; later calls add to
        earlier ones. A value may lie outside its plausible range, not outside what
        is possible.

        Args:
            changes: new value by path, as listed by ``paths``.

        Raises:
            ScenarioError: a path is unknown or a value impossible.
        """
        from abm.scenario.overrides import overridden

        return overridden(self, changes)

    def with_interventions(self, items: tuple[Intervention, ...]) -> "Scenario":
        """Return a scenario with other interventions, in the order of their days.

        Raises:
            ScenarioError: a path is unknown or may not change during a run.
        """
        from abm.scenario.interventions import checked

        return replace(self, interventions=checked(self, items))
