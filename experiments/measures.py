"""What the claims are about, measured run by run."""

import json
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from abm.theatre import Theatre
from abm.units import BoolArray, FloatArray
from experiments.observed import Observed, unpacked
from experiments.parties import Parties, road_row
from experiments.swept import Swept

SHOTS = ("shootdown", "open_clash")
"""Kinds of incident that count for C3."""

CLASH = "open_clash"
WINDOW_DAYS = 60
"""Days in which C3 wants an incident to come."""

TICKS_A_DAY = 4

ARM = "arm"
"""Name of the factor whose levels are the reference and its counterfactuals."""


def measured(swept: Swept, parties: Parties) -> pd.DataFrame:
    """Return one row a run with all that the claims are about.

    Columns: ``arm`` and ``replicate``; flashpoint indices of both places and their
    differences; whether and when the siege is broken; whether the Tanf proxies reach
    the city and how many km nearer they come; the SDF's mean distance from it; share
    of the line of contact that the river is; incidents, and whether one counts for
    C3; satisfaction of the road and tonnes by it.
    """
    theatre = swept.theatre
    rows = list(_kept(swept, theatre, parties))
    kept = pd.DataFrame(rows).set_index("row")
    table = swept.results.set_index("row").join(kept, how="inner")
    duration, came = swept.duration("dates.siege_broken")
    known = swept.results["row"].to_numpy()
    siege = pd.DataFrame({"relief_days": duration, "relieved": came}, index=known)
    table = table.join(siege)
    for size in ("max", "sum"):
        city = table[f"flashpoint.{parties.city}.{size}"]
        table[f"flash_{size}"] = city - table[f"flashpoint.{parties.other}.{size}"]
    table["tanf_reach"] = table["dates.deir_ez_zor_tanf"].notna()
    table["incidents"] = table["incidents.total"]
    tonnes = f"tonnes.{parties.recipient}.delivered"
    table["tonnes"] = table[tonnes].fillna(0.0) if tonnes in table else 0.0
    table["arm"] = table[f"factor.{ARM}"].astype(str)
    return table.reset_index()


def _kept(
    swept: Swept, theatre: Theatre, parties: Parties
) -> Iterator[dict[str, object]]:
    """Yield what is measured on the kept arrays and the list of incidents."""
    for stored in swept.kept(["maps", "outcomes"]):
        if stored.get("maps"):
            yield {
                "row": stored["row"],
                "shots": _shots(json.loads(stored["outcomes"]), swept),
                **_from_arrays(unpacked(stored["maps"]), theatre, parties),
            }


def _from_arrays(
    kept: Observed, theatre: Theatre, parties: Parties
) -> dict[str, object]:
    """Return the measures that come from the kept arrays."""
    index = {actor.id: row for row, actor in enumerate(theatre.actors)}
    tanf = kept.near_km[:, index[parties.tanf]].astype(np.float64)
    sdf = kept.near_km[:, index[parties.sdf]].astype(np.float64)
    road = road_row(theatre, parties)
    return {
        "tanf_gain_km": gain(tanf),
        "sdf_mean_km": float(np.mean(sdf[np.isfinite(sdf)])),
        "river_share": river_share(kept.control[-1], theatre, parties),
        "road": np.nan if road is None else float(kept.satisfaction[road]),
    }


def gain(near_km: FloatArray) -> float:
    """Return how many km nearer an actor came than it was at the start."""
    known = near_km[np.isfinite(near_km)]
    if not len(known) or not np.isfinite(near_km[0]):
        return 0.0
    return float(near_km[0] - known.min())


def river_share(
    holder: Sequence[int] | np.ndarray,
    theatre: Theatre,
    parties: Parties,
    *,
    before: Sequence[int] | np.ndarray | None = None,
) -> float:
    """Return the share of the contact of loyalists and SDF that the river is.

    Contact is every pair of neighbouring cells, one held by either; the river is
    between them when they lie on different banks. NaN where they do not touch.

    Args:
        holder: of each cell.
        theatre: the map.
        parties: who they are.
        before: holders at an earlier time; pairs in contact then are left out.
    """
    bank = theatre.bank.reshape(theatre.grid.shape)
    loyal, sdf = _sides(holder, theatre, parties)
    was = None if before is None else _sides(before, theatre, parties)
    contacts = across = 0
    for step in ((0, 1), (1, 0), (1, 1), (1, -1)):
        here, there = _neighbours(bank.shape, step)
        touch = _touch(loyal, sdf, here, there)
        if was is not None:
            touch &= ~_touch(*was, here, there)
        contacts += int(touch.sum())
        across += int((touch & (bank[here] != bank[there])).sum())
    return across / contacts if contacts else float("nan")


def _sides(
    holder: Sequence[int] | np.ndarray, theatre: Theatre, parties: Parties
) -> tuple[BoolArray, BoolArray]:
    """Return which cells loyalists hold and which the SDF, shape of the grid."""
    held = np.asarray(holder, dtype=np.int64).reshape(theatre.grid.shape)
    loyal = theatre.bloc[held] == theatre.bloc_names.index(parties.loyalist)
    return np.asarray(loyal), np.asarray(held == theatre.holder_index[parties.sdf])


Slices = tuple[slice, slice]


def _neighbours(shape: tuple[int, ...], step: tuple[int, int]) -> tuple[Slices, Slices]:
    """Return the slices of all cells that have a neighbour at ``step``, and of it."""
    down, right = step
    rows, columns = shape
    here = (
        slice(0, rows - down),
        slice(max(0, -right), columns - max(0, right)),
    )
    there = (
        slice(down, rows),
        slice(max(0, right), columns + min(0, right)),
    )
    return here, there


def _touch(a: BoolArray, b: BoolArray, here: Slices, there: Slices) -> BoolArray:
    """Return where one party holds a cell and the other its neighbour."""
    return np.asarray((a[here] & b[there]) | (b[here] & a[there]))


def _shots(outcomes: dict[str, object], swept: Swept) -> bool:
    """Return whether a shoot-down or an open clash came within the window."""
    incidents = outcomes["incidents"]
    assert isinstance(incidents, list)
    if any(
        each["kind"] in SHOTS and each["tick"] < WINDOW_DAYS * TICKS_A_DAY
        for each in incidents
    ):
        return True
    dates = outcomes["dates"]
    assert isinstance(dates, dict)
    clash = dates.get(CLASH)
    if clash is None:
        return False
    day = (pd.Timestamp(clash) - pd.Timestamp(swept.start)).days
    return bool(day <= WINDOW_DAYS)
