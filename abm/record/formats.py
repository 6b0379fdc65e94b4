"""A recorded run in other formats: GeoJSON, GeoTIFF, PNG, CSV."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import shapely
from pyproj import Transformer

from abm.record.ground import Panel, sheet
from abm.record.picture import draw
from abm.record.replay import Run
from abm.record.summary import spelled
from abm.record.tables import tables
from abm.whole import whole, write_whole

DECIMALS = 4
"""Of a degree: about ten metres."""


def geojson(run: Run, day: int) -> dict[str, Any]:
    """Return who holds what on a day: one feature of merged cells per holder."""
    control, transform = run.control(day), run.transform
    to_degrees = Transformer.from_crs(run.epsg, 4326, always_xy=True)
    open_cells = np.asarray(run.table("cells")["open"]).reshape(control.shape)
    features = []
    for index in np.unique(control[open_cells]):
        row, column = np.nonzero((control == index) & open_cells)
        west = transform[2] + column * transform[0]
        north = transform[5] + row * transform[4]
        squares = shapely.box(west, north + transform[4], west + transform[0], north)
        area = shapely.transform(
            shapely.unary_union(squares),
            lambda points: np.column_stack(to_degrees.transform(*points.T)),
        )
        features.append(
            {
                "type": "Feature",
                "properties": {
                    "holder": run.holders[index],
                    "bloc": run.blocs[index],
                    "colour": run.manifest["holders"][index]["colour"],
                    "day": day,
                    "date": run.date(day).date().isoformat(),
                    "cells": len(row),
                },
                "geometry": _rounded(shapely.geometry.mapping(area)),
            }
        )
    return {"type": "FeatureCollection", "features": features}


def _rounded(geometry: Any) -> Any:
    if isinstance(geometry, dict):
        return {name: _rounded(value) for name, value in geometry.items()}
    if isinstance(geometry, list | tuple):
        return [_rounded(value) for value in geometry]
    return round(geometry, DECIMALS) if isinstance(geometry, float) else geometry


def write_geojson(run: Run, day: int, path: Path) -> None:
    """Write ``geojson`` to a file."""
    write_whole(path, json.dumps(geojson(run, day)) + "\n")


def write_geotiff(run: Run, day: int, path: Path) -> None:
    """Write the holder of every cell on a day as a one-band GeoTIFF.

    The names of the holders are tags of the file, ``holder_0`` and so on.

    Raises:
        ModuleNotFoundError: rasterio is not installed (the ``view`` extra has it).
    """
    import rasterio

    control = run.control(day)
    profile = {
        "driver": "GTiff",
        "height": control.shape[0],
        "width": control.shape[1],
        "count": 1,
        "dtype": "uint8",
        "crs": f"EPSG:{run.epsg}",
        "transform": rasterio.Affine(*run.transform),
        "compress": "deflate",
    }
    with whole(path) as temporary, rasterio.open(temporary, "w", **profile) as file:
        file.write(control, 1)
        names = {f"holder_{row}": name for row, name in enumerate(run.holders)}
        file.update_tags(date=run.date(day).date().isoformat(), **names)


def write_png(run: Run, day: int, path: Path) -> None:
    """Draw the map of a day."""
    title = spelled(run.date(day).date())
    draw(path, sheet(run.theatre, [Panel(title, run.frame(day))]))


def write_csv(run: Run, folder: Path) -> None:
    """Write every table as CSV; maps and lists become JSON text."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in tables():
        table = run.table(name)
        plain = {
            field.name: _plain(table[field.name], field.type) for field in table.schema
        }
        with whole(folder / f"{name}.csv") as temporary:
            pyarrow.csv.write_csv(pa.table(plain), temporary)


def _plain(column: pa.ChunkedArray, kind: pa.DataType) -> Any:
    if pa.types.is_map(kind):
        return pa.array([json.dumps(dict(value)) for value in column.to_pylist()])
    if pa.types.is_list(kind):
        return pa.array([json.dumps(value) for value in column.to_pylist()])
    if pa.types.is_dictionary(kind):
        return column.cast(pa.string())
    return column
