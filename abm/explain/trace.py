"""Trace: from every sentence of the text to what it became, and back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from abm.record.wanted import wanted
from abm.scenario import Citation, Scenario, paths


@dataclass(frozen=True)
class Link:
    """Something in the model and the words it rests on.

    Attributes:
        kind: objective, relation, rule, outcome, incident, line or parameter.
        name: what it is called; a path where it has one.
        meaning: in plain words.
        basis: text, assumed, estimated or measured.
        document: id of the document, empty where the source is not one of them.
        sentence: its sentence, likewise.
        source: the quote, or the source of a number.
    """

    kind: str
    name: str
    meaning: str
    basis: str
    document: str
    sentence: str
    source: str


def trace(scenario: Scenario) -> list[Link]:
    """Return every objective, relation, rule and parameter with its source."""
    return [
        *_objectives(scenario),
        *_relations(scenario),
        *_rules(scenario),
        *_outcomes(scenario),
        *_numbers(scenario),
    ]


def _link(
    kind: str, name: str, meaning: str, *, basis: str, source: Citation | None
) -> Link:
    if source is None:
        return Link(kind, name, meaning, basis, "", "", "")
    return Link(
        kind, name, meaning, basis, source.document, source.sentence, source.quote
    )


def _objectives(scenario: Scenario) -> Iterator[Link]:
    for actor in scenario.actors:
        for spec in actor.objectives:
            yield _link(
                "objective",
                f"{actor.id}.{spec.id}",
                f"{actor.name}: {spec.label}",
                basis=spec.basis,
                source=spec.source,
            )


def _relations(scenario: Scenario) -> Iterator[Link]:
    """Give each unordered pair once where both ways say the same."""
    relations, sources = scenario.relations, scenario.relations.sources
    said = set()
    for (a, b), stance in relations.stance.items():
        back = relations.stance.get((b, a))
        if stance == "neutral" or (stance == back and (b, a) in said):
            continue
        said.add((a, b))
        source = sources.get(f"stance {a} {b}")
        basis = "text" if source else ""
        name = f"relations.{a}.{b}.stance"
        yield _link("relation", name, stance, basis=basis, source=source)
    for (a, b), tension in relations.tension.items():
        air, ground = relations.air_channel[a, b], relations.ground_channel[a, b]
        if a < b and (tension or air or ground):
            open_ = [n for n, is_open in (("air", air), ("ground", ground)) if is_open]
            meaning = (
                f"tension {tension:g}; channels open: {', '.join(open_) or 'none'}"
            )
            source = sources.get(f"pair {a} {b}")
            name = f"relations.{a}.{b}"
            yield _link("relation", name, meaning, basis="text", source=source)
    for (client, patron), share in relations.patronage.items():
        source = sources.get(f"patronage {client} {patron}")
        name = f"actors.{client}.patrons.{patron}"
        meaning = f"depends on it by {share:g}"
        yield _link("relation", name, meaning, basis="text", source=source)


def _rules(scenario: Scenario) -> Iterator[Link]:
    for rule in scenario.rules:
        yield _link(
            "rule",
            f"rules.{rule.id}",
            rule.label,
            basis=rule.basis,
            source=rule.source,
        )
    for incident in scenario.relations.incidents:
        meaning = (
            f"{incident.kind} of {' and '.join(incident.between)} before the start"
        )
        yield _link(
            "incident", incident.id, meaning, basis="text", source=incident.source
        )
    for line in scenario.relations.ground_lines:
        meaning = f"line between {' and '.join(line.between)} before the start"
        yield _link("line", line.id, meaning, basis="text", source=line.source)


def _outcomes(scenario: Scenario) -> Iterator[Link]:
    """Give what is reported of a run because a sentence says it matters."""
    asked = wanted(scenario)
    if asked.flashpoint.source:
        places = ", ".join(scenario.site(site).name for site in asked.flashpoint.sites)
        yield _link(
            "outcome",
            "flashpoint",
            f"danger index of {places}",
            basis="text",
            source=asked.flashpoint.source,
        )
    for each in asked.date:
        if each.source:
            name = f"dates.{each.name}"
            yield _link("outcome", name, each.label, basis="text", source=each.source)


def _numbers(scenario: Scenario) -> Iterator[Link]:
    for setting in paths(scenario):
        if setting.path.endswith((".stance", "_channel", ".weight", ".rung")):
            continue
        document, sentence = cited(scenario, setting.source)
        value = f"{setting.value} {setting.unit}".strip()
        yield Link(
            "parameter",
            setting.path,
            value,
            setting.basis,
            document,
            sentence,
            setting.source,
        )


def cited(scenario: Scenario, source: str) -> tuple[str, str]:
    """Return the first document and sentence that the source of a number names."""
    for document in scenario.documents.values():
        for word in re.findall(r"[A-Z]+\d+", source):
            if word in document.sentences:
                return document.id, word
    return "", ""


def orphans(scenario: Scenario) -> list[Link]:
    """Return what has no source, or quotes words that its sentence does not have."""
    return [link for link in trace(scenario) if not _sourced(scenario, link)]


def _sourced(scenario: Scenario, link: Link) -> bool:
    if not link.source.strip():
        return False
    if link.kind == "parameter":
        return True
    sentences = scenario.documents[link.document].sentences
    return _words(link.source) in _words(sentences.get(link.sentence, ""))


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def sentences(scenario: Scenario) -> list[tuple[str, str, str, list[Link]]]:
    """Return (document, sentence, its text, what it became), in order."""
    links = trace(scenario)
    return [
        (
            document.id,
            number,
            text,
            [
                link
                for link in links
                if link.document == document.id and link.sentence == number
            ],
        )
        for document in scenario.documents.values()
        for number, text in document.sentences.items()
    ]
