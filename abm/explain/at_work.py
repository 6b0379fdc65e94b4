"""The text at work: what each sentence became, and how often each part of it acted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from abm.explain.activity import by_sentence
from abm.explain.aversion import WEIGHED
from abm.explain.trace import Link, sentences
from abm.scenario import Scenario

Counts = Sequence[Mapping[str, int]]

MECHANISMS = ("objective", "rule")
"""Kinds of link that do something by themselves; the others are state or figures."""

LEAST_SHARE = 0.2
"""Share of runs in which a mechanism is to fire."""

HEAD = (
    "| part | what it is | acts in | times a run | weighs in |",
    "| --- | --- | --- | --- | --- |",
)


MEANING = """\
An objective acts when it speaks most for a mission, and weighs in when its term is not
0 in the utility of a mission that is given (a patron's counts too). One that protects
acts with each target of sorties that is worth more for whom it protects there. One that
does nothing but raise a price, of losses or of tension, weighs in when that part of the
price is paid and acts when without it the second best mission, or target of sorties,
would have been the best. A rule acts when it is applied, a stance of war when it costs
a life, another pair when it has an incident, patronage on each day it is complied with,
an outcome when it comes about. What acts or weighs in fires."""


@dataclass(frozen=True)
class Part:
    """Something a sentence became, and how often it acted.

    Attributes:
        link: what it is and the words it rests on.
        share: of runs in which it acted.
        fired: share of runs in which it acted or weighed in.
        mean: times a run.
        weighed: of an objective, missions a run in whose utility it had a term.
    """

    link: Link
    share: float
    fired: float
    mean: float
    weighed: float

    @property
    def rare(self) -> bool:
        """Whether it is a mechanism that fires in too few runs."""
        return self.link.kind in MECHANISMS and self.fired < LEAST_SHARE

    @property
    def silent(self) -> bool:
        """Whether it is a mechanism that acts in too few runs."""
        return self.link.kind in MECHANISMS and self.share < LEAST_SHARE


@dataclass(frozen=True)
class Sentence:
    """A sentence of the text and everything it became."""

    number: str
    text: str
    parts: tuple[Part, ...]
    parameters: int


def at_work(scenario: Scenario, counts: Counts) -> list[Sentence]:
    """Return the sentences of the text with what they did in runs.

    Args:
        scenario: of the runs; its first document is the text.
        counts: what ``activity`` returned for each run.
    """
    text = next(iter(scenario.documents.values())).id
    return [
        Sentence(
            number,
            words,
            tuple(_part(link, counts) for link in links if link.kind != "parameter"),
            sum(link.kind == "parameter" for link in links),
        )
        for document, number, words, links in sentences(scenario)
        if document == text
    ]


def _part(link: Link, counts: Counts) -> Part:
    share, mean = by_sentence(counts, [link.name])
    _, weighed = by_sentence(counts, [WEIGHED + link.name])
    fired, _ = by_sentence(counts, [link.name, WEIGHED + link.name])
    return Part(link, share, fired, mean, weighed)


def page(found: Sequence[Sentence], *, how: str, wanted: Sequence[str]) -> str:
    """Return the sentences at work as Markdown.

    Args:
        found: what ``at_work`` returns.
        how: which runs were counted, in words.
        wanted: sentences whose every mechanism is to fire in ``LEAST_SHARE`` of runs.
    """
    lines = ["# The text at work", "", how, ""]
    names = ", ".join(wanted)
    lines += [
        MEANING,
        "",
        f"Mechanisms of {names} that fire in under {LEAST_SHARE:.0%} of runs:",
        "",
    ]
    parts = [
        (each.number, part)
        for each in found
        if each.number in wanted
        for part in each.parts
    ]
    lines += _named(parts, lambda part: part.rare)
    lines += ["", "That weigh in, but act in under that share:", ""]
    lines += _named(parts, lambda part: part.silent and not part.rare)
    for each in found:
        lines += ["", f"## {each.number}", "", f"> {each.text}", "", *_table(each)]
    return "\n".join(lines) + "\n"


def _named(
    parts: Sequence[tuple[str, Part]], which: Callable[[Part], bool]
) -> list[str]:
    """Return a line for each part that is meant, or that there is none."""
    found = [
        f"- {number}: `{part.link.name}` (acts in {part.share:.0%} of runs; weighs in "
        f"{part.weighed:.1f} times a run)"
        for number, part in parts
        if which(part)
    ]
    return found or ["- none"]


def _table(sentence: Sentence) -> list[str]:
    """Return the parts of a sentence as a Markdown table."""
    lines = list(HEAD) if sentence.parts else []
    for part in sentence.parts:
        weighs = f"{part.weighed:.1f}" if part.link.kind == "objective" else ""
        cells = (
            f"{part.link.kind} `{part.link.name}`",
            part.link.meaning.replace("|", "/"),
            f"{part.share:.0%}",
            f"{part.mean:.1f}",
            weighs,
        )
        lines.append(f"| {' | '.join(cells)} |")
    count = sentence.parameters
    return [*lines, "", f"Parameters that cite it: {count}."]
