"""Scenario: a folder of text and tables, validated into frozen values."""

from abm.scenario.interventions import load_interventions
from abm.scenario.load import load_scenario, shipped
from abm.scenario.objectives import TARGETS
from abm.scenario.overrides import assignment
from abm.scenario.parameters import Evidence, Parameters
from abm.scenario.paths import Setting, paths
from abm.scenario.problems import ScenarioError
from abm.scenario.relations import Relations
from abm.scenario.rules import Response, Rule, Rung, Zone
from abm.scenario.scenario import Intervention, Scenario
from abm.scenario.schema import (
    ActorSpec,
    AreaSpec,
    BorderSpec,
    Calendar,
    Citation,
    Document,
    Layer,
    MapSpec,
    ObjectiveSpec,
    Patron,
)
from abm.scenario.tables import AirSpec, CrossingSpec, ForceSpec, SiteSpec

__all__ = [
    "TARGETS",
    "ActorSpec",
    "AirSpec",
    "AreaSpec",
    "BorderSpec",
    "Calendar",
    "Citation",
    "CrossingSpec",
    "Document",
    "Evidence",
    "ForceSpec",
    "Intervention",
    "Layer",
    "MapSpec",
    "ObjectiveSpec",
    "Parameters",
    "Patron",
    "Relations",
    "Response",
    "Rule",
    "Rung",
    "Scenario",
    "ScenarioError",
    "Setting",
    "SiteSpec",
    "Zone",
    "assignment",
    "load_interventions",
    "load_scenario",
    "paths",
    "shipped",
]
