"""Exchange of fire and contest of cells equal their oracles on random worlds."""

import numpy as np
import pytest
import reference
import reference_battle
from fields import SEEDS
from hypothesis import given
from hypothesis import strategies as st

from abm import kernels


def some_contest(rng, n=30, n_actors=4, n_holders=6):
    """Return the cells and rules of a contest; actors 0 and 1 are one side."""
    side = np.array([0, 0, 1, 2, 3, 4], dtype=np.int8)
    war = rng.random((n_holders, n_holders)) < 0.6
    war = (war | war.T) & (side[:, None] != side)
    strength = rng.choice([0.0, 10.0, 40.0, 100.0], (n_actors, n))
    strength[:, rng.random(n) < 0.2] = 0.0
    cells = {
        "holder": rng.integers(0, n_holders, n).astype(np.int8),
        "contested": rng.random(n) < 0.5,
        "exposed": rng.integers(0, 5, n).astype(np.uint8),
        "days_held": rng.choice([0, 1.25, 9], n).astype(np.float32),
        "cleared": rng.choice([0, 1.25, 9], n).astype(np.float32),
        "reached": rng.random((5, n)) < 0.5,
        "challenger": rng.integers(-1, n_actors, n).astype(np.int8),
        "challenge_days": rng.choice([0, 0.25, 0.5], n).astype(np.float32),
        "strength": strength.astype(np.float32),
        "present": rng.random((n_actors, n)) < 0.5,
        "populated": rng.random(n) < 0.3,
        "open": rng.random(n) < 0.9,
        "may_hold": rng.random((n_actors, n)) < 0.8,
    }
    rules = {"war": war[:n_actors], "side": side, "least": 35.0, "advantage": 2.0}
    return cells, rules | {"patience": 0.5, "days": 0.25}


def contested(cells, rules, flipped):
    return kernels.contest(
        cells["holder"],
        cells["contested"],
        cells["exposed"],
        cells["days_held"],
        cells["cleared"],
        cells["challenger"],
        cells["challenge_days"],
        cells["strength"],
        cells["reached"],
        cells["present"],
        cells["populated"],
        cells["open"],
        cells["may_hold"],
        rules["war"],
        rules["side"],
        rules["least"],
        rules["advantage"],
        rules["patience"],
        rules["days"],
        flipped,
    )


@given(SEEDS)
def test_contest_equals_its_oracle(seed):
    cells, rules = some_contest(np.random.default_rng(seed))
    n = cells["holder"].size
    plain = [
        {name: column[..., i].tolist() for name, column in cells.items()}
        for i in range(n)
    ]
    for cell in plain:
        cell["reached"] = cell["reached"][rules["side"][cell["holder"]]]
    plain_rules = {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in rules.items()
    }

    flipped = np.full(n, -1, np.int32)
    count = contested(cells, rules, flipped)

    for i, cell in enumerate(plain):
        after, changed = reference.contest(cell, plain_rules)
        for name in (
            "holder",
            "contested",
            "exposed",
            "days_held",
            "cleared",
            "challenger",
            "challenge_days",
        ):
            assert cells[name][i] == after[name], name
        assert changed == (i in flipped[:count].tolist())


@given(SEEDS)
def test_no_cell_passes_between_parties_not_at_war(seed):
    cells, rules = some_contest(np.random.default_rng(seed))
    before = cells["holder"].copy()

    contested(cells, rules, np.empty(before.size, np.int32))

    for old, new in zip(before, cells["holder"], strict=True):
        assert old == new or rules["war"][new, old]


def some_battle(rng, n=14, n_actors=3):
    """Return formations near each other and who may fire on whom."""
    war = rng.random((n_actors, n_actors)) < 0.5
    forces = {
        "x": rng.random(n) * 12,
        "y": rng.random(n) * 12,
        "actor": rng.integers(0, n_actors, n).astype(np.int8),
        "bank": rng.integers(0, 2, n).astype(np.int8),
        "joined": rng.random(n) < 0.4,
        "fights": rng.random(n) < 0.9,
        "power": rng.random(n) * 500,
        "persons": rng.random(n) * 600 + 1,
        "assaulting": rng.random(n) < 0.4,
        "exposure": rng.random(n),
        "irregular": rng.random(n) < 0.4,
    }
    quarrel = rng.random((n_actors, n_actors)) < 0.2
    rules = {
        "fires": np.triu(war, 1) | np.triu(war, 1).T,
        "clash": np.triu(quarrel, 1) | np.triu(quarrel, 1).T,
        "reference": 250.0,
        "attrition": 0.05,
        "contact": 0.04,
        "reach": 4.0,
        "clash_reach": 9.0,
        "front": 300.0,
        "days": 0.25,
    }
    return forces, rules


def exchanged(forces, rules):
    n, n_actors = forces["x"].size, len(rules["fires"])
    (loss, odds), by = np.empty((2, n)), np.zeros((n_actors, n_actors))
    touched = np.empty(n, dtype=bool)
    kernels.exchange(
        loss,
        by,
        touched,
        odds,
        forces["x"],
        forces["y"],
        forces["actor"],
        forces["bank"],
        forces["joined"],
        forces["fights"],
        rules["fires"],
        rules["clash"],
        forces["power"],
        forces["persons"],
        forces["assaulting"],
        forces["exposure"],
        forces["irregular"],
        rules["reference"],
        rules["attrition"],
        rules["contact"],
        rules["reach"],
        rules["clash_reach"],
        rules["front"],
        rules["days"],
    )
    return loss, by, touched, odds


@given(SEEDS)
def test_exchange_equals_its_oracle(seed):
    forces, rules = some_battle(np.random.default_rng(seed))

    loss, by, touched, odds = exchanged(forces, rules)

    plain = {
        name: value.tolist() if isinstance(value, np.ndarray) else value
        for name, value in rules.items()
    }
    losses, blame, contact, ratio = reference_battle.exchange(
        reference_battle.plain_rows(forces), plain
    )
    np.testing.assert_allclose(loss, losses, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(odds, ratio, rtol=1e-12, atol=1e-12)
    assert touched.tolist() == contact
    for i in range(len(by)):
        for j in range(len(by)):
            assert by[i, j] == pytest.approx(blame.get((i, j), 0.0), rel=1e-9)


@given(SEEDS)
def test_every_loss_has_someone_who_may_fire_and_none_exceeds_those_present(seed):
    forces, rules = some_battle(np.random.default_rng(seed))

    loss, by, touched, _ = exchanged(forces, rules)

    assert by.sum() == pytest.approx(loss.sum())
    assert not by[~(rules["fires"] | rules["clash"])].any()
    assert (loss <= forces["persons"]).all()
    assert not loss[~touched].any()


@given(SEEDS, st.permutations(range(14)))
def test_the_order_of_formations_changes_no_loss(seed, order):
    forces, rules = some_battle(np.random.default_rng(seed))
    shuffled = {name: column[list(order)] for name, column in forces.items()}

    loss, _, _, _ = exchanged(forces, rules)
    again, _, _, _ = exchanged(shuffled, rules)

    np.testing.assert_allclose(again, loss[list(order)], rtol=1e-9, atol=1e-12)
