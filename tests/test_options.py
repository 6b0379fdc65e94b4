"""Options, scores and the day's situation: what actors see and may choose from."""

import numpy as np
import pytest
from small import CROWN, HILLS, LEAGUE, RAIDERS, at, briefed, place, start

from abm.actors import brief, entrusted, mobile, options, outlook, scoring
from abm.actors.options import ATTACK, BRIDGE, HOLD, RAID
from abm.actors.situation import Situation
from abm.model import ConflictModel


@pytest.fixture
def day():
    world, theatre = start()
    return world, theatre, briefed(world, theatre)


def menu(situation, actor):
    return options.options(situation, actor, situation.gains)


def test_roads_keep_a_row_only_for_the_points_asked_for(monkeypatch):
    monkeypatch.setattr(brief, "_ROWS", 1)
    world, theatre = start()
    situation = Situation(world, theatre)
    town, hill = theatre.site_row["T05"], theatre.site_row["T06"]

    first = brief.road_km(situation, np.array([-1, town]))
    again = brief.road_km(situation, np.array([hill, town, hill]))

    assert first.point[0] == -1
    assert len(set(again.point.tolist())) == 2
    assert again.point[1] == first.point[1]
    for site, row in ((hill, again.point[0]), (town, again.point[1])):
        own = theatre.site_cell[site]
        assert again.km[row, own] == 0.0
        # a neighbour in the same row lies one cell of 5 km away, and there is a way
        assert 5.0 <= again.km[row, own - 1] < np.inf
    assert (len(first.km), len(again.km)) == (1, 2)


@pytest.mark.parametrize("actor", range(4))
def test_nobody_is_offered_an_attack_on_a_party_not_at_war(day, actor):
    world, theatre, situation = day
    offered = menu(situation, actor)
    sites = offered.site[offered.kind == ATTACK]

    assert sites.size
    assert theatre.war[actor, world.sites.controller[sites]].all()


@pytest.mark.parametrize("actor", range(4))
def test_only_held_sites_are_held(day, actor):
    world, theatre, situation = day
    offered = menu(situation, actor)
    sites = offered.site[offered.kind == HOLD]

    assert theatre.friend[actor, world.sites.controller[sites]].all()
    assert (offered.enemy[offered.kind == HOLD] >= 1.0).all()


def test_only_those_who_live_off_the_land_raid_and_only_engineers_bridge(day):
    _, theatre, situation = day
    for actor, spec in enumerate(theatre.actors):
        kinds = set(menu(situation, actor).kind.tolist())
        assert RAID not in kinds or spec.draws_on_population
        assert BRIDGE not in kinds or spec.engineers


def test_an_agreed_line_leaves_no_attack_across_the_river():
    world, theatre = start()
    bank = theatre.site_bank

    def targets():
        offered = menu(briefed(world, theatre), LEAGUE)
        attacked = offered.kind == ATTACK
        return offered.site[attacked], offered.entry[attacked]

    sites, entry = targets()
    assert (theatre.bank[entry] != bank[sites]).any()
    beyond = {int(one) for one in sites[theatre.bank[entry] != bank[sites]]}

    world.crossings.line[:, LEAGUE] = True
    left, entry = targets()
    assert (theatre.bank[entry] == bank[left]).all()
    assert not beyond & set(left.tolist())
    assert set(left.tolist()) == set(sites.tolist()) - beyond

    world.crossings.line[:, LEAGUE] = False
    world.crossings.line[:, CROWN] = True
    assert set(targets()[0].tolist()) == set(sites.tolist())


def test_engineers_are_offered_a_closed_crossing_from_their_own_bank():
    world, theatre = start(
        crossings__C01__status="destroyed_other",
        crossings__C02__status="destroyed_other",
    )
    near = int(theatre.crossing_right[0])
    world.cells.holder[near] = CROWN
    for row in range(18, 28):
        place(world, theatre, row, at(theatre, 16, 15))
    situation = briefed(world, theatre)
    offered = menu(situation, CROWN)
    works = offered.kind == BRIDGE

    assert offered.crossing[works].tolist() == [0]
    assert offered.cell[works].tolist() == [near]
    assert offered.sure[works].all()
    world.crossings.state[0] = 3
    assert not (menu(briefed(world, theatre), CROWN).kind == BRIDGE).any()


def test_every_option_has_a_draw_of_its_own(day):
    _, theatre, situation = day
    for actor in range(theatre.n_actors):
        rows = menu(situation, actor).draw_row
        assert len(set(rows.tolist())) == len(rows)
        assert (rows < options.n_draws(situation) - 1).all()


def test_the_outlook_of_a_place_by_hand(day):
    world, theatre, situation = day
    world.belief[CROWN] = 0.0
    world.belief[CROWN, at(theatre, 10, 10)] = 500.0
    world.belief[CROWN, at(theatre, 10, 12)] = 70.0
    view = outlook.outlook(situation, CROWN, situation.points)
    town = theatre.site_row["T05"]

    # Eastford across the river is none of Rivertown's defenders
    assert theatre.bank[at(theatre, 10, 10)] != theatre.bank[at(theatre, 10, 12)]
    assert view.enemy[town] == pytest.approx(500.0)
    assert view.enemy[theatre.site_row["T06"]] == pytest.approx(70.0)
    assert 0.0 < view.expected_supply[town] <= 1.0
    # from (10, 8), the last of the Crown's cells on the road, two cells of 5 km
    assert view.hostile_km[town] == pytest.approx(10.0, abs=5.1)
    assert view.entry[town] >= 0


def test_strength_and_power_by_hand():
    world, theatre = start()
    world.formations.cohesion[0] = 0.5
    situation = Situation(world, theatre)

    # F01-01: 600 · 1.3 · 0.5
    assert situation.power[0] == pytest.approx(390.0)
    assert situation.strength[HILLS] == pytest.approx(1200.0)
    world.formations.status[9] = 2
    assert Situation(world, theatre).strength[HILLS] == pytest.approx(500.0)


def test_friends_and_enemies_of_an_actor_by_cell():
    world, theatre = start()
    situation = Situation(world, theatre)
    town = at(theatre, 10, 10)

    # Rivertown's band of 900 and half of the siege band, 350: 1250 · 0.8
    assert situation.hostile_power(CROWN)[town] == pytest.approx(1000.0)
    assert situation.hostile_power(LEAGUE)[town] == pytest.approx(1000.0)
    assert situation.hostile_power(RAIDERS)[at(theatre, 6, 7)] == pytest.approx(160.0)
    assert situation.friendly_power(CROWN)[at(theatre, 6, 7)] == pytest.approx(160.0)
    assert situation.friendly_power(CROWN)[at(theatre, 4, 13)] == 0.0


def test_only_formations_that_can_go_are_given_missions(day):
    world, _, situation = day
    world.formations.supply[0] = 0.4
    world.formations.cohesion[1] = 0.5
    force = mobile.force(situation, CROWN)
    able = dict(zip(force.rows.tolist(), force.can_attack.tolist(), strict=True))

    # the garrisons F03-01 and F04-01 stay; the hungry, shaken and sappers don't attack
    assert sorted(able) == [0, 1, 2, 3, 6, 7, 8]
    assert not any(able[row] for row in (0, 1, 8))
    assert all(able[row] for row in (2, 3, 6, 7))


def scored(situation, actor, free=None):
    own = mobile.force(situation, actor)
    offered = menu(situation, actor)
    rows = scoring.table(
        situation,
        actor,
        offered,
        own=own,
        weights=situation.weights[actor],
        roads=brief.roads(situation, offered),
    )
    idle = np.ones(len(own.rows), dtype=bool) if free is None else free
    return own, rows, scoring.scores(situation, actor, rows, own=own, free=idle)


@pytest.mark.parametrize("actor", range(4))
def test_scores_equal_the_terms_recomputed_from_their_inputs(day, actor):
    from abm.actors import choice

    _, _, situation = day
    _, rows, found = scored(situation, actor)
    for option in range(len(rows.options)):
        facts = scoring.inputs(situation, actor, rows, scored=found, option=option)
        total = sum(choice.utility_terms(facts).values())
        assert total == pytest.approx(found.utility[option], abs=1e-9)


@pytest.mark.parametrize("actor", range(4))
def test_groups_are_free_able_and_of_limited_size(day, actor):
    _, theatre, situation = day
    own, rows, found = scored(situation, actor)
    free = np.arange(len(own.rows)) % 2 == 0
    _, _, fewer = scored(situation, actor, free)
    most = theatre.parameters.decide.largest_group

    assert (found.size <= most).all()
    assert (found.share <= 1.0 + 1e-12).all()
    for option in range(len(rows.options)):
        group = scoring.members(rows, option, free=free, size=int(fewer.size[option]))
        assert free[group].all()
        assert rows.able[option][group].all()
        assert len(set(group.tolist())) == len(group)


def test_a_groups_ratio_is_its_power_and_that_of_those_already_there(day):
    _, _, situation = day
    own, rows, found = scored(situation, CROWN)
    free = np.ones(len(own.rows), dtype=bool)
    for option in range(len(rows.options)):
        group = scoring.members(rows, option, free=free, size=int(found.size[option]))
        power = own.power[group].sum() + rows.options.own[option]
        felt = max(rows.options.enemy[option] * rows.options.defence[option], 1.0)
        assert found.ratio[option] == pytest.approx(power / felt)


def test_a_hard_place_takes_as_many_more_as_the_square_law_says():
    # two sides that wear each other down, the defender behind cover and works: who
    # brings ``hardness`` times as many is used up together with him (Lanchester)
    theatre = start()[1]
    fight = theatre.parameters.fight
    town, road = theatre.site_row["T05"], theatre.site_population.argmin()
    found = options.hardness(theatre)
    cover = fight.cover_effect * theatre.cover[theatre.site_cell[town]]
    built = fight.built_up_effect * min(1.0, theatre.site_population[town] / fight.town)
    shelter = (1.0 - max(built, cover)) * (1.0 - fight.entrenchment_effect)
    attackers, defenders = float(found[town]), 1.0
    for _ in range(4000):
        lost = 0.001 * defenders * (1.0 - cover), 0.001 * attackers * shelter
        attackers, defenders = attackers - lost[0], defenders - lost[1]

    assert attackers / defenders == pytest.approx(found[town], rel=0.01)
    assert defenders < 0.5
    assert found[town] > found[road] >= 1.0


def test_an_attack_meets_the_hardness_of_its_target_and_a_defence_has_it(day):
    _, theatre, situation = day
    offered = menu(situation, CROWN)
    hard = options.hardness(theatre)[offered.site]
    attack, hold = offered.kind == ATTACK, offered.kind == HOLD

    assert attack.any()
    assert hold.any()
    assert offered.defence[attack] == pytest.approx(hard[attack])
    assert offered.defence[hold] == pytest.approx(1.0 / hard[hold])
    assert (offered.defence[~attack & ~hold] == 1.0).all()


def test_a_stronger_enemy_makes_no_attack_more_likely_to_succeed(day):
    world, _, situation = day
    _, rows, before = scored(situation, CROWN)
    world.belief[CROWN] *= 3.0
    _, again, after = scored(Situation(**_copied(situation)), CROWN)
    chance = dict(zip(again.options.draw_row.tolist(), after.chance, strict=True))
    attacks = np.flatnonzero(rows.options.kind == ATTACK)

    assert attacks.size
    for option in attacks:
        now = chance.get(int(rows.options.draw_row[option]), 0.0)
        assert now <= before.chance[option] + 1e-12


def _copied(situation):
    names = ("world", "theatre", "weights", "wishes", "gains")
    return {name: getattr(situation, name) for name in names}


def test_nobody_is_sent_where_forces_stand_that_it_may_not_fight():
    deep = {"decide.deepest": 120.0}
    model = ConflictModel(rng=1, cell_km=10, collect=False, overrides=deep)
    world, theatre = model.world, model.theatre
    situation = briefed(world, theatre)
    garrison = theatre.site_row["P051"]
    us, militia = (theatre.holder_index[name] for name in ("us", "syrian_militias"))
    there = (world.formations.actor == us) & (world.formations.site == garrison)
    assert there.any()
    assert theatre.war[militia, world.sites.controller[garrison]]
    offered = menu(situation, militia)
    assert garrison not in offered.site[offered.kind == ATTACK]
    world.formations.site[there] = -1
    offered = menu(briefed(world, theatre), militia)
    assert garrison in offered.site[offered.kind == ATTACK]


def test_an_aim_that_names_its_forces_is_theirs_while_they_are_near(day):
    world, theatre, situation = day
    own = mobile.force(situation, CROWN)
    offered = menu(situation, CROWN)
    attack = int(np.flatnonzero(offered.kind == ATTACK)[0])
    row = next(one.row for one in theatre.objectives if one.actor == CROWN)
    offered.gains[attack] = 0.0
    offered.gains[attack, row] = 0.5
    weights = np.zeros(len(theatre.objectives))
    weights[row] = 1.0
    able = np.ones((len(offered), len(own.rows)), dtype=bool)
    parent = int(world.formations.parent[own.rows[0]])
    theirs = world.formations.parent[own.rows] == parent
    assert not theirs.all()
    near, far = np.ones(able.shape), np.full(able.shape, np.inf)

    def entrusted_with(days):
        with pytest.MonkeyPatch.context() as patch:
            forces = np.arange(len(theatre.force_ids) + 1) == parent
            named = ((row, forces),)
            patch.setattr(entrusted, "named_forces", lambda _: named)
            return entrusted.entrusted(
                situation, offered, own, weights=weights, able=able, days_away=days
            )

    found, may = entrusted_with(near)
    assert may[attack].tolist() == theirs.tolist()
    assert found.gains[attack, row] == 0.5
    found, may = entrusted_with(far)
    assert may[attack].all()
    assert found.gains[attack, row] == 0.0


def test_the_tiger_force_is_named_by_the_aim_to_cut_the_sdf_off():
    model = ConflictModel("deir_ezzor_2017", rng=1, cell_km=10, collect=False)
    theatre = model.theatre
    ((row, forces),) = entrusted.named_forces(theatre)

    assert theatre.objectives[row].spec.id == "cut_off_sdf"
    assert [theatre.force_ids[k] for k in np.flatnonzero(forces)] == ["O05", "O06"]
    assert not forces[-1]  # what is of no row of the order of battle is not among them
