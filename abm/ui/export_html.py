"""One self-contained HTML file that replays a run: the same player, its data inside."""

import base64
import gzip
import html
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abm.ui.engines import Engine, Recorded
from abm.ui.flights import all_flown
from abm.ui.history import history
from abm.ui.meta import meta
from abm.ui.module import script, styles
from abm.ui.story import Story, told
from abm.whole import write_whole

if TYPE_CHECKING:
    from abm.record.replay import Run

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; \
media-src blob:">
<title>{title}</title>
<style>html,body{{margin:0;height:100%;background:var(--paper);color:var(--ink)}}
header{{display:flex;gap:12px;align-items:baseline;padding:8px 14px}}
header{{font:14px system-ui}}
header h1{{font-size:17px;margin:0}}header span{{opacity:.8}}
header button{{margin-left:auto;font:inherit;padding:5px 12px;border-radius:7px;\
border:1px solid currentColor;background:none;color:inherit;cursor:pointer}}
#app{{--fp-height:calc(100vh - 42px)}}
noscript{{padding:20px;display:block}}
{css}</style></head>
<body><header><h1>{title}</h1><span>{about}</span>
<button type="button" id="theme">Dark or light</button></header>
<main id="app"></main><noscript>This replay needs JavaScript.</noscript>
<script type="text/plain" id="data">{data}</script>
<script type="module">
{script}
document.documentElement.dataset.theme =
  matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
document.getElementById("theme").onclick = () => {{
  const root = document.documentElement;
  root.dataset.theme = root.dataset.theme === "dark" ? "light" : "dark";
}};
replay(document.getElementById("app"), document.getElementById("data").textContent);
</script></body></html>
"""


def export(run_path: str | Path, out: str | Path) -> Path:
    """Write the replay of a saved run and return the file."""
    from abm.record.replay import read_run

    return write_html(read_run(run_path), Path(out))


def write_html(run: "Run", path: Path) -> Path:
    """Write the replay of ``run`` to ``path`` and return it."""
    write_whole(path, page(Recorded(run)))
    return path


def page(engine: Engine) -> str:
    """Return the replay of what an engine has recorded so far, as one HTML page."""
    theatre = engine.theatre
    day = int(engine.ticks * theatre.days_per_tick)
    about = f"seed {engine.seed}, {day} days"
    if engine.ended:
        about += f"; ended early: {engine.ended}"
    return PAGE.format(
        title=html.escape(theatre.scenario.title),
        about=html.escape(about),
        css=styles(),
        script=script().replace("</script", "<\\/script"),
        data=packed(bundle(engine)),
    )


def bundle(engine: Engine) -> dict[str, Any]:
    """Return everything the player needs: map, chunks, story, reasons."""
    theatre = engine.theatre
    facts = meta(theatre, engine.table("formations").to_pydict(), kinds=[])
    facts["history"] = history(theatre.scenario)
    facts["horizon"] = max(engine.ticks, 1)
    decisions = [told(row, theatre) for row in engine.table("decisions").to_pylist()]
    return {
        "meta": facts,
        "chunks": [base64.b64encode(part).decode() for part in engine.chunks(0)],
        "story": Story(engine).news(),
        "decisions": {each["mission"]: each for each in decisions},
        "flown": all_flown(engine),
    }


def packed(data: dict[str, Any]) -> str:
    """Return plain data as gzipped base64: letters that mean nothing in HTML."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()
