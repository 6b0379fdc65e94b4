"""The forecast's tables: control, dates and incidents, in the form that is scored."""

import datetime as dt

import numpy as np
import pandas as pd

from experiments.scoring.numbers import numbers
from experiments.scoring.prediction import Prediction, site_outcome
from experiments.scoring.truth import check_dates
from experiments.scoring.zones import zone_names

EXTRA = {
    "conoco_field_loyalist": site_outcome("P095", "loyalist"),
    "conoco_field_coalition": site_outcome("P095", "coalition"),
}
"""Key dates that are those of a site and that the scenario does not name itself."""


def site_table(prediction: Prediction) -> pd.DataFrame:
    """Return date, site_id, bloc and p for every check date; p sums to 1 over blocs."""
    end = prediction.start + dt.timedelta(days=prediction.days)
    days = check_dates(prediction.start, prediction.start, end)
    p = prediction.on(days)
    index = pd.MultiIndex.from_product(
        [pd.to_datetime(days), prediction.sites, prediction.blocs],
        names=["date", "site_id", "bloc"],
    )
    return pd.Series(p.ravel(), index=index, name="p").reset_index()


def date_table(prediction: Prediction, named: tuple[str, ...]) -> pd.DataFrame:
    """Return member, weight, outcome and date (null for never).

    Args:
        prediction: of all members.
        named: outcomes that are listed even if no member saw them; the others are
            listed if one did.
    """
    days = {name: prediction.date(name) for name in (*named, *prediction.dates)}
    days |= {name: prediction.date(source) for name, source in EXTRA.items()}
    start = pd.Timestamp(prediction.start)
    frames = [
        pd.DataFrame(
            {
                "member": np.arange(len(prediction.weights)),
                "weight": prediction.weights,
                "outcome": name,
                "date": start
                + pd.to_timedelta(np.where(np.isfinite(when), when, np.nan), unit="D"),
            }
        )
        for name, when in sorted(days.items())
    ]
    return pd.concat(frames, ignore_index=True)


def incident_table(prediction: Prediction) -> pd.DataFrame:
    """Return window_start, area, member and n."""
    members, windows, _ = prediction.counts.shape
    length = int(numbers().window)
    starts = [
        pd.Timestamp(prediction.start + dt.timedelta(days=length * number))
        for number in range(windows)
    ]
    index = pd.MultiIndex.from_product(
        [range(members), starts, zone_names()],
        names=["member", "window_start", "area"],
    )
    found = pd.Series(prediction.counts.ravel(), index=index, name="n").reset_index()
    return found[["window_start", "area", "member", "n"]]
