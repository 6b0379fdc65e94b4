"""Scoring: groups for every option of an actor, and what each option is then worth."""

from dataclasses import dataclass

import numpy as np

from abm import kernels
from abm.actors import choice
from abm.actors.options import ATTACK, BRIDGE, HOLD, RAID, Options
from abm.actors.prices import prices
from abm.actors.situation import Situation
from abm.units import BoolArray, FloatArray, IntArray
from abm.world import ACTIVE

FOOT = 1
STATIC = 2


@dataclass(frozen=True)
class Force:
    """Formations an actor can give missions to; shape (n,).

    Attributes:
        rows: in ``world.formations``.
        power: fighting value with supply and air support, persons-equivalent.
        persons: present.
        pace: km a day on the best road.
        can_attack: supplied and in order enough to attack.
        can_raid: few and motorised enough to raid.
    """

    rows: IntArray
    power: FloatArray
    persons: FloatArray
    pace: FloatArray
    can_attack: BoolArray
    can_raid: BoolArray


def force(situation: Situation, actor: int) -> Force:
    """Return the formations of an actor that can leave where they are."""
    formations, theatre = situation.world.formations, situation.theatre
    parameters = theatre.parameters
    mobile = (formations.actor == actor) & (formations.status == ACTIVE)
    mobile &= (formations.mobility != STATIC) & (formations.home < 0)
    mobile &= formations.personnel >= parameters.control.least
    rows = np.flatnonzero(mobile[: theatre.n_parts])
    on_foot = formations.mobility[rows] == FOOT
    return Force(
        rows=rows,
        power=situation.power[rows]
        * np.maximum(formations.supply[rows], parameters.move.least_supply)
        * (1.0 + formations.air_support[rows]),
        persons=formations.personnel[rows],
        pace=np.where(
            on_foot, parameters.move.pace_foot, parameters.move.pace_motorised
        ),
        can_attack=(formations.supply[rows] >= parameters.supply.attack_supply)
        & (formations.cohesion[rows] >= parameters.fight.usable)
        & theatre.attackers[rows],
        can_raid=(formations.personnel[rows] <= parameters.decide.raid_persons)
        & ~on_foot,
    )


@dataclass(frozen=True)
class Table:
    """What does not change while an actor gives today's missions.

    Attributes:
        options: the rows.
        benefit: gain weighed by the actor's effective weights, shape (n_options,).
        days_away: of each formation from each option, shape (n_options, n_force).
        order: formations by ``days_away``, same shape.
        able: formations that may serve an option, same shape.
        wanted: enemy strength a group is measured against, shape (n_options,).
        last: days of the advance through hostile ground, shape (n_options,).
    """

    options: Options
    benefit: FloatArray
    days_away: FloatArray
    order: IntArray
    able: BoolArray
    wanted: FloatArray
    last: FloatArray


def table(
    situation: Situation,
    actor: int,
    menu: Options,
    *,
    own: Force,
    weights: FloatArray,
    distance: FloatArray,
) -> Table:
    """Return an actor's options with the distances of its formations.

    Args:
        situation: today's view.
        actor: index.
        menu: its options.
        own: its formations.
        weights: its effective weights, shape (n_objectives,).
        distance: km of road from each option to each formation, inf where there is no
            way, shape (n_options, n_force).
    """
    theatre = situation.theatre
    advance = theatre.parameters.move.advance
    last = np.where(menu.kind == ATTACK, menu.hostile_km / advance, 0.0)
    days_away = distance / own.pace
    able = np.isfinite(days_away)
    piece = situation.pieces(actor)
    at = situation.world.formations.cell[own.rows]
    able &= (menu.entry >= 0)[:, None] & (piece[menu.entry][:, None] == piece[at])
    able &= np.where((menu.kind == ATTACK)[:, None], own.can_attack, True)
    able &= np.where((menu.kind == RAID)[:, None], own.can_raid, True)
    return Table(
        options=menu,
        benefit=menu.gains @ weights,
        days_away=np.where(able, days_away, np.inf),
        order=np.argsort(days_away, axis=1, kind="stable"),
        able=able,
        wanted=np.where(menu.kind == BRIDGE, 0.0, menu.enemy),
        last=last,
    )


@dataclass(frozen=True)
class Scores:
    """What each option is worth with the formations still free; shape (n_options,)."""

    utility: FloatArray
    chance: FloatArray
    ratio: FloatArray
    size: IntArray
    share: FloatArray
    days: FloatArray
    valid: BoolArray


def scores(
    situation: Situation, actor: int, rows: Table, *, own: Force, free: BoolArray
) -> Scores:
    """Return every option's utility for the group it would get today.

    Args:
        situation: today's view.
        actor: index.
        rows: options and distances.
        own: the actor's formations.
        free: those without a mission, shape (n_force,).
    """
    menu, decide = rows.options, situation.theatre.parameters.decide
    n = len(menu)
    ratio, size = np.zeros(n), np.zeros(n, dtype=np.int64)
    most = np.where(
        (menu.kind == RAID) | (menu.kind == BRIDGE), 1, round(decide.largest_group)
    )
    wanted_ratio = decide.wanted_ratio
    for group in (True, False):
        chosen = (most > 1) == group
        if not chosen.any():
            continue
        part_ratio, part_size = ratio[chosen], size[chosen]
        kernels.groups(
            part_ratio,
            part_size,
            rows.order[chosen],
            rows.days_away[chosen],
            own.power,
            rows.able[chosen] & free,
            np.maximum(wanted_ratio * rows.wanted[chosen] - menu.own[chosen], 1.0),
            1.0,
            int(most[chosen][0]),
            decide.farthest,
        )
        ratio[chosen], size[chosen] = part_ratio, part_size
    persons, power, days = _groups(rows, own, free=free, size=size)
    ratio = (power + menu.own) / np.maximum(menu.enemy, 1.0)
    return _valued(
        situation, actor, rows, ratio=ratio, size=size, persons=persons, days=days
    )


def _groups(
    rows: Table, own: Force, *, free: BoolArray, size: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return persons, power and days of the slowest of each option's group."""
    usable = np.take_along_axis(rows.able & free, rows.order, axis=1)
    rank = np.cumsum(usable, axis=1)
    member = usable & (rank <= size[:, None])
    persons = np.where(member, own.persons[rows.order], 0.0).sum(axis=1)
    power = np.where(member, own.power[rows.order], 0.0).sum(axis=1)
    away = np.take_along_axis(rows.days_away, rows.order, axis=1)
    days = np.where(member, away, 0.0).max(axis=1, initial=0.0)
    return persons, power, days + rows.last


def members(rows: Table, option: int, *, free: BoolArray, size: int) -> IntArray:
    """Return the indices (in ``Force``) of an option's group."""
    order = rows.order[option]
    usable = order[(rows.able[option] & free)[order]]
    found: IntArray = usable[:size]
    return found


def _valued(
    situation: Situation,
    actor: int,
    rows: Table,
    *,
    ratio: FloatArray,
    size: IntArray,
    persons: FloatArray,
    days: FloatArray,
) -> Scores:
    menu, decide = rows.options, situation.theatre.parameters.decide
    price = prices(situation, actor)
    even, steep = decide.success_ratio, decide.success_steepness
    attack = choice.success(ratio, steepness=steep, even=even)
    without = menu.enemy / np.maximum(menu.own, 1.0)
    lost_without = choice.success(without, steepness=steep, even=even)
    lost_with = choice.success(
        1.0 / np.maximum(ratio, 1e-6), steepness=steep, even=even
    )
    held = menu.kind == HOLD
    chance = np.where(held, lost_without - lost_with, attack)
    chance = np.where(menu.sure, 1.0, chance)
    share = persons / max(1.0, float(situation.strength[actor]))
    loss = choice.expected_loss(ratio, at_parity=decide.loss_at_parity)
    loss = np.where(menu.sure, 0.0, loss)
    utility = choice.totals(
        rows.benefit,
        chance,
        loss=price["loss_price"] * loss * share,
        supply=price["supply_price"] * (1.0 - menu.expected_supply) * share,
        tension=price["tension_price"] * menu.tension,
        travel=price["travel_price"] * days * share,
    )
    valid = (size > 0) & (held | menu.sure | (attack >= decide.least_success))
    valid &= ~held | (chance > 0.0)
    valid &= rows.benefit > 0.0
    if decide.rationality > 0.0:
        valid &= utility > 0.0
    valid &= menu.sure | (menu.own < decide.wanted_ratio * menu.enemy)
    return Scores(utility, chance, ratio, size, share, days, valid)


def inputs(
    situation: Situation, actor: int, rows: Table, *, scored: Scores, option: int
) -> dict[str, float]:
    """Return every number the utility of one option is computed from."""
    menu, theatre = rows.options, situation.theatre
    weights = situation.weights[actor]
    found: dict[str, float] = dict(prices(situation, actor))
    for objective in theatre.objectives:
        gain = float(menu.gains[option, objective.row])
        weight = float(weights[objective.row])
        if gain * weight != 0.0:
            name = f"{theatre.actors[objective.actor].id}.{objective.spec.id}"
            found[choice.GAIN + name] = gain
            found[choice.WEIGHT + name] = weight
    ratio = float(scored.ratio[option])
    own = max(float(menu.own[option]), 1.0)
    sure = bool(menu.sure[option])
    found.update(
        hold=float(menu.kind[option] == HOLD),
        sure=float(sure),
        ratio=1e9 if sure else ratio,
        enemy_ratio_with=1.0 / max(ratio, 1e-6),
        enemy_ratio_without=float(menu.enemy[option]) / own,
        force_share=float(scored.share[option]),
        expected_supply=float(menu.expected_supply[option]),
        expected_tension=float(menu.tension[option]),
        travel_days=float(scored.days[option]),
        hostile_km=float(menu.hostile_km[option]),
        enemy_believed=float(menu.enemy[option]),
        own_there=float(menu.own[option]),
        group_ratio=ratio,
    )
    return found
