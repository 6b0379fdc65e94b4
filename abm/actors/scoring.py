"""Scoring: groups for every option of an actor, and what each option is then worth."""

from dataclasses import dataclass

import numpy as np

from abm import kernels
from abm.actors import choice
from abm.actors.brief import Roads
from abm.actors.entrusted import entrusted
from abm.actors.mobile import Force
from abm.actors.options import ATTACK, BRIDGE, HOLD, RAID, Options
from abm.actors.prices import prices
from abm.actors.situation import Situation
from abm.actors.vanguard import left_to_farther
from abm.theatre import Theatre
from abm.units import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Table:
    """What does not change while an actor gives today's missions.

    Attributes:
        options: the rows.
        benefit: gain weighed by the actor's effective weights, shape (n_options,).
        days_away: of each formation from each option, shape (n_options, n_force).
        able: formations that may serve an option, same shape.
        wanted: enemy strength a group is measured against, shape (n_options,).
        last: days of the advance through hostile ground, shape (n_options,).
        most: formations in a group at most, shape (n_options,).
        held: the option is a defence, shape (n_options,).
        lost_without: chance that the place is lost without a group, same shape.
        unfed: what the lack of supply there costs the whole force, same shape.
        tense: what the tension expected there costs, same shape.
        standing: it serves an objective and is not done by others, same shape; those
            sent to attack from farther off than who stands idle do not count for it.
    """

    options: Options
    benefit: FloatArray
    days_away: FloatArray
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
    roads: Roads,
) -> Table:
    """Return an actor's options with the distances of its formations.

    Args:
        situation: today's view.
        actor: index.
        menu: its options.
        own: its formations.
        weights: its effective weights, shape (n_objectives,).
        roads: how far the options are.
    """
    price = prices(situation, actor)
    days_away, able = _days_away(situation, actor, menu, own=own, roads=roads)
    menu, able = entrusted(
        situation, menu, own, weights=weights, able=able, days_away=days_away
    )
    benefit = menu.gains @ weights
    wanted, last, most, unfed, tense, standing = _standing(
        situation, actor, menu, benefit=benefit
    )
    standing |= left_to_farther(
        situation, actor, menu, own=own, able=able & (benefit > 0.0)[:, None]
    )
    without = choice.success(
        menu.resistance / np.maximum(menu.own, 1.0),
        steepness=price["steepness"],
        even=price["even"],
    )
    return Table(
        options=menu,
        benefit=benefit,
        days_away=days_away,
        able=able,
        wanted=wanted,
        last=last,
        most=most,
        held=menu.kind == HOLD,
        lost_without=without,
        unfed=unfed,
        tense=tense,
        standing=standing,
    )


def _standing(
    situation: Situation, actor: int, menu: Options, *, benefit: FloatArray
) -> tuple[FloatArray, FloatArray, IntArray, FloatArray, FloatArray, BoolArray]:
    """Return the columns of the table that no formation has a part in."""
    theatre, price = situation.theatre, prices(situation, actor)
    decide = theatre.parameters.decide
    wanted, last, unfed, tense = np.empty((4, len(menu)))
    most, standing = np.empty(len(menu), np.int64), np.empty(len(menu), dtype=bool)
    kernels.standings(
        wanted,
        last,
        most,
        unfed,
        tense,
        standing,
        menu.kind,
        menu.resistance,
        menu.own,
        menu.expected_supply,
        menu.tension,
        menu.hostile_km,
        menu.sure,
        benefit,
        (ATTACK, RAID, BRIDGE),
        round(decide.largest_group),
        decide.wanted_ratio,
        theatre.parameters.move.advance,
        price["supply_price"],
        price["tension_price"],
    )
    return wanted, last, most, unfed, tense, standing


def _days_away(
    situation: Situation, actor: int, menu: Options, *, own: Force, roads: Roads
) -> tuple[FloatArray, BoolArray]:
    """Return days from formations to options, and which formations may serve which.

    Both of shape (n_options, n_force); those that may not are infinitely far.
    """
    theatre = situation.theatre
    days = np.empty((len(menu), len(own.rows)))
    able = np.empty(days.shape, dtype=bool)
    kernels.days_away(
        days,
        able,
        menu.entry,
        menu.cell,
        roads.point,
        roads.km,
        menu.kind == ATTACK,
        menu.kind == RAID,
        situation.world.formations.cell[own.rows],
        own.pace,
        own.can_attack,
        own.can_raid,
        situation.pieces(actor),
        theatre.bank,
        theatre.grid.width,
        theatre.grid.cell_km,
        theatre.parameters.move.open_ground,
    )
    return days, able


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
    power: FloatArray


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
    size = np.empty(len(menu), dtype=np.int64)
    persons, power, days = np.empty((3, len(menu)))
    kernels.groups(
        size,
        persons,
        power,
        days,
        rows.days_away,
        rows.able,
        free,
        own.persons,
        own.power,
        np.maximum(decide.wanted_ratio * rows.wanted - menu.own, 1.0),
        rows.most,
        decide.farthest,
    )
    share = persons / max(1.0, float(situation.strength[actor]))
    days += rows.last
    found = _valued(situation, actor, rows, power=power, size=size, cost=(share, days))
    return Scores(*found[:3], size, share, days, found[3], power)


def _valued(
    situation: Situation,
    actor: int,
    rows: Table,
    *,
    power: FloatArray,
    size: IntArray,
    cost: tuple[FloatArray, FloatArray],
) -> tuple[FloatArray, FloatArray, FloatArray, BoolArray]:
    """Return utility, chance, ratio and validity; ``cost`` is share and days."""
    menu, decide = rows.options, situation.theatre.parameters.decide
    price = prices(situation, actor)
    utility, chance, ratio = np.empty((3, len(menu)))
    valid = np.empty(len(menu), dtype=bool)
    kernels.worths(
        utility,
        chance,
        ratio,
        valid,
        *cost,
        size,
        power,
        menu.resistance,
        menu.own,
        rows.benefit,
        rows.lost_without,
        rows.unfed,
        rows.tense,
        rows.held,
        menu.sure,
        rows.standing,
        price["steepness"],
        price["even"],
        price["loss_at_parity"],
        price["loss_price"],
        price["travel_price"],
        decide.least_success,
        decide.rationality > 0.0,
    )
    return utility, chance, ratio, valid


def members(rows: Table, option: int, *, free: BoolArray, size: int) -> IntArray:
    """Return the indices (in ``Force``) of an option's group."""
    usable = (rows.able[option] & free).nonzero()[0]
    nearest = rows.days_away[option, usable].argsort(kind="stable")
    found: IntArray = usable[nearest[:size]]
    return found


def inputs(
    situation: Situation, actor: int, rows: Table, *, scored: Scores, option: int
) -> dict[str, float]:
    """Return every number the utility of one option is computed from."""
    menu, theatre = rows.options, situation.theatre
    weights, gains = situation.weights[actor], menu.gains[option]
    found: dict[str, float] = dict(prices(situation, actor))
    names = theatre.once("objective_names", lambda: _names(theatre))
    for row in (gains * weights).nonzero()[0].tolist():
        found[choice.GAIN + names[row]] = float(gains[row])
        found[choice.WEIGHT + names[row]] = float(weights[row])
    found.update(
        hold=float(menu.kind[option] == HOLD),
        sure=float(menu.sure[option]),
        group_power=float(scored.power[option]),
        own_there=float(menu.own[option]),
        enemy_believed=float(menu.enemy[option]),
        defence=float(menu.defence[option]),
        force_share=float(scored.share[option]),
        expected_supply=float(menu.expected_supply[option]),
        expected_tension=float(menu.tension[option]),
        travel_days=float(scored.days[option]),
    )
    return found


def _names(theatre: Theatre) -> tuple[str, ...]:
    """Return what each objective is called in a decision's inputs."""
    return tuple(
        f"{theatre.actors[o.actor].id}.{o.spec.id}" for o in theatre.objectives
    )
