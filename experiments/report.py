"""A report: one HTML file with everything inside, to open with no server."""

import base64
import html
from collections.abc import Iterable
from pathlib import Path

from abm.whole import write_whole
from experiments.analyse import Analysis, analyse
from experiments.sections import Picture, Section, Table, rounded

NAME = "report.html"
MOST_ROWS = 60
"""Rows of a table that the page shows; its CSV has all."""

STYLE = """
:root { color-scheme: light dark; --ink: #22262b; --soft: #5a6068; --line: #d9d5cc;
  --paper: #fbfaf7; --card: #ffffff; --accent: #00598c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e6e1; --soft: #aab0b8;
  --line: #3c4148; --paper: #16191d; --card: #1f2329; --accent: #7cc4f0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
main, header { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 2.5rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .4rem; }
h2 { font-size: 1.35rem; margin: 2.6rem 0 .4rem; }
p { max-width: 46rem; }
.lead { color: var(--soft); margin-top: 0; }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; padding: .7rem 0;
  border-bottom: 1px solid var(--line); }
a { color: var(--accent); }
figure { margin: 1.2rem 0; padding: 1rem; background: #ffffff; color: #22262b;
  border: 1px solid var(--line); border-radius: 8px; overflow-x: auto; }
figure svg { max-width: 100%; height: auto; display: block; margin: 0 auto; }
figcaption { color: #5a6068; font-size: .92rem; margin-top: .6rem; max-width: 46rem; }
.table { overflow-x: auto; margin: 1rem 0; border: 1px solid var(--line);
  border-radius: 8px; background: var(--card); }
table { border-collapse: collapse; width: 100%; font-size: .9rem;
  font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .7rem .9rem; color: var(--soft); }
th, td { padding: .32rem .9rem; text-align: left; border-top: 1px solid var(--line);
  white-space: nowrap; }
th { font-weight: 600; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .92em; }
footer { max-width: 62rem; margin: 3rem auto; padding: 0 1.25rem 2rem;
  color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
"""


def write_report(folder: str | Path, *, outcome: str | None = None) -> Path:
    """Analyse a results folder and write its report; return the file.

    Raises:
        StoreError: there is nothing to report.
    """
    analysis = analyse(folder, outcome=outcome)
    file = analysis.swept.folder / NAME
    write_whole(file, page(analysis))
    return file


def page(analysis: Analysis) -> str:
    """Return the report as one HTML document that needs nothing else."""
    study, manifest = analysis.swept.study, analysis.swept.manifest
    contents = "".join(
        f'<a href="#{_anchor(section)}">{html.escape(section.title)}</a>'
        for section in analysis.sections
    )
    body = "".join(_section(section) for section in analysis.sections)
    versions = ", ".join(f"{name} {v}" for name, v in manifest.versions.items())
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(study.title)}</title><style>{STYLE}</style></head><body>"
        f"<header><h1>{html.escape(study.title)}</h1>"
        f'<p class="lead">{html.escape(study.question)}</p>'
        f"<nav>{contents}</nav></header><main>{body}</main>"
        f"<footer>Study <code>{html.escape(study.name)}</code>, outcome "
        f"<code>{html.escape(analysis.outcome)}</code>, scenario hash "
        f"<code>{manifest.scenario[:16]}</code>, {html.escape(versions)}. Root seed "
        f"{study.seed}. Runs are simulations of an assumed model, not observations."
        "</footer></body></html>\n"
    )


def _section(section: Section) -> str:
    """Return a section as HTML."""
    return (
        f'<section><h2 id="{_anchor(section)}">{html.escape(section.title)}</h2>'
        + "".join(f"<p>{_code(text)}</p>" for text in section.text)
        + "".join(_picture(picture) for picture in section.pictures)
        + "".join(_table(table) for table in section.tables)
        + "</section>"
    )


def _picture(picture: Picture) -> str:
    """Return a figure with its caption."""
    caption = html.escape(picture.caption)
    named = picture.svg.replace("<svg", f'<svg role="img" aria-label="{caption}"', 1)
    drawn = _own_ids(named, picture.name)
    return f"<figure>{drawn}<figcaption>{caption}</figcaption></figure>"


def _own_ids(svg: str, name: str) -> str:
    """Return an SVG whose ids no other figure of the page has."""
    for before in ('id="', 'href="#', "url(#"):
        svg = svg.replace(before, f"{before}{name}-")
    return svg


def _table(table: Table) -> str:
    """Return a table with its caption and a link to its CSV, which is inside too."""
    shown = rounded(table.frame.head(MOST_ROWS))
    head = "".join(f'<th scope="col">{html.escape(str(n))}</th>' for n in shown.columns)
    rows = "".join(
        "<tr>"
        + "".join(f"<td>{html.escape(str(value))}</td>" for value in row)
        + "</tr>"
        for row in shown.itertuples(index=False)
    )
    content = base64.b64encode(table.frame.to_csv(index=False).encode()).decode()
    more = len(table.frame) - len(shown)
    link = (
        f'<a download="{table.name}.csv" href="data:text/csv;base64,{content}">'
        f"{table.name}.csv</a>"
    )
    rest = f"; {more} more rows in it" if more > 0 else ""
    return (
        f'<div class="table" tabindex="0"><table><caption>{html.escape(table.caption)} '
        f"({link}{rest})</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _code(text: str) -> str:
    """Return escaped text in which `backquotes` are code."""
    parts: Iterable[str] = html.escape(text).split("`")
    return "".join(
        f"<code>{part}</code>" if number % 2 else part
        for number, part in enumerate(parts)
    )


def _anchor(section: Section) -> str:
    """Return the id of a section's heading."""
    words = "".join(c if c.isalnum() else " " for c in section.title.lower()).split()
    return "-".join(words)
