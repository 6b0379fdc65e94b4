"""Reading results, and merging the folders of several machines."""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa

from experiments import rows as row_format
from experiments.manifest import Manifest, differences, read_manifest
from experiments.parts import Reason
from experiments.problems import StoreError
from experiments.rows import DATES, HEAVY, INCIDENTS, Row
from experiments.run import Cases
from experiments.store import Store, journal_rows, stored_tables


def read_results(folder: str | Path, *, also: Sequence[str] = ()) -> pd.DataFrame:
    """Return every run of a results folder, one row each, in the study's order.

    A failed run has its reason in ``failure`` and no outcomes. Dates that never came
    in a run are missing. Nothing in the folder is changed; files that can't be
    counted are named on the standard error.

    Args:
        folder: results folder of a sweep, finished or not.
        also: heavy columns to read too: ``outcomes`` (JSON), ``traceback``,
            ``versions``, ``maps``.

    Raises:
        StoreError: the folder holds no results.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    left_out = set(HEAVY) - set(also)
    frames = [
        table.to_pandas(date_as_object=False)
        for table in _tables(folder, manifest, left_out)
    ]
    if not frames:
        return pd.DataFrame({name: [] for name in row_format.HEAD})
    return _one_row_a_run(frames)


def _tables(
    folder: Path, manifest: Manifest, left_out: Iterable[str]
) -> Iterable[pa.Table]:
    """Yield the rows of all parts and of the journal."""
    for found in stored_tables(folder, manifest):
        if isinstance(found, Reason):
            sys.stderr.write(f"{found}; not counted\n")
        else:
            yield found.drop_columns(
                [name for name in left_out if name in found.column_names]
            )
    rows = journal_rows(folder)
    if rows:
        table = row_format.table(rows, Cases(manifest.parsed_study()).points)
        yield table.drop_columns(list(left_out))


def _one_row_a_run(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the last attempt of each run, by row number."""
    known = [frame.dropna(axis="columns", how="all") for frame in frames]
    together = pd.concat(known, ignore_index=True)
    order = [name for name in _column_order(frames) if name in together.columns]
    rest = [name for name in _column_order(frames) if name not in together.columns]
    last = (
        together[order]
        .sort_values(["row", "attempt"])
        .drop_duplicates("row", keep="last")
        .reset_index(drop=True)
    )
    empty = pd.DataFrame(dict.fromkeys(rest), index=last.index)
    whole = pd.concat([last, empty], axis="columns")[_column_order(frames)]
    counts = [name for name in whole.columns if name.startswith(INCIDENTS)]
    ended_well = whole["failure"].isna()
    whole.loc[ended_well, counts] = whole.loc[ended_well, counts].fillna(0.0)
    words = whole.select_dtypes(object)
    whole[words.columns] = words.where(words.notna(), None)
    return whole


def _column_order(frames: list[pd.DataFrame]) -> list[str]:
    """Return all columns: which run, factors, outcomes by name, how it ended."""
    names = {str(name) for frame in frames for name in frame.columns}
    head = [name for name in row_format.HEAD if name in names]
    tail = [name for name in row_format.TAIL if name in names]
    columns = [str(name) for name in frames[0].columns]
    factors = [name for name in columns if name.startswith(row_format.FACTOR)]
    rest = sorted(names - set(head) - set(tail) - set(factors))
    return [*head, *factors, *rest, *tail]


def comparable(results: pd.DataFrame) -> pd.DataFrame:
    """Return results without the columns that a repetition may change."""
    return results.drop(
        columns=[name for name in row_format.VOLATILE if name in results.columns]
    )


def merge(target: str | Path, sources: Sequence[str | Path]) -> list[str]:
    """Bring the runs of several folders of the same study together.

    A run that several folders hold is taken once; one that ended well is preferred
    to one that failed.

    Args:
        target: results folder to make, or to add to.
        sources: results folders of the same study, scenario and code.

    Returns:
        What was done, in words.

    Raises:
        StoreError: the folders hold different studies, or two computations of the
            same run differ.
    """
    manifests = [read_manifest(Path(source)) for source in sources]
    for source, manifest in zip(sources, manifests, strict=True):
        changed = differences(manifests[0], manifest)
        if changed:
            raise StoreError(
                f"{source}: holds another sweep than {sources[0]}; it differs in\n  "
                + "\n  ".join(changed)
            )
    digests: dict[int, tuple[str, Path]] = {}
    store = Store(Path(target), Cases(manifests[0].parsed_study()), manifests[0])
    try:
        _take_digests(Path(target), manifests[0], digests)
        for source in sources:
            before = store.done
            _take_all(store, Path(source), digests)
            store.notes.append(f"{source}: {store.done - before} new runs")
    finally:
        store.close()
    return store.notes


def _take_digests(
    folder: Path, manifest: Manifest, digests: dict[int, tuple[str, Path]]
) -> None:
    """Note the digests of what a folder holds already."""
    for found in stored_tables(folder, manifest, ["row", "digest"]):
        if isinstance(found, pa.Table):
            for row in found.to_pylist():
                if row["digest"] is not None:
                    digests[row["row"]] = row["digest"], folder


def _take_all(store: Store, source: Path, digests: dict[int, tuple[str, Path]]) -> None:
    """Append the rows of a folder that the store lacks."""
    for found in stored_tables(source, store.manifest):
        if isinstance(found, Reason):
            store.notes.append(f"{source}: {found}; not counted")
        else:
            for row in found.to_pylist():
                _take(store, row, source, digests)
    for row in journal_rows(source):
        _take(store, row, source, digests)


def _take(
    store: Store, row: Row, source: Path, digests: dict[int, tuple[str, Path]]
) -> None:
    """Append one row unless the store has it; refuse a contradiction."""
    number, digest = row["row"], row.get("digest")
    known = digests.get(number)
    if known is not None and digest is not None and known[0] != digest:
        raise StoreError(
            f"{source}: run {number} has digest {digest[:16]}, but {known[0][:16]} in "
            f"{known[1]}: the same run came out differently"
        )
    if store.attempts[number] >= 0 and not (store.failed[number] and digest):
        return
    plain = {
        name: value for name, value in row.items() if not name.startswith("factor.")
    }
    plain["attempt"] = int(store.attempts[number]) + 1
    store.append(
        {
            name: value
            for name, value in plain.items()
            # a date that never came is a column all the same
            if value is not None or (digest and name.startswith(DATES))
        }
    )
    if digest is not None:
        digests[number] = digest, source
