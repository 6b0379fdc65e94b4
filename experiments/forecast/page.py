"""The forecast as one HTML file with its plots inside."""

import html
from collections.abc import Mapping

import numpy as np
import pandas as pd

from abm.record.wanted import wanted
from abm.scenario import Scenario
from experiments import plots
from experiments.ensemble import weighted_quantile
from experiments.forecast.tables import EXTRA
from experiments.scoring.prediction import Prediction

LEVELS = (0.05, 0.5, 0.95)
MOST_IMPORTANT = 3
"""Sites of this importance or above (1 is the most) are shown."""

LABELS = {
    "conoco_field_loyalist": "Loyalists take the Conoco gas plant",
    "conoco_field_coalition": "The SDF take the Conoco gas plant",
}
STYLE = """body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;
padding:0 1rem;color:#2b2b2b}table{border-collapse:collapse}td,th{padding:.2rem .7rem;
border-bottom:1px solid #d9d5cc;text-align:left}svg{max-width:100%;height:auto}"""


def page(
    prediction: Prediction, frames: Mapping[str, pd.DataFrame], scenario: Scenario
) -> str:
    """Return the page.

    Args:
        prediction: of all members.
        frames: the forecast's tables.
        scenario: whose outcomes and sites are named.
    """
    labels = {each.name: each.label for each in wanted(scenario).date} | LABELS
    rows = date_rows(prediction, labels)
    return "".join(
        [
            "<!doctype html><html lang='en'><meta charset='utf-8'>",
            f"<title>Forecast: {html.escape(scenario.title)}</title>",
            f"<style>{STYLE}</style><h1>Forecast</h1>",
            f"<p>{len(prediction.weights)} runs of the posterior ensemble from "
            f"{prediction.start} on, {prediction.days} days. It knows nothing after 31 "
            "August 2017.</p><h2>When?</h2>",
            _dates_figure(prediction, labels),
            _table(rows),
            "<h2>Who holds what?</h2><p>Probability of the likeliest holder.</p>",
            _sites_figure(frames["sites"], scenario),
            "<h2>Incidents between parties not at war</h2>",
            _incidents_figure(frames["incidents"]),
            "</html>",
        ]
    )


def date_rows(prediction: Prediction, labels: Mapping[str, str]) -> pd.DataFrame:
    """Return probability, median and 90 % interval of every key date."""
    rows = []
    for name, label in labels.items():
        days = prediction.date(EXTRA.get(name, name))
        ends = [weighted_quantile(days, prediction.weights, at) for at in LEVELS]
        said = [_day(prediction, day) for day in ends]
        chance = float(prediction.weights[np.isfinite(days)].sum())
        rows.append([label, f"{chance:.0%}", said[1], f"{said[0]} to {said[2]}"])
    return pd.DataFrame(rows, columns=["what", "probability", "median", "90 %"])


def _day(prediction: Prediction, day: float) -> str:
    """Return a day as a date, or that it does not come."""
    if not np.isfinite(day):
        return "never"
    when = pd.Timestamp(prediction.start) + pd.Timedelta(days=int(day))
    return str(when.strftime("%d %b"))


def _table(rows: pd.DataFrame) -> str:
    """Return a table in HTML."""
    head = "".join(f"<th>{name}</th>" for name in rows.columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in rows.itertuples(index=False)
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def _dates_figure(prediction: Prediction, labels: Mapping[str, str]) -> str:
    """Return the probability that each key date has come, by day."""
    came = {
        name: prediction.date(EXTRA.get(name, name))
        for name in labels
        if np.isfinite(prediction.date(EXTRA.get(name, name))).any()
    }
    figure = plots.new_figure(9.0, 4.5)
    axis = figure.subplots()
    days = np.arange(prediction.days + 1)
    dates = pd.Timestamp(prediction.start) + pd.to_timedelta(days, unit="D")
    for number, (name, when) in enumerate(came.items()):
        share = (when[:, None] <= days).T @ prediction.weights
        axis.step(
            dates,
            share,
            where="post",
            label=labels[name],
            color=plots.COLOURS[number % len(plots.COLOURS)],
            linestyle=plots.STYLES[number // len(plots.COLOURS) % len(plots.STYLES)],
        )
    axis.set_ylim(0, 1)
    axis.set_ylabel("probability that it has come")
    axis.legend(fontsize=6, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return plots.svg(figure)


def _sites_figure(sites: pd.DataFrame, scenario: Scenario) -> str:
    """Return the likeliest holder of each important site by date."""
    known = {site.id: site for site in scenario.sites}
    chosen = [
        site
        for site in sites["site_id"].unique()
        if known[site].importance <= MOST_IMPORTANT
    ]
    best = (
        sites[sites["site_id"].isin(chosen)]
        .sort_values("p")
        .groupby(["site_id", "date"])
    )
    table = best.last()
    changing = [site for site in chosen if (table.loc[site]["p"] < 1).any()]
    blocs = sorted(sites["bloc"].unique())
    figure = plots.new_figure(9.0, 1 + 0.24 * max(1, len(changing)))
    axis = figure.subplots()
    dates = sorted(sites["date"].unique())
    for down, site in enumerate(changing):
        for right, date in enumerate(dates):
            row = table.loc[(site, date)]
            colour = plots.COLOURS[blocs.index(row["bloc"]) % len(plots.COLOURS)]
            axis.barh(down, 0.95, left=right, color=colour, alpha=float(row["p"]))
    axis.set_yticks(range(len(changing)), [known[site].name for site in changing])
    axis.set_xticks(
        [right + 0.5 for right in range(len(dates))],
        [pd.Timestamp(date).strftime("%d %b") for date in dates],
        rotation=60,
    )
    for number, bloc in enumerate(blocs):
        axis.barh(0, 0, color=plots.COLOURS[number % len(plots.COLOURS)], label=bloc)
    axis.legend(fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return plots.svg(figure)


def _incidents_figure(incidents: pd.DataFrame) -> str:
    """Return the mean number of incidents by window and area."""
    table = incidents.groupby(["window_start", "area"])["n"].mean().unstack()
    figure = plots.new_figure(9.0, 3.0)
    axis = figure.subplots()
    bottom = np.zeros(len(table))
    starts = [pd.Timestamp(start).strftime("%d %b") for start in table.index]
    for number, area in enumerate(table.columns):
        colour = plots.COLOURS[number % len(plots.COLOURS)]
        axis.bar(starts, table[area], bottom=bottom, label=area, color=colour)
        bottom += table[area].to_numpy()
    axis.set_ylabel("mean incidents in 30 days")
    axis.legend(fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return plots.svg(figure)
