# ruff: noqa: N802  (components are named as Solara names them)
"""The keep panel: save, open, download, link, command."""

import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import solara

from abm.record import chunks
from abm.record.problems import RunError
from abm.record.tables import tables
from abm.ui.engines import Engine, Live, Recorded
from abm.ui.export_html import page
from abm.ui.kept import CHANGES, command, lacking, link, save
from abm.ui.places import PlaceError, inside, runs_in
from abm.ui.ready import as_toml
from abm.ui.shell import Shell

HTML = solara.v.Html
MAX_SHOWN = 30
SECONDS = 10


@solara.component
def Keep(shell: Shell) -> None:
    """Everything that can be kept of a run."""
    name = f"{shell.facts['scenario']}-{shell.session.engine.seed}"
    HTML(tag="h2", children=["Keep and open"])
    Said(shell)
    HTML(tag="h3", children=["This run"])
    Save(shell)
    HTML(tag="h3", children=["Pictures"])
    Pictures(shell, name)
    HTML(tag="h3", children=["Files"])
    Files(shell, name)
    HTML(tag="h3", children=["Come back to it"])
    Address(shell)
    HTML(tag="h3", children=["Saved runs"])
    Saved(shell)


@solara.component
def Said(shell: Shell) -> None:
    """What the last action said."""
    if shell.notice.value:
        HTML(
            tag="div",
            class_="fp-notice",
            children=[shell.notice.value],
            attributes={"role": "status"},
        )


@solara.component
def Save(shell: Shell) -> None:
    """Save a finished run in the data folder."""
    shell.known.value  # noqa: B018  (re-render with every chunk)
    engine = shell.session.engine
    if not isinstance(engine, Live):
        HTML(tag="p", children=["It is saved already."])
        return
    solara.Button(
        "Save this run" if engine.finished else "Save (once it is computed)",
        outlined=True,
        disabled=not engine.finished,
        on_click=lambda: shell.notice.set(f"Saved as {save(engine).name}."),
    )
    if not engine.finished:
        solara.Button(
            "Compute it to the end",
            outlined=True,
            on_click=lambda: shell.session.receive(
                {"type": "need", "upto": shell.facts["horizon"]}
            ),
        )


@solara.component
def Pictures(shell: Shell, name: str) -> None:
    """What the browser itself saves."""
    for what, label in (("png", "Map as PNG"), ("webm", f"{SECONDS} s of play, WebM")):
        solara.Button(
            label,
            outlined=True,
            on_click=lambda what=what: shell.send(
                {"type": "save", "what": what, "name": name, "seconds": SECONDS}
            ),
        )


@solara.component
def Files(shell: Shell, name: str) -> None:
    """Downloads made on the server when asked for."""
    engine = shell.session.engine
    wanted: list[tuple[str, str, Callable[[], bytes]]] = [
        ("Replay, one HTML file", f"{name}.html", lambda: page(engine).encode()),
        ("Tables, CSV", f"{name}-csv.zip", lambda: zipped(engine, "csv")),
        ("Tables, Parquet", f"{name}-parquet.zip", lambda: zipped(engine, "parquet")),
        (
            "Control of the day shown, GeoJSON",
            f"{name}.geojson",
            lambda: placed(engine, shell.day, "geojson"),
        ),
        (
            "Control of the day shown, GeoTIFF",
            f"{name}.tif",
            lambda: placed(engine, shell.day, "geotiff"),
        ),
    ]
    for label, file, make in wanted:
        solara.FileDownload(make, filename=file, label=label)
    if isinstance(engine, Live) and engine.changes:
        text = as_toml(engine.changes)
        solara.FileDownload(text, filename=CHANGES, label="Your changes")


def zipped(engine: Engine, kind: str) -> bytes:
    """Return every table so far as a zip of CSV or Parquet files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in tables():
            buffer = io.BytesIO()
            table = engine.table(name)
            if kind == "parquet":
                pq.write_table(table, buffer)
            else:
                flat = table.to_pandas().to_csv(index=False).encode()
                buffer.write(flat)
            archive.writestr(f"{name}.{kind}", buffer.getvalue())
    return out.getvalue()


def placed(engine: Engine, day: float, kind: str) -> bytes:
    """Return control on a day as GeoJSON or GeoTIFF."""
    from abm.record import formats

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "control"
        run: Any = Shown(engine)
        write = formats.write_geojson if kind == "geojson" else formats.write_geotiff
        write(run, int(day), path)
        return path.read_bytes()


class Shown:
    """What the format writers need of a run, taken from one still being computed."""

    def __init__(self, engine: Engine) -> None:
        theatre = engine.theatre
        self.theatre, self.scenario = theatre, theatre.scenario
        self.control, self.table = engine.control, engine.table
        self.holders = theatre.holder_names
        self.blocs = tuple(theatre.bloc_names[bloc] for bloc in theatre.bloc)
        self.transform, self.epsg = theatre.grid.transform, theatre.grid.epsg
        self.name, self.seed = theatre.scenario.name, engine.seed
        self._engine = engine
        self.manifest = {
            "grid": {"cell_km": theatre.grid.cell_km},
            "holders": [
                {"id": holder, "bloc": bloc, "colour": colour}
                for holder, bloc, colour in zip(
                    self.holders, self.blocs, theatre.colours, strict=True
                )
            ],
        }

    def frame(self, day: int) -> Any:
        """Return the frame of a day."""
        tick = round(day / self.theatre.days_per_tick)
        encoded = self._engine.chunks(0)[tick // chunks.TICKS_PER_CHUNK]
        return chunks.decode(encoded)[tick % chunks.TICKS_PER_CHUNK]

    def date(self, day: int) -> Any:
        """Return the moment of a day."""
        return self.scenario.calendar.at(round(day / self.theatre.days_per_tick))


LINK_LACKS = (
    "The link leads to the run without your changes: an address has no room for them. "
    "Keep them with Your changes and bring them back under Steer, Changes from a file. "
    "Values set for a new run are in the command below. Or save the run: it has all."
)


@solara.component
def Address(shell: Shell) -> None:
    """The link and the command of the run shown."""
    shell.changes.value  # noqa: B018  (re-render with every change)
    engine = shell.session.engine
    query = link(engine, shell.facts, int(shell.day)).query()
    HTML(tag="small", children=["Link to this day"])
    with HTML(tag="pre", attributes={"data-testid": "link", "tabindex": "0"}):
        HTML(
            tag="a",
            attributes={"href": query},
            children=[query],
            style_="color:inherit",
        )
    if lacking(engine, shell.facts):
        HTML(tag="p", class_="fp-note", children=[LINK_LACKS])
    HTML(tag="small", children=["The same run without a browser"])
    HTML(
        tag="pre",
        attributes={"data-testid": "command", "tabindex": "0"},
        children=[command(engine)],
    )


@solara.component
def Saved(shell: Shell) -> None:
    """Runs in the data folder."""
    from abm.ui.app import data_folder

    found = runs_in(data_folder())
    if not found:
        HTML(
            tag="p",
            class_="fp-note",
            children=["None yet. `abm run` and the button above leave runs here."],
        )
    for folder in found[:MAX_SHOWN]:
        solara.Button(
            folder.name,
            text=True,
            small=True,
            on_click=lambda name=folder.name: open_saved(shell, name),
        )


def open_saved(shell: Shell, name: str) -> None:
    """Show a saved run in this tab."""
    from abm.record.replay import read_run
    from abm.ui.app import data_folder, facts_of

    try:
        engine = Recorded(read_run(inside(data_folder() / "runs", name)))
        shell.open(engine, facts_of(engine))
        shell.notice.set(f"Opened {name}.")
    except (RunError, PlaceError) as problem:
        shell.notice.set(str(problem))
