"""The text, sentence by sentence, and what each became; rungs and answers in words."""

from typing import Any

from abm.explain import Link, sentences
from abm.scenario import Scenario

Json = dict[str, Any]


def text(scenario: Scenario, rows: dict[str, int]) -> Json:
    """Return documents, sentences, their links, the ladder and its answers."""
    by_document: dict[str, list[Json]] = {}
    quotes = {}
    for document, number, words, links in sentences(scenario):
        shown = [_link(link, rows) for link in links]
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


def _link(link: Link, rows: dict[str, int]) -> Json:
    """Return one link; an objective carries its row, so that its bar can follow."""
    meaning = link.meaning
    if link.kind == "relation":
        names = " and ".join(link.name.split(".")[1:3:1]).replace("_", " ")
        meaning = f"{names}: {link.meaning}"
    elif link.kind == "parameter":
        meaning = f"{link.name} = {link.meaning}"
    return {
        "kind": link.kind,
        "name": link.name,
        "meaning": meaning,
        "row": rows.get(link.name) if link.kind == "objective" else None,
    }
