"""``abm view`` and ``abm export``: a run in the browser and in other formats."""

import argparse
from pathlib import Path

from abm.cli.common import UsageError

FORMATS = ("html", "png", "geojson", "geotiff", "csv")


def view(args: argparse.Namespace) -> int:
    """Start the browser page on this machine."""
    try:
        from abm.ui import launch
    except ModuleNotFoundError as error:
        raise UsageError(
            f"the browser page needs {error.name}; install it with `make view`, or "
            "`pip install 'flashpoint-abm[view]'`"
        ) from error
    code: int = launch(
        args.what, host=args.host, port=args.port, browser=not args.no_browser
    )
    return code


def export(args: argparse.Namespace) -> int:
    """Write the formats that are asked for."""
    from abm.record import formats
    from abm.record.replay import read_run

    asked = {name: getattr(args, name) for name in FORMATS if getattr(args, name)}
    if not asked:
        raise UsageError(f"nothing to write; say one of --{', --'.join(FORMATS)}")
    run = read_run(args.run)
    day = run.days if args.day is None else args.day
    run.frame(day)  # a day it does not have is reported before anything is written
    for name, path in asked.items():
        match name:
            case "html":
                from abm.ui import write_html

                write_html(run, Path(path))
            case "csv":
                formats.write_csv(run, Path(path))
            case _:
                getattr(formats, f"write_{name}")(run, day, Path(path))
        print(path)
    return 0
