"""What an analysis gives: sections of words, tables and figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from abm.whole import write_whole

DIGITS = 4


@dataclass(frozen=True)
class Table:
    """A table with its caption; ``name`` is that of its CSV file."""

    name: str
    caption: str
    frame: pd.DataFrame


@dataclass(frozen=True)
class Picture:
    """A figure with its caption, as SVG text."""

    name: str
    caption: str
    svg: str


@dataclass(frozen=True)
class Section:
    """One part of an analysis.

    Attributes:
        title: heading.
        text: what was found, in plain words; one paragraph each.
        tables: in order.
        pictures: in order.
    """

    title: str
    text: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()


def write_tables(sections: Iterable[Section], folder: Path) -> list[Path]:
    """Write every table as CSV and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for section in sections:
        for table in section.tables:
            file = folder / f"{table.name}.csv"
            write_whole(file, table.frame.to_csv(index=False))
            files.append(file)
    return files


def in_words(sections: Iterable[Section]) -> str:
    """Return sections as plain text for a terminal."""
    blocks = []
    for section in sections:
        blocks.append(f"{section.title}\n{'=' * len(section.title)}")
        blocks.extend(section.text)
        blocks.extend(
            f"{table.caption}\n{rounded(table.frame).to_string(index=False)}"
            for table in section.tables
        )
    return "\n\n".join(blocks)


def rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with numbers as a reader wants them."""
    shown = frame.copy()
    for name in shown.select_dtypes("float").columns:
        shown[name] = [
            "" if pd.isna(value) else f"{value:.{DIGITS}g}" for value in shown[name]
        ]
    return shown
