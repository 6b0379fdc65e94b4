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
        most: formations in a group at most, shape (n_options,).
        held: the option is a defence, shape (n_options,).
        lost_without: chance that the place is lost without a group, same shape.
        unfed: what the lack of supply there costs the whole force, same shape.
        tense: what the tension expected there costs, same shape.
        standing: it serves an objective and is not done by others, same shape.
    """

    options: Options
    benefit: FloatArray
    days_away: FloatArray
    order: IntArray
    able: BoolArray
    wanted: FloatArray
    last: FloatArray
    most: IntArray
    held: BoolArray
    lost_without: FloatArray
    unfed: FloatArray
    tense: FloatArray
    standing: BoolArray


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
    theatre, price = situation.theatre, prices(situation, actor)
    decide, advance = theatre.parameters.decide, theatre.parameters.move.advance
    attack, raid = menu.kind == ATTACK, menu.kind == RAID
    alone = raid | (menu.kind == BRIDGE)
    days_away = distance / own.pace
    able = _able(situation, actor, menu, own=own) & np.isfinite(days_away)
    benefit = menu.gains @ weights
    without = menu.enemy / np.maximum(menu.own, 1.0)
    undone = menu.sure | (menu.own < decide.wanted_ratio * menu.enemy)
    return Table(
        options=menu,
        benefit=benefit,
        days_away=np.where(able, days_away, np.inf),
        order=days_away.argsort(axis=1, kind="stable"),
        able=able,
        wanted=np.where(menu.kind == BRIDGE, 0.0, menu.enemy),
        last=np.where(attack, menu.hostile_km / advance, 0.0),
        most=np.where(alone, 1, round(decide.largest_group)),
        held=menu.kind == HOLD,
        lost_without=_success(without, price),
        unfed=price["supply_price"] * (1.0 - menu.expected_supply),
        tense=price["tension_price"] * menu.tension,
        standing=(benefit > 0.0) & undone,
    )


def _able(situation: Situation, actor: int, menu: Options, *, own: Force) -> BoolArray:
    """Return which formations may serve which option, shape (n_options, n_force)."""
    piece = situation.pieces(actor)
    at = piece[situation.world.formations.cell[own.rows]]
    able = (menu.entry >= 0)[:, None] & (piece[menu.entry][:, None] == at)
    able &= own.can_attack | (menu.kind != ATTACK)[:, None]
    able &= own.can_raid | (menu.kind != RAID)[:, None]
    found: BoolArray = able
    return found


def _success(ratio: FloatArray, price: dict[str, float]) -> FloatArray:
    return choice.success(ratio, steepness=price["steepness"], even=price["even"])


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
    size = np.empty(n, dtype=np.int64)
    persons, power, days = np.empty(n), np.empty(n), np.empty(n)
    kernels.groups(
        size,
        persons,
        power,
        days,
        rows.order,
        rows.days_away,
        rows.able,
        free,
        own.persons,
        own.power,
        np.maximum(decide.wanted_ratio * rows.wanted - menu.own, 1.0),
        rows.most,
        decide.farthest,
    )
    ratio = (power + menu.own) / np.maximum(menu.enemy, 1.0)
    share = persons / max(1.0, float(situation.strength[actor]))
    days += rows.last
    return _valued(
        situation, actor, rows, ratio=ratio, size=size, share=share, days=days
    )


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
    share: FloatArray,
    days: FloatArray,
) -> Scores:
    menu, decide = rows.options, situation.theatre.parameters.decide
    price = prices(situation, actor)
    attack = _success(ratio, price)
    lost_with = _success(1.0 / np.maximum(ratio, 1e-6), price)
    chance = np.where(rows.held, rows.lost_without - lost_with, attack)
    chance = np.where(menu.sure, 1.0, chance)
    loss = choice.expected_loss(ratio, at_parity=decide.loss_at_parity)
    loss = np.where(menu.sure, 0.0, loss)
    utility = choice.totals(
        rows.benefit,
        chance,
        loss=price["loss_price"] * loss * share,
        supply=rows.unfed * share,
        tension=rows.tense,
        travel=price["travel_price"] * days * share,
    )
    likely = np.where(rows.held, chance > 0.0, attack >= decide.least_success)
    valid = rows.standing & (size > 0) & (menu.sure | likely)
    if decide.rationality > 0.0:
        valid &= utility > 0.0
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
