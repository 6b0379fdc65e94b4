"""The text, sentence by sentence, and what each became; rungs and answers in words."""

from collections.abc import Mapping
from typing import Any

from abm.explain import Link, sentences
from abm.scenario import Scenario

Json = dict[str, Any]
PURE = "1"
"""Unit of a pure number."""
PATRONS = "patrons"


def text(scenario: Scenario, rows: dict[str, int]) -> Json:
    """Return documents, sentences, their links, the ladder and its answers."""
    by_document: dict[str, list[Json]] = {}
    quotes, names = {}, {each.id: each.name for each in scenario.actors}
    for document, number, words, links in sentences(scenario):
        shown = [_link(link, rows, names) for link in links]
        quotes[f"{document}|{number}"] = words
        entry = {"number": number, "text": words, "links": shown}
        by_document.setdefault(document, []).append(entry)
    return {
        "sentences": quotes,
        "text": [
            {
                "title": document.title,
                "more": f"{document.issuer}, {document.date}",
                "sentences": [
                    each
                    for each in by_document.get(document.id, [])
                    if each["links"] or not number
                ],
            }
            for number, document in enumerate(scenario.documents.values())
        ],
        "rungs": [
            {"id": rung.id, "threshold": rung.threshold, "label": rung.label}
            for rung in scenario.rungs
        ],
        "responses": [
            {"id": each.id, "rung": each.rung, "label": each.label}
            for each in scenario.responses
        ],
    }


def _link(link: Link, rows: dict[str, int], names: Mapping[str, str]) -> Json:
    """Return one link; an objective carries its row, so that its bar can follow.

    Args:
        link: what a part of the text became.
        rows: of every objective, by ``<actor>.<objective>``.
        names: of the actors, by id.
    """
    shown = {
        "kind": link.kind,
        "name": link.name,
        "meaning": link.meaning,
        "row": rows.get(link.name) if link.kind == "objective" else None,
    }
    if link.kind == "relation":
        shown["meaning"] = f"{_parties(link.name, names)}: {link.meaning}"
    elif link.kind == "parameter":
        value, _, unit = link.meaning.rpartition(" ")
        shown["meaning"] = link.name
        shown["value"] = value if unit == PURE else link.meaning
        if not value:  # a name has no unit
            shown["value"] = link.meaning
    return shown


def _parties(name: str, names: Mapping[str, str]) -> str:
    """Return whom a relation is between: "A and B", or "A on B" for patronage."""
    parts = name.split(".")
    if parts[2] == PATRONS:
        first, second, word = parts[1], parts[3], "on"
    else:
        first, second, word = parts[1], parts[2], "and"
    said = (names.get(each, each.replace("_", " ")) for each in (first, second))
    return f" {word} ".join(said)
