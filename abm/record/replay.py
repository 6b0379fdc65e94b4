"""Read a recorded run: tables, control, formations and frames of any day."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

import numpy as np
import pyarrow as pa

from abm.geo.grid import M_PER_KM, Grid
from abm.record import chunks
from abm.record.frames import NIBBLE, NONE8, NONE16, UNITS_PER_CELL, Frame
from abm.record.ground import Panel
from abm.record.problems import RunError
from abm.record.tables import schema, tables
from abm.record.wanted import Wanted, wanted
from abm.scenario import Intervention, Scenario, load_scenario
from abm.scenario.problems import nearest
from abm.theatre import Theatre, build
from abm.units import HOURS_PER_DAY, IntArray, UInt8Array
from abm.world import MISSIONS

if TYPE_CHECKING:
    import pandas as pd

NEEDED = {
    "seed",
    "ticks",
    "calendar",
    "holders",
    "grid",
    "overrides",
    "interventions",
}
"""What a manifest must have to be read."""
STATUSES = ("active", "broken", "gone")


class Run:
    """A recorded run; every part is read when first asked for.

    Attributes:
        folder: where it lies.
        manifest: scenario, calendar, seed, digest, versions and the rest.
    """

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        self.folder = folder
        self.manifest = manifest
        self._tables: dict[str, pa.Table] = {}

    @property
    def name(self) -> str:
        """Name of the folder."""
        return self.folder.name

    @property
    def seed(self) -> int:
        """Seed of the run."""
        return int(self.manifest["seed"])

    @property
    def ticks(self) -> int:
        """Ticks it lasted."""
        return int(self.manifest["ticks"])

    @property
    def ticks_per_day(self) -> int:
        """Ticks to a day."""
        return round(HOURS_PER_DAY / float(self.manifest["calendar"]["tick_hours"]))

    @property
    def days(self) -> int:
        """Number of its last day."""
        return -(-self.ticks // self.ticks_per_day)

    @property
    def start(self) -> datetime:
        """Moment of tick 0, UTC."""
        return datetime.fromisoformat(self.manifest["calendar"]["start"])

    @property
    def holders(self) -> tuple[str, ...]:
        """Id of each holder index, as ``control`` gives them."""
        return tuple(holder["id"] for holder in self.manifest["holders"])

    @property
    def blocs(self) -> tuple[str, ...]:
        """Bloc of each holder index."""
        return tuple(holder["bloc"] for holder in self.manifest["holders"])

    @property
    def transform(self) -> tuple[float, ...]:
        """Affine ``(a, b, c, d, e, f)`` from (column, row) to metres."""
        return tuple(self.manifest["grid"]["transform"])

    @property
    def epsg(self) -> int:
        """Code of the grid's projection."""
        return int(self.manifest["grid"]["epsg"])

    @cached_property
    def scenario(self) -> Scenario:
        """The scenario as it was run, overrides and interventions included."""
        scenario = load_scenario(self.folder / "scenario")
        if self.manifest["overrides"]:
            scenario = scenario.with_overrides(self.manifest["overrides"])
        changes = self.manifest["interventions"]
        items = tuple(Intervention.model_validate(item) for item in changes)
        return scenario.with_interventions(items) if items else scenario

    @cached_property
    def theatre(self) -> Theatre:
        """The scenario on the grid of the run."""
        return build(self.scenario, cell_km=self.manifest["grid"]["cell_km"])

    @cached_property
    def wanted(self) -> Wanted:
        """Outcomes that the scenario asks for."""
        return wanted(self.scenario)

    @cached_property
    def outcomes(self) -> dict[str, Any]:
        """Outcomes as they were written at the end of the run."""
        found: dict[str, Any] = json.loads(
            (self.folder / "outcomes.json").read_text("utf-8")
        )
        return found

    @cached_property
    def chunks(self) -> list[bytes]:
        """Chunks of frames (see ``abm.record.chunks``)."""
        path = self.folder / "frames.npz"
        try:
            return chunks.load(path)
        except FileNotFoundError as error:
            raise RunError(f"{path}: missing; run it again") from error
        except (OSError, EOFError, ValueError, BadZipFile) as error:
            raise RunError(f"{path}: no frames of a run; run it again") from error

    @cached_property
    def frames(self) -> "Frames":
        """Frames by tick, decoded as they are asked for."""
        return Frames(self.chunks)

    def table(self, name: str) -> pa.Table:
        """Return one recorded table.

        Raises:
            RunError: there is no table of that name, or its file is none.
        """
        if name not in tables():
            raise RunError(f"{name}: no such table{nearest(name, tables())}")
        if name not in self._tables:
            import pyarrow.parquet as pq

            path = self.folder / f"{name}.parquet"
            try:
                self._tables[name] = pq.read_table(path, schema=schema(name))
            except FileNotFoundError as error:
                raise RunError(f"{path}: missing; run it again") from error
            except (OSError, pa.ArrowException) as error:
                raise RunError(f"{path}: no table of a run; run it again") from error
        return self._tables[name]

    def data(self, name: str) -> "pd.DataFrame":
        """Return one recorded table for pandas."""
        frame: pd.DataFrame = self.table(name).to_pandas()
        return frame

    def date(self, day: int) -> datetime:
        """Return the moment of the state of ``day``, UTC."""
        return self.start + timedelta(days=day)

    def frame(self, day: int) -> Frame:
        """Return the frame of a day: the state at the start's hour of that day.

        Raises:
            RunError: the run has no such day.
        """
        if not 0 <= day <= self.days:
            raise RunError(f"{self.name}: no day {day}; it has days 0 to {self.days}")
        found: Frame = self.frames[min(day * self.ticks_per_day, self.ticks)]
        return found

    def control(self, day: int) -> UInt8Array:
        """Return the holder of every cell on a day, shape (height, width).

        ``holders`` names the indices, ``transform`` and ``epsg`` place the array.
        """
        grid = self.manifest["grid"]
        return self.frame(day).holder.reshape(grid["height"], grid["width"])

    def cells_at(self, lon: Sequence[float], lat: Sequence[float]) -> IntArray:
        """Return the cell that holds each point, -1 off the map."""
        grid = self.manifest["grid"]
        side, _, west, _, _, north = self.transform
        whole = Grid(
            grid["height"], grid["width"], side / M_PER_KM, self.epsg, west, north
        )
        return whole.cells(lon, lat)

    def formations(self, day: int) -> "pd.DataFrame":
        """Return where every formation stands on a day, and in which state."""
        import pandas as pd

        rows, known = self.frame(day).formations, self.data("formations")
        size = self.manifest["grid"]["cell_km"] / UNITS_PER_CELL
        lon, lat = self.theatre.grid.lonlat_of_km(rows["x"] * size, rows["y"] * size)
        kinds = [MISSIONS[kind] if kind != NONE8 else None for kind in rows["kind"]]
        missions = [None if row == NONE16 else int(row) for row in rows["mission"]]
        return pd.DataFrame(
            {
                "formation": rows["formation"].astype(np.int64),
                "id": known["id"].astype(str),
                "actor": [self.holders[actor] for actor in rows["actor"]],
                "lon": lon,
                "lat": lat,
                "personnel": rows["personnel"].astype(np.int64),
                "status": [STATUSES[status] for status in rows["status"]],
                "mission": pd.array(missions, dtype="Int64"),
                "kind": kinds,
                "supply": (rows["condition"] // (NIBBLE + 1)) / NIBBLE,
                "cohesion": (rows["condition"] % (NIBBLE + 1)) / NIBBLE,
                "contact": rows["contact"].astype(bool),
            }
        )


class Frames(Sequence[Frame]):
    """The frames of a run by tick; keeps the chunk it decoded last."""

    def __init__(self, encoded: list[bytes]) -> None:
        self._encoded = encoded
        self._at = -1
        self._decoded: list[Frame] = []

    def __len__(self) -> int:
        """Return how many there are."""
        if not self._encoded:
            return 0
        whole = (len(self._encoded) - 1) * chunks.TICKS_PER_CHUNK
        return whole + chunks.ticks_in(self._encoded[-1])

    def __getitem__(self, tick: Any) -> Any:
        """Return the frame after ``tick`` ticks, or those of a slice."""
        if isinstance(tick, slice):
            return [self[each] for each in range(*tick.indices(len(self)))]
        index = tick + len(self) if tick < 0 else tick
        if not 0 <= index < len(self):
            raise IndexError(f"no frame {tick}; there are {len(self)}")
        at, inside = divmod(index, chunks.TICKS_PER_CHUNK)
        if at != self._at:
            self._at, self._decoded = at, chunks.decode(self._encoded[at])
        return self._decoded[inside]


def read_run(folder: str | Path) -> Run:
    """Return the run in a folder that ``abm run`` left.

    Raises:
        RunError: the folder is no run.
    """
    path = Path(folder)
    file = path / "manifest.json"
    if not file.is_file():
        where = "no such folder" if not path.exists() else "no manifest.json in it"
        raise RunError(f"{path}: not a run ({where}); `abm run` leaves one in runs/")
    try:
        manifest = json.loads(file.read_text("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise RunError(f"{file}: not JSON ({error})") from error
    if not isinstance(manifest, dict) or not manifest.keys() >= NEEDED:
        raise RunError(f"{file}: not the manifest of a run; run it again")
    return Run(path, manifest)


def panels(encoded: list[bytes], theatre: Theatre) -> list[Panel]:
    """Return the start, the middle and the end of a run for a picture."""
    frames = Frames(encoded)
    ticks = sorted({0, (len(frames) - 1) // 2, len(frames) - 1})
    calendar = theatre.scenario.calendar
    return [
        Panel(f"{calendar.at(tick):%d %B %Y}".lstrip("0"), frames[tick])
        for tick in ticks
    ]
