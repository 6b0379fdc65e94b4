"""Changes a person can make: ready-made ones from the scenario, and any one by path."""

import math
from dataclasses import dataclass

from abm.scenario import (
    ForceSpec,
    Intervention,
    Scenario,
    Setting,
    SiteSpec,
    paths,
)
from abm.scenario.scenario import Value
from abm.scenario.schema import ActorSpec

NOTE = "set in the browser"
NO_FLIGHTS = ("air_defence", "missile")


@dataclass(frozen=True)
class Ready:
    """A change in plain words.

    Attributes:
        label: what it does.
        changes: values by path.
    """

    label: str
    changes: dict[str, Value]


def ready_made(scenario: Scenario) -> list[Ready]:
    """Return changes that need no knowledge of paths: hotlines, proxies, aircraft."""
    return [*_hotlines(scenario), *_moved(scenario), *_grounded(scenario)]


def _hotlines(scenario: Scenario) -> list[Ready]:
    relations, found = scenario.relations, []
    names = {actor.id: actor.name for actor in scenario.actors}
    ids = list(names)
    for number, a in enumerate(ids):
        for b in ids[number + 1 :]:
            for kind, known in (
                ("air", relations.air_channel),
                ("ground", relations.ground_channel),
            ):
                if known.get((a, b)):
                    who = f"{names[a]} and {names[b]}"
                    path = f"relations.{a}.{b}.{kind}_channel"
                    found += [
                        Ready(f"Restore the {kind} hotline of {who}", {path: True}),
                        Ready(f"Cut the {kind} hotline of {who}", {path: False}),
                    ]
    return found


def _grounded(scenario: Scenario) -> list[Ready]:
    found = []
    for actor in scenario.actors:
        own = [
            asset.id
            for asset in scenario.air
            if asset.operator == actor.id and asset.role not in NO_FLIGHTS
        ]
        if own:
            changes: dict[str, Value] = {f"air.{name}.grounded": True for name in own}
            found.append(Ready(f"Ground all aircraft of {actor.name}", changes))
    return found


def _moved(scenario: Scenario) -> list[Ready]:
    """Move every proxy to the place of a partner that is nearest to what it wants."""
    found = []
    for actor in scenario.actors:
        own = [row for row in scenario.forces if _mobile(row) and row.actor == actor.id]
        place = _nearest_held(scenario, actor)
        if actor.kind == "proxy" and own and place is not None:
            changes: dict[str, Value] = {
                f"forces.{row.id}.cell_site": place.id for row in own
            }
            holder = scenario.actor(place.controller).short
            there = f"{place.name.split(' (')[0]} ({holder})"
            label = f"Move the forces of {actor.name} to {there}"
            found.append(Ready(label, changes))
    return found


def _mobile(row: ForceSpec) -> bool:
    return row.additive and row.personnel > 0 and row.mobility != "static"


def _nearest_held(scenario: Scenario, actor: ActorSpec) -> SiteSpec | None:
    """Return the partners' place nearest to the first place an actor's aims name.

    None where the actor itself holds one that is nearer: it can go there anyway.
    """
    named = [
        site
        for aim in actor.objectives
        for key in ("sites", "to", "from")
        for site in aim.targets(key)
    ]
    friends = {one.id for one in scenario.actors if one.bloc == actor.bloc}
    places = [
        site
        for site in scenario.sites
        if site.on_map and not site.contested and site.controller in friends
    ]
    if not named or not places:
        return None
    aim = scenario.site(named[0])
    nearest = min(places, key=lambda site: _apart(site, aim))
    return None if nearest.controller == actor.id else nearest


def _apart(one: SiteSpec, other: SiteSpec) -> float:
    """Return the distance of two places in degrees of latitude."""
    east = (one.lon - other.lon) * math.cos(math.radians(other.lat))
    return math.hypot(one.lat - other.lat, east)


def movable(scenario: Scenario) -> list[tuple[str, str]]:
    """Return (id, name) of the forces that a change may move, proxies first."""
    kinds = {actor.id: actor.kind for actor in scenario.actors}
    names = {actor.id: actor.short for actor in scenario.actors}
    rows = sorted(
        scenario.forces, key=lambda row: (kinds[row.actor] != "proxy", row.actor)
    )
    return [(row.id, f"{names[row.actor]}: {row.name} ({row.id})") for row in rows]


def groups(scenario: Scenario) -> dict[str, list[Setting]]:
    """Return every value that may be changed, by the first words of its path."""
    found: dict[str, list[Setting]] = {}
    for setting in paths(scenario):
        parts = setting.path.split(".")
        deep = parts[0] in ("actors", "relations")
        found.setdefault(" · ".join(parts[: 2 if deep else 1]), []).append(setting)
    return found


def parsed(text: str, like: Value) -> Value:
    """Return what a person typed as a value of the kind that stands there.

    Raises:
        ValueError: it is none.
    """
    plain = text.strip()
    if isinstance(like, bool):
        words = {"true": True, "yes": True, "on": True}
        words |= {"false": False, "no": False, "off": False}
        if plain.lower() not in words:
            raise ValueError(f"say yes or no (got {plain[:40]!r})")
        return words[plain.lower()]
    if isinstance(like, str):
        return plain[:200]
    try:
        number = float(plain)
    except ValueError:
        raise ValueError(f"not a number (got {plain[:40]!r})") from None
    return int(number) if isinstance(like, int) and number.is_integer() else number


def beyond(setting: Setting, value: Value) -> str:
    """Return that a value lies outside what its source holds for plausible."""
    low, high = setting.low, setting.high
    if low is None or high is None or isinstance(value, str):
        return ""
    if low <= value <= high:
        return ""
    return (
        f"{value:g} lies outside the plausible range, {low:g} to {high:g} "
        f"{'' if setting.unit == '1' else setting.unit}".strip()
        + "; it is taken as it is."
    )


def interventions(changes: dict[str, Value], day: float) -> list[Intervention]:
    """Return changes by path as interventions on a day."""
    return [
        Intervention(day=day, path=path, value=value, note=NOTE)
        for path, value in changes.items()
    ]


def as_toml(changes: tuple[Intervention, ...]) -> str:
    """Return interventions as the file that ``abm run --interventions`` reads."""
    blocks = []
    for change in changes:
        value = change.value
        text = str(value).lower() if isinstance(value, bool) else repr(value)
        if isinstance(value, str):
            text = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        blocks.append(
            f'[[intervention]]\nday = {change.day}\npath = "{change.path}"\n'
            f'value = {text}\nnote = "{change.note}"\n'
        )
    return "\n".join(blocks)
