"""Launcher: sets Solara up for this machine only, then serves the page."""

import contextlib
import gc
import importlib.util
import os
import secrets
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import webbrowser
from pathlib import Path
from typing import Any

from abm import heap

HOST = "127.0.0.1"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SETTINGS = {
    "SOLARA_APP": "abm.ui.app",
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
    "SOLARA_THEME_SHOW_BANNER": "false",
    "SOLARA_THEME_LOADER": "plain",
    "SOLARA_THEME_VARIANT": "light",
    "SOLARA_THEME_VARIANT_USER_SELECTABLE": "false",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "false",
    "SOLARA_ASSETS_PROXY": "true",
    "SOLARA_KERNEL_CULL_TIMEOUT": "3m",
    "SOLARA_KERNELS_MAX_COUNT": "24",
    "SOLARA_THEME_TITLE": "Flashpoint",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
"""Environment that Solara reads when it is imported."""
NEEDED = ("solara", "anywidget", "uvicorn", "solara_assets")
WARNING = (
    "Warning: the page has no password and computes on this machine for whoever can\n"
    "reach it. --host {host} lets other machines reach it; only in a network you trust."
)
OPEN_SECONDS = 60


def launch(
    what: str, *, host: str = HOST, port: int = 8765, browser: bool = True
) -> int:
    """Serve the page until interrupted and return an exit code.

    Args:
        what: a run's folder or a scenario, shown when the page's address says nothing.
        host: address to listen on; anything but loopback is warned about.
        port: to listen on.
        browser: open a browser where there is one.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        _say(
            f"abm view: needs {', '.join(missing)}; install with `make view` or "
            "`pip install 'flashpoint-abm[view]'`"
        )
        return 2
    if host not in LOOPBACK:
        _say(WARNING.format(host=host))
    heap.share()
    heap.plain()
    heap.alone()
    look_gently()
    prepare(what, host=host, port=port)
    compiled(what)
    warm(what)
    address = f"http://{'127.0.0.1' if host in LOOPBACK else host}:{port}/"
    sys.stdout.write(f"Flashpoint is at {address} (stop it with Ctrl+C)\n")
    sys.stdout.flush()
    if browser:
        threading.Thread(target=_open, args=(address,), daemon=True).start()
    import uvicorn

    uvicorn.run(
        "abm.ui.web:web",
        host=host,
        port=port,
        log_level="warning",
        ws_max_size=2**22,
        ws_per_message_deflate=True,
    )
    return 0


def prepare(what: str, *, host: str, port: int) -> None:
    """Set the environment that Solara and the page read when imported."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    os.environ["SOLARA_APP"] = SETTINGS["SOLARA_APP"]
    os.environ["FLASHPOINT_WHAT"] = what
    os.environ["FLASHPOINT_SERVER"] = secrets.token_hex(8)
    os.environ["FLASHPOINT_HOSTS"] = ",".join(sorted({host, *LOOPBACK}))
    os.environ["FLASHPOINT_PORT"] = str(port)
    os.environ.setdefault("FLASHPOINT_DATA", str(Path.cwd()))


def look_gently() -> None:
    """Let Solara look for data frames while another thread is only loading pandas.

    It takes ``pandas.DataFrame`` from any pandas that is listed, and would fail, and
    the run with it, where that is not yet there.
    """
    import reacton.utils

    reacton.utils.import_item = _listed


def _listed(name: str) -> Any:
    """Return something of a module, none where either is not there (yet)."""
    module, _, item = name.rpartition(".")
    return getattr(sys.modules.get(module), item, None)


def compiled(what: str) -> None:
    """Have the kernels compiled, once, by a process that ends: it takes 60 MiB more."""
    from abm import kernels

    folder = Path(kernels.__file__).parent
    known = any((folder / "__pycache__").glob("kernels.*.nbc"))
    if known or "NUMBA_CACHE_DIR" in os.environ or not os.access(folder, os.W_OK):
        return
    _say("Compiling the kernels for this machine, once ...")
    order = f"from abm.ui.serve import warm; warm({what!r})"
    subprocess.run([sys.executable, "-W", "ignore", "-c", order], check=False)


def warm(what: str) -> None:
    """Build the map, load the kernels, tell a first story: the first tab won't wait.

    What is wrong with ``what`` is said by the page, not here.
    """
    from abm.scenario import ScenarioError, load_scenario, shipped
    from abm.ui.engines import Live, ready_made
    from abm.ui.meta import meta
    from abm.ui.story import Story

    if not (Path(what) / "manifest.json").exists():
        with contextlib.suppress(ScenarioError):
            read = ready_made if what in shipped() else load_scenario
            run = Live(read(what), seed=0)
            run.advance()
            meta(run.theatre, run.table("formations").to_pydict(), kinds=[])
            Story(run).news()
    gc.collect()
    heap.trim()


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def _open(address: str) -> None:
    """Open a browser once the server answers."""
    waited = threading.Event()
    for _ in range(OPEN_SECONDS * 2):
        try:
            urllib.request.urlopen(f"{address}readyz", timeout=2).close()
        except OSError:
            waited.wait(0.5)
        else:
            webbrowser.open(address)
            return
