"""What the player has to know before the first tick: parties, places, text, map."""

from collections import deque
from typing import Any

import numpy as np

from abm.record import chunks
from abm.scenario import ObjectiveSpec, Scenario
from abm.theatre import Theatre
from abm.ui import basemap
from abm.ui.text import text
from abm.world import MISSIONS

Json = dict[str, Any]
RUN_AHEAD = 192
"""Ticks the engine keeps computed beyond the tick shown."""
SHAPES = ("rectangle", "round", "square")
_kept: deque[tuple[Theatre, Json]] = deque(maxlen=2)
CREDITS = "Made with Natural Earth; relief NOAA ETOPO5; other layers CC0."


def meta(theatre: Theatre, formations: Json, *, kinds: list[str]) -> Json:
    """Return everything that stays the same while a run plays, as plain data.

    Args:
        theatre: of the run.
        formations: columns of the recorded table ``formations``.
        kinds: kinds of event in the order of their codes.
    """
    scenario, grid = theatre.scenario, theatre.grid
    layout = chunks.layout()
    return {
        "title": scenario.title,
        "scenario": scenario.name,
        "about": about(scenario),
        "credits": thanks(scenario),
        "width": grid.width,
        "height": grid.height,
        "cell_km": grid.cell_km,
        "frame": [1, 1, grid.width - 1, grid.height - 1],
        "focus": _focus(theatre),
        "lonlat": basemap.degrees(theatre),
        **_calendar(theatre),
        "run_ahead": RUN_AHEAD,
        "layout": layout,
        "units_per_cell": layout["units_per_cell"],
        "sorties_scale": layout["sorties_scale"],
        "tonnes_scale": layout["tonnes_scale"],
        "incident_kinds": layout["incident_kinds"],
        "kinds": kinds,
        "missions": list(MISSIONS),
        "blocs": blocs(theatre),
        "bloc_of": theatre.bloc.tolist(),
        "holders": _holders(theatre),
        "actors": _actors(theatre),
        "sites": _sites(theatre),
        "air": _air(theatre),
        "formations": _formations(formations),
        **_dear(theatre),
        "history": [],
    }


def _dear(theatre: Theatre) -> Json:
    """Return map and text, kept for the next tab that shows the same theatre."""
    for known, found in tuple(_kept):
        if known is theatre:
            return found
    shown = basemap.layers(theatre)
    made = {
        "layers": shown,
        "riverNames": basemap.river_names(shown["rivers"]),
        "elevation": basemap.elevation(theatre),
        "near": basemap.nearest_open(theatre),
        "cells": basemap.cells(theatre),
        **text(theatre.scenario, rows_of(theatre)),
    }
    _kept.appendleft((theatre, made))
    return made


def _calendar(theatre: Theatre) -> Json:
    """Return when the run starts and how it is cut into ticks."""
    calendar = theatre.scenario.calendar
    return {
        "start": calendar.start.isoformat(),
        "tick_hours": calendar.tick_hours,
        "days_per_tick": theatre.days_per_tick,
        "horizon": calendar.horizon_ticks,
    }


def about(scenario: Scenario) -> str:
    """Return what is shown, in words for somebody who has never seen a model."""
    start, end = scenario.calendar.start, scenario.calendar
    last = end.at(scenario.calendar.horizon_ticks)
    return (
        f"{scenario.title}. A simulation of {start:%d %B %Y} to {last:%d %B %Y}: "
        f"{len(scenario.actors)} parties, each wanting what a text of the time says it "
        "wants, move on the map, fight, supply themselves and decide anew every "
        "day. Who wants what, and why, is open to view: nothing is scripted."
    ).replace(" 0", " ")


def thanks(scenario: Scenario) -> str:
    """Return what the makers of the map layers want said."""
    for layer in scenario.layers.values():
        for feature in layer.features:
            properties: Any = feature["properties"]
            if "Natural Earth" in str(properties.get("licence", "")):
                return CREDITS
    return ""


def rows_of(theatre: Theatre) -> dict[str, int]:
    """Return the row of every objective by ``<actor>.<objective>``."""
    return {
        f"{theatre.actors[each.actor].id}.{each.spec.id}": each.row
        for each in theatre.objectives
    }


def bloc_colours(theatre: Theatre) -> list[str]:
    """Return a colour per bloc: that of its strongest member at the start."""
    start = theatre.formations0
    strength = np.bincount(start["actor"], start["personnel"], theatre.n_holders)
    colours = []
    for bloc in range(len(theatre.bloc_names)):
        members = np.flatnonzero(theatre.bloc == bloc)
        colours.append(theatre.colours[members[np.argmax(strength[members])]])
    return colours


def blocs(theatre: Theatre) -> list[Json]:
    """Return the blocs: name, members, colour, frame of their symbols."""
    colours, start = bloc_colours(theatre), theatre.formations0
    strength = np.bincount(
        theatre.bloc[start["actor"]], start["personnel"], len(theatre.bloc_names)
    )
    order = np.argsort(-strength, kind="stable").tolist()
    shapes = _shapes(theatre, order)
    found = []
    for bloc, name in enumerate(theatre.bloc_names):
        members = [
            actor
            for row, actor in enumerate(theatre.actors)
            if theatre.bloc[row] == bloc
        ]
        single = len(members) == 1
        found.append(
            {
                "id": name,
                "name": members[0].name if single else _words(name),
                "members": "" if single else ", ".join(each.name for each in members),
                "colour": colours[bloc],
                "shape": shapes[bloc],
                "fights": bool(strength[bloc]),
                "nobody": bloc == int(theatre.bloc[theatre.nobody]),
                "rank": order.index(bloc),
            }
        )
    return found


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _shapes(theatre: Theatre, order: list[int]) -> dict[int, str]:
    """Return the frame of each bloc: a diamond for the enemy of all, else by size."""
    found, left = {}, iter(SHAPES)
    for bloc in order:
        members = int((theatre.bloc[: theatre.n_actors] == bloc).sum())
        if members == 1 and _at_war_with_all(theatre, bloc):
            found[bloc] = "diamond"
        else:
            found[bloc] = next(left, "square") if members else "square"
    return found


def _at_war_with_all(theatre: Theatre, bloc: int) -> bool:
    n = theatre.n_actors
    own = theatre.bloc[:n] == bloc
    if not own.any() or own.all():
        return False
    return bool(theatre.war[:n, :n][np.ix_(own, ~own)].all())


def _focus(theatre: Theatre) -> list[float]:
    """Return the place that most objectives are about, in cells."""
    wanted = np.zeros(len(theatre.site_ids))
    for each in theatre.objectives:
        for site in _sites_of(each.spec):
            if site in theatre.site_row:
                wanted[theatre.site_row[site]] += 1
    row = int(np.argmax(wanted))
    cell = theatre.grid.cell_km
    return [float(theatre.site_x_km[row] / cell), float(theatre.site_y_km[row] / cell)]


def _sites_of(spec: ObjectiveSpec) -> list[str]:
    """Return the sites an objective names."""
    keys = ("site", "sites", "from", "to")
    return [site for key in keys for site in spec.targets(key)]


def _holders(theatre: Theatre) -> list[Json]:
    names = [actor.name for actor in theatre.actors]
    names += [name.replace("_", " ") for name in theatre.holder_names[len(names) :]]
    return [
        {"name": name, "colour": colour}
        for name, colour in zip(names, theatre.colours, strict=True)
    ]


def _actors(theatre: Theatre) -> list[Json]:
    rows, start = rows_of(theatre), theatre.formations0
    strength = np.bincount(start["actor"], start["personnel"], theatre.n_actors)
    return [
        {
            "id": actor.id,
            "name": actor.name,
            "short": actor.short,
            "colour": actor.colour,
            "personnel": float(strength[index]),
            "war": np.flatnonzero(theatre.war[index][: theatre.n_actors]).tolist(),
            "objectives": [
                {
                    "row": rows[f"{actor.id}.{spec.id}"],
                    "id": spec.id,
                    "label": spec.label,
                    "weight": spec.weight,
                    "basis": spec.basis,
                    "document": spec.source.document,
                    "sentence": spec.source.sentence,
                    "quote": spec.source.quote,
                    "sites": _sites_of(spec),
                }
                for spec in actor.objectives
            ],
        }
        for index, actor in enumerate(theatre.actors)
    ]


def _sites(theatre: Theatre) -> list[Json]:
    cell = theatre.grid.cell_km
    return [
        {
            "row": row,
            "id": theatre.site_ids[row],
            "name": theatre.site_names[row],
            "label": theatre.site_names[row].split(" (")[0],
            "kind": theatre.site_kind[row],
            "x": round(float(theatre.site_x_km[row]) / cell, 3),
            "y": round(float(theatre.site_y_km[row]) / cell, 3),
            "rank": int(theatre.site_importance[row]),
            "population": float(theatre.site_population[row]),
            "supply": float(theatre.site_supply[row]),
            "start": int(theatre.site_controller0[row]),
        }
        for row in range(len(theatre.site_ids))
    ]


def _air(theatre: Theatre) -> list[Json]:
    cell = theatre.grid.cell_km
    return [
        {
            "row": row,
            "id": theatre.air_ids[row],
            "name": theatre.air_names[row],
            "role": theatre.air_role[row],
            "actor": int(theatre.air_operator[row]),
            "x": round(float(theatre.air_base_x_km[row]) / cell, 2),
            "y": round(float(theatre.air_base_y_km[row]) / cell, 2),
            "base": int(theatre.air_base_site[row]),
            "radius": float(theatre.air_radius_km[row]),
            "count": float(theatre.air_count0[row]),
        }
        for row in range(len(theatre.air_ids))
    ]


def _formations(columns: Json) -> list[Json]:
    names = ("id", "name", "type", "personnel", "mobility")
    rows = zip(*(columns[name] for name in names), strict=True)
    return [dict(zip(names, row, strict=True)) for row in rows]
