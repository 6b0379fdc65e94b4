"""Decide: missions given, kept, given up; garrisons; routes; over whole runs."""

import numpy as np
import pytest
from small import CROWN, RAIDERS, Spy, at, briefed, draws, keep_only, place, send, start

from abm.actors import choice, mobile, options
from abm.actors.positions import places
from abm.actors.vanguard import left_to_farther
from abm.model import ConflictModel
from abm.phases import decide, perceive
from abm.world import MISSION_ACTIVE, MISSION_DONE, MISSION_ENDED, MISSIONS


def morning(world, theatre, *, tick=1, actors=()):
    world.tick = tick
    perceive.run(world, theatre, draws("perceive", tick))
    return decide.run(world, theatre, draws("decide", tick), actors=actors)


def test_strategy_is_decided_at_the_start_and_once_a_day():
    world, theatre = start()
    asked = []
    for tick in range(10):
        spy = Spy()
        morning(world, theatre, tick=tick, actors=[spy])
        asked.append(spy.situation is not None)

    # 18:00, then at 00:00: ticks 1, 5, 9
    assert [tick for tick, yes in enumerate(asked) if yes] == [0, 1, 5, 9]


def test_a_mission_whose_site_is_won_is_done_and_frees_its_group():
    world, theatre = start()
    town = theatre.site_row["T05"]
    row = send(world, [0, 1], "attack", cell=theatre.site_cell[town], site=town)
    world.sites.controller[town] = CROWN
    morning(world, theatre, actors=[Spy()])

    assert world.missions.status[row] == MISSION_DONE
    assert world.missions.end_tick[row] == 1
    assert (world.formations.mission[[0, 1]] == -1).all()


def test_a_mission_without_a_group_ends():
    world, theatre = start()
    town = theatre.site_row["T05"]
    row = send(world, [0], "attack", cell=theatre.site_cell[town], site=town)
    world.formations.mission[0] = -1
    morning(world, theatre, actors=[Spy()])

    assert world.missions.status[row] == MISSION_ENDED


def test_a_hopeless_attack_is_given_up():
    world, theatre = start()
    town = theatre.site_row["T05"]
    cell = theatre.site_cell[town]
    row = send(world, [8], "attack", cell=cell, site=town)
    events = morning(world, theatre, actors=[Spy()])

    # 200 sappers against 1600 raiders
    assert world.missions.status[row] == MISSION_ENDED
    assert "gives up the attack on Rivertown" in [event.text for event in events]


def test_few_are_not_hopeless_where_their_side_has_sent_many():
    world, theatre = start()
    town = theatre.site_row["T05"]
    cell = theatre.site_cell[town]
    many = np.flatnonzero(world.formations.actor[: theatre.n_parts] == CROWN)
    few = send(world, [8], "attack", cell=cell, site=town)
    send(
        world,
        [row for row in many.tolist() if row != 8],
        "attack",
        cell=cell,
        site=town,
    )
    world.belief[CROWN] = 0.0
    world.belief[CROWN, cell] = 500.0  # beaten by all of them, not by 200 sappers
    decide.run(world, theatre, draws("decide", 1), actors=[Spy()])

    assert world.missions.status[few] == MISSION_ACTIVE


def test_an_attack_is_kept_for_its_commitment_and_then_competes_again():
    world, theatre = start()
    town = theatre.site_row["T07"]
    for row in range(18, 28):
        world.formations.personnel[row] *= 0.05
    row = send(world, [0, 1, 2, 3], "attack", cell=theatre.site_cell[town], site=town)
    days = theatre.parameters.decide.commitment
    last = round(days) * 4
    morning(world, theatre, tick=last - 3, actors=[Spy()])
    assert world.missions.status[row] == MISSION_ACTIVE
    morning(world, theatre, tick=last + 1, actors=[Spy()])

    assert world.missions.status[row] == MISSION_DONE


@pytest.mark.parametrize(("nearer", "goes"), [(True, True), (False, False)])
def test_who_stands_before_a_place_goes_on_whoever_else_is_on_his_way(nearer, goes):
    """Enough is sent to the town; the order is renewed for those who are nearer."""
    world, theatre = start()
    town = theatre.site_row["T07"]
    cell = int(theatre.site_cell[town])
    guards, column = [0, 1], list(range(2, 8))
    for row in range(18, 28):
        world.formations.personnel[row] *= 0.05
    keep_near, keep_far = (guards, column) if nearer else (column, guards)
    for row in keep_near:
        place(world, theatre, row, cell - 2)
    for row in keep_far:
        place(world, theatre, row, cell - 4)
    send(world, column, "attack", cell=cell, site=town)
    situation = briefed(world, theatre)
    own = mobile.force(situation, CROWN)
    menu = options.options(situation, CROWN, situation.gains)
    attack = (menu.kind == MISSIONS.index("attack")) & (menu.site == town)
    assert (
        menu.own[attack]
        >= theatre.parameters.decide.wanted_ratio * menu.resistance[attack]
    )
    able = np.isin(own.rows, guards)[None, :].repeat(len(menu), axis=0)

    found = left_to_farther(situation, CROWN, menu, own=own, able=able)

    assert found[attack].tolist() == [goes]


def test_raiders_go_home_after_some_days():
    world, theatre = start()
    row = send(world, [23], "raid", cell=at(theatre, 10, 8))
    days = round(theatre.parameters.decide.raid_days)
    morning(world, theatre, tick=days * 4 + 1, actors=[Spy()])

    assert world.missions.status[row] == MISSION_DONE


def test_a_threatened_town_keeps_a_garrison_and_gives_it_back():
    world, theatre = start()
    keep_only(world, 0)
    town = theatre.site_row["T03"]
    post = theatre.n_parts + town
    wanted = theatre.parameters.decide.garrison
    # an enemy stands a cell from Millbridge
    world.cells.holder[at(theatre, 10, 7)] = RAIDERS
    morning(world, theatre, actors=[Spy()])

    assert world.formations.personnel[post] == pytest.approx(wanted)
    assert world.formations.personnel[0] == pytest.approx(600.0 - wanted)
    assert world.formations.actor[post] == CROWN
    held = theatre.war[CROWN][world.cells.holder]
    world.cells.holder[held] = CROWN
    morning(world, theatre, tick=5, actors=[Spy()])
    assert world.formations.personnel[0] == pytest.approx(600.0)


def test_a_route_follows_the_road_and_ends_at_the_target():
    world, theatre = start()
    goal = at(theatre, 10, 3)
    place(world, theatre, 0, at(theatre, 10, 8))
    send(world, [0], "hold", cell=goal, site=theatre.site_row["T01"])
    morning(world, theatre, actors=[Spy()])
    route = world.formations.route[0]

    assert route[:6].tolist() == [at(theatre, 10, c) for c in (7, 6, 5, 4, 3)] + [-1]


def test_those_who_lose_their_orders_stay_where_they_have_come_to():
    world, theatre = start()
    place(world, theatre, 0, at(theatre, 10, 8))
    world.formations.route[0, :2] = at(theatre, 10, 7), at(theatre, 10, 6)
    world.formations.progress_km[0] = 3.0
    before, *_ = places(world, theatre)
    morning(world, theatre, actors=[Spy()])
    after, *_ = places(world, theatre)

    assert after[0] == pytest.approx(before[0])
    assert world.formations.route[0, :2].tolist() == [at(theatre, 10, 7), -1]


@pytest.mark.parametrize(("step", "left"), [((10, 7), 3.0), ((10, 9), 0.0)])
def test_a_new_order_does_not_carry_anyone_over_the_map(step, left):
    world, theatre = start()
    goal = at(theatre, *step)
    place(world, theatre, 0, at(theatre, 10, 8))
    send(world, [0], "hold", cell=goal, site=-1)
    world.formations.route[0, 0] = at(theatre, 10, 7)
    world.formations.progress_km[0] = 3.0
    morning(world, theatre, actors=[Spy()])

    assert world.formations.route[0, 0] == goal
    assert world.formations.progress_km[0] == pytest.approx(left)


def test_people_do_not_change_in_number():
    world, theatre = start()
    model = ConflictModel("two_valleys", rng=3, collect=False)
    before = np.bincount(world.formations.actor, world.formations.personnel, 4)
    morning(world, theatre, tick=0, actors=model.actors)
    after = np.bincount(world.formations.actor, world.formations.personnel, 4)

    np.testing.assert_allclose(after, before)


@pytest.fixture(scope="module", params=[1, 7])
def decided(request):
    """A run's decisions with the holders of the day, and the model at its end."""
    model = ConflictModel("two_valleys", rng=request.param, collect=False)
    found = []
    while model.running:
        controller = model.world.sites.controller.copy()
        model.step()
        found += [(one, controller) for one in model.world.journal.decisions]
    return model, found


def test_missions_are_of_ones_own_formations_and_each_has_one(decided):
    model, found = decided
    formations, missions = model.world.formations, model.world.missions
    for one, _ in found:
        assert one.formations
        assert len(set(one.formations)) == len(one.formations)
        assert (formations.actor[list(one.formations)] == one.actor).all()
    on = formations.mission >= 0
    active = missions.status[formations.mission[on]] == MISSION_ACTIVE
    assert active.all()
    assert (missions.actor[formations.mission[on]] == formations.actor[on]).all()


def test_nobody_attacks_a_party_it_is_not_at_war_with(decided):
    model, found = decided
    for one, controller in found:
        if one.kind == "attack":
            assert model.theatre.war[one.actor, controller[one.site]]


def test_every_mission_stands_in_the_table_with_its_decision(decided):
    model, found = decided
    missions = model.world.missions
    for one, _ in found:
        assert MISSIONS[missions.kind[one.mission]] == one.kind
        assert missions.actor[one.mission] == one.actor
        assert missions.site[one.mission] == one.site
        assert missions.utility[one.mission] == one.utility


def test_every_decision_names_an_objective_and_so_a_sentence(decided):
    model, found = decided
    for one, _ in found:
        assert one.objective >= 0
        source = model.theatre.objectives[one.objective].spec.source
        assert source.sentence
        name = (
            f"{model.theatre.actors[model.theatre.objectives[one.objective].actor].id}"
        )
        assert any(term.startswith(name) for term in one.terms)


def test_attacks_are_believed_to_have_a_chance(decided):
    model, found = decided
    least = model.theatre.parameters.decide.least_success
    for one, _ in found:
        ratio = choice.ratio_of(one.inputs)
        if one.kind == "attack":
            power = ratio ** one.inputs["steepness"]
            even = one.inputs["even"] ** one.inputs["steepness"]
            assert power / (power + even) >= least - 1e-9


def test_a_client_that_can_do_nothing_is_not_blamed_for_it():
    world, theatre = start()
    client = int(np.flatnonzero(theatre.clients)[0])
    world.actors.compliance[client] = 0.2
    world.missions.status[: world.missions.count[0]] = MISSION_DONE

    decide.run(world, theatre, draws("decide"), actors=[])

    assert world.actors.compliance[client] == 1.0


def test_a_client_busy_with_its_own_missions_keeps_its_name():
    world, theatre = start()
    client = int(np.flatnonzero(theatre.clients)[0])
    own = next(one.row for one in theatre.objectives if one.actor == client)
    world.actors.compliance[client] = 0.2
    rows = np.flatnonzero(world.formations.actor == client)[:1].tolist()
    row = send(world, rows, "hold", cell=int(world.formations.cell[rows[0]]))
    world.missions.objective[row] = own

    decide.run(world, theatre, draws("decide"), actors=[])

    assert world.actors.compliance[client] == pytest.approx(0.2)
