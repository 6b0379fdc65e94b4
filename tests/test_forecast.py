"""The forecast's files: their form, that they are hashed, and that they are scored."""

import json
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pandas as pd
import pytest
from stubs_history import run_history

from abm.cli import main
from abm.scenario import load_scenario
from experiments.ensemble import Ensemble, weighted_quantile
from experiments.forecast.forecast import Asked, forecast
from experiments.problems import StoreError, StudyError
from experiments.scoring.baselines import CALIBRATION
from experiments.scoring.score import score
from experiments.scoring.sources import from_store, read_source
from experiments.sweeps import Plan
from experiments.swept import open_swept

MEMBERS = 6


@cache
def filed():
    """A forecast of the stub, made once."""
    folder = Path(mkdtemp())
    ensemble = folder / "posterior.parquet"
    pd.DataFrame(
        {
            "weight": [0.5, 0.25, 0.25],
            "distance": [1.0, 1.0, 1.0],
            "fight.attrition": [0.03, 0.05, 0.07],
        }
    ).to_parquet(ensemble)
    plan = Plan(workers=1, run=run_history, prepare=None, preload=("experiments.run",))
    asked = Asked("deir_ezzor_2017", ensemble, MEMBERS, 10.0)
    return forecast(asked, folder / "forecast", plan=plan)


def table(part):
    return pd.read_parquet(filed() / f"forecast_{part}.parquet")


def test_the_probabilities_of_a_site_and_a_date_sum_to_one():
    sites = table("sites")

    assert list(sites.columns) == ["date", "site_id", "bloc", "p"]
    assert sites.groupby(["date", "site_id"])["p"].sum().to_numpy() == pytest.approx(
        1.0
    )
    assert str(sites["date"].max()) == "2017-11-30"


def test_every_site_on_the_map_is_forecast_every_15_days():
    scenario = load_scenario("deir_ezzor_2017")
    sites = table("sites")

    assert set(sites["site_id"]) == {site.id for site in scenario.sites if site.on_map}
    steps = np.diff(pd.to_datetime(sites["date"].unique())) / np.timedelta64(1, "D")
    assert steps.min() >= 13
    assert steps.max() <= 17


def test_dates_have_a_row_a_member_and_are_null_where_they_never_came():
    dates = table("dates")

    assert list(dates.columns) == ["member", "weight", "outcome", "date"]
    for name in ("siege_broken", "conoco_field_loyalist", "route_open"):
        rows = dates[dates["outcome"] == name]
        assert sorted(rows["member"]) == list(range(MEMBERS))
        assert rows["weight"].sum() == pytest.approx(1.0)
    assert dates[dates["outcome"] == "siege_broken"]["date"].notna().all()
    assert dates[dates["outcome"] == "conoco_field_loyalist"]["date"].isna().all()


def test_incidents_are_counted_by_window_area_and_member():
    incidents = table("incidents")

    assert list(incidents.columns) == ["window_start", "area", "member", "n"]
    # five whole windows of 30 days, five zones and the rest
    assert len(incidents) == 5 * 6 * MEMBERS


def test_a_forecast_read_back_says_what_its_runs_say():
    said = read_source([filed()])
    runs = from_store(open_swept(filed() / "runs"))
    forecasted = score(said, CALIBRATION)
    simulated = score(runs, CALIBRATION)

    for metric, items in forecasted.items["forecast"].items():
        other = simulated.items["runs"][metric]
        assert items.values == pytest.approx(other.values), metric


def test_a_forecast_that_was_changed_is_refused(tmp_path):
    import shutil

    copy = tmp_path / "forecast"
    shutil.copytree(filed(), copy)
    sites = pd.read_parquet(copy / "forecast_sites.parquet")
    sites["p"] = sites["p"] * 0.5
    sites.to_parquet(copy / "forecast_sites.parquet")

    with pytest.raises(StoreError, match="changed since it was filed"):
        read_source([copy])


def test_the_manifest_is_dated_and_says_what_it_knows():
    manifest = json.loads((filed() / "forecast.json").read_text())

    assert manifest["knows_history_until"] == "2017-08-31"
    assert manifest["members"] == MEMBERS
    assert len(manifest["hash"]) == 64
    assert manifest["filed"].endswith("+00:00")


def test_the_page_carries_its_plots_and_asks_for_nothing():
    page = (filed() / "forecast.html").read_text()

    assert page.count("<svg") == 3
    assert "src=" not in page


def test_abm_score_scores_a_forecast(capsys):
    code = main(["score", str(filed()), "--events", str(CALIBRATION)])
    said = capsys.readouterr().out

    assert code == 0
    assert "unchanged since it was filed" in said
    assert "constant rate" in said


def test_members_are_drawn_in_proportion_to_their_weight():
    values = pd.DataFrame({"fight.attrition": [0.03, 0.05, 0.07]})
    drawn = Ensemble(np.array([0.5, 0.25, 0.25]), values).resampled(4)

    assert [one["fight.attrition"] for one in drawn] == [0.03, 0.03, 0.05, 0.07]


def test_the_weighted_median_by_hand():
    # weights 0.2, 0.3, 0.5 of 3, 1, 2: 0.3 up to 1, 0.8 up to 2
    found = weighted_quantile(np.array([3.0, 1.0, 2.0]), np.array([0.2, 0.3, 0.5]), 0.5)

    assert found == 2.0


def test_a_scenario_without_an_ensemble_is_one_line(tmp_path):
    with pytest.raises(StudyError, match="no default ensemble; --ensemble FILE"):
        forecast(Asked("two_valleys", None, 2, 10.0), tmp_path, plan=Plan())
