"""Whole phases in plain Python: move and fight on lists and dicts.

``Map`` holds what never changes, ``State`` what does, by ``table.column``; a phase
changes the state in place. Nothing here calls the engine or NumPy.
"""

import math
from statistics import NormalDist

import reference
import reference_battle
from reference import single

ACTIVE, BROKEN, GONE = 0, 1, 2
MISSIONS = ("hold", "attack", "screen", "raid", "bridge", "withdraw", "reserve")
ON_THE_WAY = ("hold", "screen", "bridge")


class Formations:
    """Rows of the formations table, each a view that reads and writes the state."""

    def __init__(self, state):
        self.columns = {
            name.removeprefix("formations."): column
            for name, column in state.items()
            if name.startswith("formations.")
        }

    def __len__(self):
        return len(self.columns["actor"])

    def __getattr__(self, name):
        return self.__dict__["columns"][name]


def kind_of(state, mission):
    """Return a mission's kind in words, None without a mission."""
    return MISSIONS[state["missions.kind"][mission]] if mission >= 0 else None


def target_of(state, f, row):
    """Return the site a formation makes for, -1 for none."""
    mission = f.mission[row]
    return state["missions.site"][mission] if mission >= 0 else -1


def aim_of(state, land, f, row):
    """Return the point in its cell that a formation makes for, or None."""
    site = target_of(state, f, row)
    if site < 0 or land.site_cell[site] != f.cell[row]:
        return None
    return land.site_xy[site]


def place_of(state, land, f, row):
    """Return where a formation stands."""
    post = land.site_xy[f.site[row]] if f.site[row] >= 0 else None
    aim = aim_of(state, land, f, row)
    covered, ahead = f.progress_km[row], f.route[row][0]
    return reference.position(
        f.cell[row], covered, ahead, post, aim, width=land.width, km=land.km
    )


def alive(f, row):
    """Return whether a formation exists."""
    return f.status[row] != GONE and f.personnel[row] > 0.0


def crossings_for(state, land, actor):
    """Return the entries of the path search for an actor, sorted by cell."""
    rows = []
    for k in [k for k, on in enumerate(land.barrier) if on]:
        shut = state["crossings.state"][k] == 0 or state["crossings.line"][k][actor]
        boat = state["crossings.state"][k] == 1
        rows.append((land.ends[k], -1 if shut else land.boat_cost if boat else 0))
    both = [(a, b, extra) for (a, b), extra in rows]
    both += [(b, a, extra) for (a, b), extra in rows]
    return sorted(both, key=lambda row: row[0])


def move(state, land):
    """March everyone for one tick."""
    f = Formations(state)
    _fall_back(state, land, f)
    forces, rows = [], []
    for row in range(len(f)):
        x, y = place_of(state, land, f, row)
        gait = 2 if f.status[row] == BROKEN else 1
        idle = f.mission[row] < 0 or f.mobility[row] == 2
        gait = 0 if idle and f.status[row] == ACTIVE else gait
        pace = land.pace_foot if f.mobility[row] == 1 else land.pace_motorised
        if alive(f, row) and gait:
            rows.append(row)
        forces.append(
            {
                "cell": f.cell[row],
                "progress": f.progress_km[row],
                "route": list(f.route[row]),
                "x": x,
                "y": y,
                "site": f.site[row],
                "gait": gait,
                "actor": f.actor[row],
                "fights": alive(f, row) and f.status[row] == ACTIVE,
                "pace": pace * (0.5 + 0.5 * f.supply[row]),
                "mobility": f.mobility[row],
                "aim": aim_of(state, land, f, row),
            }
        )
    before = list(f.cell)
    reference_battle.march(forces, rows, _roads(state, land))
    for row, one in enumerate(forces):
        f.cell[row], f.progress_km[row] = one["cell"], one["progress"]
        f.route[row], f.site[row] = one["route"], one["site"]
    for row, one in enumerate(forces):
        _settle(state, land, f, row, (one["x"], one["y"]), before[row])
    _bridge(state, land, f)


def _roads(state, land):
    actors = range(land.n_actors)
    halt = [[land.reach if land.war[a][b] else 0.0 for b in actors] for a in actors]
    for a in actors:
        for b in actors:
            if state["dyads.apart_days"][a][b] > 0.0:
                halt[a][b] = land.apart_reach
    boats = [0.0] * len(land.bank)
    for k in [k for k, on in enumerate(land.barrier) if on]:
        factor = {0: 0.0, 1: land.boats}.get(state["crossings.state"][k], 1.0)
        for end in land.ends[k]:
            boats[end] = max(boats[end], factor)
    return land.roads | {
        "halt": halt,
        "holder": state["cells.holder"],
        "secure": [days >= land.consolidation for days in state["cells.cleared"]],
        "boats": boats,
    }


def _settle(state, land, f, row, point, before):
    site = target_of(state, f, row) if f.status[row] == ACTIVE else -1
    there = site >= 0 and land.site_cell[site] == f.cell[row]
    arrived = (
        there
        and land.friend[f.actor[row]][state["sites.controller"][site]]
        and math.dist(point, land.site_xy[site]) <= land.capture_reach
    )
    if arrived:
        f.site[row], f.progress_km[row] = site, 0.0
    if f.cell[row] != before:
        f.site[row], f.entrenchment[row] = -1, 0.0


def _bridge(state, land, f):
    for row in range(len(f)):
        mission = f.mission[row]
        if f.status[row] != ACTIVE or kind_of(state, mission) != "bridge":
            continue
        crossing = state["missions.crossing"][mission]
        there = f.cell[row] == state["missions.cell"][mission]
        able = there and not f.contact[row] and f.supply[row] >= land.attack_supply
        if not able or state["crossings.state"][crossing] != 0:
            continue
        state["crossings.work_days"][crossing] += land.days
        state["crossings.builder"][crossing] = f.actor[row]
        if state["crossings.work_days"][crossing] >= land.bridging_days:
            state["crossings.state"][crossing] = 3


def _fall_back(state, land, f):
    lost = [
        row
        for row in range(len(f))
        if f.status[row] == BROKEN and f.route[row][0] < 0 and f.personnel[row] > 0.0
    ]
    for actor in sorted({f.actor[row] for row in lost}):
        _retreat(state, land, f, actor, [r for r in lost if f.actor[r] == actor])


def _retreat(state, land, f, actor, rows):
    friend = land.friend[actor]
    here = {f.cell[row] for row in rows}
    cost = [
        value if friend[state["cells.holder"][cell]] or cell in here else 0
        for cell, value in enumerate(land.move_cost)
    ]
    fighting = [
        r for r in range(len(f)) if f.status[r] == ACTIVE and f.personnel[r] > 0
    ]
    enemy = {f.cell[r] for r in fighting if land.war[actor][f.actor[r]]}
    goals = {
        cell
        for site, cell in enumerate(land.site_cell)
        if friend[state["sites.controller"][site]]
        and not state["sites.contested"][site]
        and cell not in enemy
    }
    limit = land.retreat / land.step_km / land.open_ground
    dist, parent = reference.search(
        cost,
        land.mask,
        land.width,
        crossings_for(state, land, actor),
        [(cell, 0) for cell in sorted(goals)],
        need={cell for cell in here if cost[cell]},
        cap=int(limit),
    )
    for row in rows:
        away = dist[f.cell[row]]
        if away <= limit and row < land.n_parts:
            if away > 0:
                steps = len(f.route[row])
                f.route[row] = reference.routes([f.cell[row]], parent, steps)[0]
                f.site[row] = f.home[row] = -1
        elif f.contact[row]:
            captured = land.captured_share * f.personnel[row]
            state["actors.captured"][actor] += captured
            state["actors.deserted"][actor] += f.personnel[row] - captured
            f.personnel[row], f.status[row] = 0.0, GONE


def fight(state, land, draws):
    """Take one tick's losses; ``draws`` is one uniform number per formation."""
    f, p = Formations(state), land.fight
    forces = []
    for row in range(len(f)):
        x, y = place_of(state, land, f, row)
        surprise = _assault(state, land, f, row)
        z = NormalDist().inv_cdf(min(max(draws[row], 1e-12), 1 - 1e-12))
        value = f.personnel[row] * f.quality[row] * f.cohesion[row]
        value *= (0.25 + 0.75 * f.supply[row]) * (1 + f.air_support[row])
        value *= math.exp(p.noise * z - p.noise**2 / 2)
        forces.append(
            {
                "x": x,
                "y": y,
                "actor": f.actor[row],
                "bank": land.bank[f.cell[row]],
                "joined": land.joined[f.cell[row]],
                "fights": alive(f, row),
                "power": value * (1 + surprise),
                "persons": f.personnel[row],
                "assaulting": f.assaulting[row],
                "exposure": _exposure(land, f, row),
                "irregular": land.irregular[f.actor[row]],
            }
        )
    clash = [[days > 0.0 for days in row] for row in state["dyads.clash_days"]]
    losses, _, touched, odds = reference_battle.exchange(
        forces, land.battle | {"fires": land.war, "clash": clash}
    )
    for row, loss in enumerate(losses):
        _suffer(state, land, f, row, loss, touched[row], odds[row])


def _assault(state, land, f, row):
    """Mark whether a formation assaults; return the added value of surprise."""
    kind = kind_of(state, f.mission[row])
    barred = kind in ON_THE_WAY and f.route[row][0] >= 0
    f.assaulting[row] = (
        (kind in ("attack", "raid") or barred)
        and f.status[row] == ACTIVE
        and f.personnel[row] > 0.0
        and f.supply[row] >= land.attack_supply
        and f.cohesion[row] >= land.fight.broken
    )
    fresh = f.assaulting[row] and not f.contact[row] and land.irregular[f.actor[row]]
    return land.fight.surprise if fresh else 0.0


def _exposure(land, f, row):
    p = land.fight
    # the map's cover has 32 bits, and so has what is worked out from it alone
    cover = single(single(p.cover_effect) * land.cover[f.cell[row]])
    if f.assaulting[row] and f.contact[row]:
        return single(1.0 - cover)
    built = max(cover, p.built_up_effect * _in_town(land, f, row))
    return (1.0 - built) * (1.0 - p.entrenchment_effect * f.entrenchment[row])


def _in_town(land, f, row):
    if (f.assaulting[row] and f.contact[row]) or f.site[row] < 0:
        return 0.0
    return min(1.0, land.site_people[f.site[row]] / land.fight.town)


def _suffer(state, land, f, row, loss, touched, odds):
    p, days, actor = land.fight, land.days, f.actor[row]
    share = loss / f.personnel[row] if f.personnel[row] > 0.0 else 0.0
    share *= 1.0 - p.town_cohesion * _in_town(land, f, row)
    f.contact[row] = touched
    f.personnel[row] -= loss
    state["actors.killed_wounded"][actor] += loss
    f.lost_day[row] += (loss / days - f.lost_day[row]) * min(1.0, days)
    rested = not touched and f.supply[row] >= land.attack_supply
    change = -p.cohesion_loss * share + (p.cohesion_recovery * days if rested else 0.0)
    change -= p.overrun * days * max(0.0, odds - 1.0)
    change -= p.isolation * days if f.inflow[row] <= 0.0 else 0.0
    f.cohesion[row] = min(1.0, max(0.0, f.cohesion[row] + change))
    waiting = f.mission[row] == -1 and f.status[row] == ACTIVE
    still = (f.route[row][0] < 0 or waiting) and not f.assaulting[row]
    dug = f.entrenchment[row] + (p.digging * days if still else 0.0)
    f.entrenchment[row] = min(1.0, dug)
    steps = len(f.route[row])
    if f.status[row] == BROKEN and f.cohesion[row] > p.usable:
        f.status[row], f.route[row] = ACTIVE, [-1] * steps
    shaken = f.personnel[row] > 0.0 and f.cohesion[row] < p.broken
    if f.status[row] == ACTIVE and shaken:
        f.status[row], f.route[row], f.mission[row] = BROKEN, [-1] * steps, -1
    if f.status[row] != GONE and 0.0 < f.personnel[row] < 5.0:
        state["actors.deserted"][actor] += f.personnel[row]
        f.personnel[row], f.mission[row] = 0.0, -1
        f.status[row] = GONE if row < land.n_parts else f.status[row]
