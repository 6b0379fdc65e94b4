"""Files that are either whole or not there."""

import contextlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a temporary name to write to; it becomes ``path`` when all went well.

    A crash leaves the old file, the new one, never a part; an error leaves the old one.
    The file is synced before it is renamed, and its folder after. A link stays one;
    what is no file, such as ``/dev/stdout``, is written to directly.

    Raises:
        OSError: the disk is full or the folder can't be written; nothing is left.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        yield path
        return
    temporary = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        yield temporary
        _sync(temporary)
        temporary.replace(target)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        if isinstance(error, OSError) and error.filename == str(temporary):
            error.filename = str(path)  # what whoever reads the message knows
        raise
    _sync(target.parent)


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file, text as UTF-8, so that it is whole or as it was before.

    Raises:
        OSError: the disk is full or the folder can't be written; nothing is left.
    """
    with whole(path) as temporary:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)


def _sync(path: Path) -> None:
    """Make a file's content, or the names in a folder, durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
