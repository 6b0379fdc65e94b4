"""Mesa's own batch runner and our sweeps see the same model."""

import warnings

import pytest
from mesa_batch import batch

from experiments import load_study, sweep

STUDY = """
name = "batch"
title = "The same points as mesa.batch_run"
scenario = "two_valleys"
days = 3
cell_km = 10.0
replicates = 2
seed = 9
outcome = "incidents.total"

[design]
kind = "list"
file = "points.csv"
"""
TICKS = 12
"""Ticks in the study's three days."""


def test_batch_run_gives_what_a_sweep_gives_at_the_same_points_and_seeds(tmp_path):
    (tmp_path / "points.csv").write_text("fight.attrition\n0.01\n0.05\n")
    (tmp_path / "batch.toml").write_text(STUDY)
    swept = sweep(
        load_study(tmp_path / "batch.toml"), tmp_path / "out", workers=1, progress=False
    )
    lost = [name for name in swept.columns if name.endswith(".killed_wounded")]
    ours = {
        (row["factor.fight.attrition"], row["seed"]): sum(row[name] for name in lost)
        for _, row in swept.iterrows()
    }

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = batch(
            {
                "scenario": "two_valleys",
                "cell_km": 10.0,
                "days": 4,
                "fight__attrition": [0.01, 0.05],
            },
            [int(seed) for seed in swept["seed"].unique()],
            data_collection_period=1,
        )
    theirs = {
        (row["fight__attrition"], row["rng"]): row["killed_wounded"]
        for row in rows
        if row["Step"] == TICKS
    }

    assert len(ours) == 4
    assert ours.keys() == theirs.keys()
    for point, persons in ours.items():
        assert persons == pytest.approx(theirs[point], abs=1e-4)
