"""Where the model errs, and when: the map and the list of the worst sites."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from abm.units import FloatArray
from experiments.scoring import scores
from experiments.scoring.score import Scored
from experiments.scoring.sources import Source

WORST = 12
LABELLED = 1.0
"""Brier score from which a site is named on the map."""

PICTURE = Path("img") / "validation_errors.png"


def site_errors(scored: Scored, source: Source) -> FloatArray:
    """Return the Brier score of each site at each check; NaN where not known."""
    known = scored.known
    p = source.prediction.on(known.checks)
    found = scores.brier(p, np.maximum(known.held, 0))
    return np.where(known.known, found, np.nan)


def errors_figure(scored: Scored, source: Source) -> Figure:
    """Return the map of where and when the model errs, one panel a check date."""
    known, theatre = scored.known, source.theatre
    errors = site_errors(scored, source)
    rows = known.history.rows
    x, y = theatre.site_x_km[rows], theatre.site_y_km[rows]
    figure = Figure(figsize=(12, 7), layout="constrained")
    axes = figure.subplots(2, -(-len(known.checks) // 2), squeeze=False).ravel()
    cell_x, cell_y = theatre.grid.center_km(np.arange(theatre.grid.n_cells))
    shape = theatre.grid.shape
    names = [theatre.site_names[row] for row in rows]
    for axis, day, now in zip(axes, known.checks, errors, strict=False):
        axis.contour(
            cell_x.reshape(shape),
            cell_y.reshape(shape),
            theatre.bank.reshape(shape),
            levels=[0.5],
            colors="#5b8fb0",
            linewidths=0.7,
        )
        named = known.history.named
        dots = _dots(axis, x[~named], y[~named], now[~named], size=8)
        dots = _dots(axis, x[named], y[named], now[named], size=45, edge="black")
        for site in np.flatnonzero(np.nan_to_num(now) >= LABELLED):
            axis.annotate(names[site], (x[site], y[site]), fontsize=5)
        axis.set_title(f"{day}: Brier {np.nanmean(now):.3f}", fontsize=9)
        axis.set_aspect("equal")
        axis.invert_yaxis()  # rows of the grid run southwards
        axis.set_axis_off()
    for axis in axes[len(known.checks) :]:
        axis.set_visible(False)
    figure.colorbar(dots, ax=list(axes), shrink=0.5, label="Brier score, 0 to 2")
    return figure


def _dots(
    axis: Axes,
    x_km: FloatArray,
    y_km: FloatArray,
    errors: FloatArray,
    *,
    size: float,
    edge: str = "none",
) -> Any:
    """Draw sites coloured by their error."""
    return axis.scatter(
        x_km, y_km, s=size, c=errors, vmin=0, vmax=2, cmap="YlOrRd", edgecolors=edge
    )


def errors_section(scored: Scored, source: Source) -> Sequence[str]:
    """Return the map and the sites where the model errs most."""
    known, theatre = scored.known, source.theatre
    errors = np.nan_to_num(site_errors(scored, source))
    mean = errors.sum(axis=0) / np.maximum(1, known.known.sum(axis=0))
    worst = np.argsort(-mean, kind="stable")[:WORST]
    rows = [
        f"| {theatre.site_names[known.history.rows[site]]} | {mean[site]:.2f} | "
        f"{known.checks[int(np.argmax(errors[:, site]))]} | "
        f"{'yes' if known.history.named[site] else 'inferred'} |"
        for site in worst
        if mean[site] > 0
    ]
    return [
        "## Where the model errs, and when",
        "",
        f"![Brier score of each site; large discs are named]({PICTURE})",
        "",
        "| site | mean Brier | first worst date | named by an event |",
        "| --- | --- | --- | --- |",
        *rows,
        "",
    ]
