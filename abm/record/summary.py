"""What came of a run, in words: the same sections for the screen and ``summary.md``."""

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from abm.record.wanted import wanted
from abm.scenario import ActorSpec, Scenario

Outcomes = Mapping[str, Any]
PLACES = 12
"""Places named under "who holds what"."""
NEAR = 3
"""Places named per row of incidents."""
BAR = 10
"""Characters of a bar from 0 to 1."""
WIDTH = 96
NEVER = "not in this run"


@dataclass(frozen=True)
class Section:
    """A titled table; ``note`` stands under the title."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def sections(scenario: Scenario, outcomes: Outcomes) -> list[Section]:
    """Return key dates, holdings, objectives, incidents, goods and losses."""
    return [
        _dates(scenario, outcomes),
        _holdings(scenario, outcomes),
        *(_objectives(actor, outcomes) for actor in scenario.actors),
        _incidents(scenario, outcomes),
        _danger(scenario, outcomes),
        _tonnes(scenario, outcomes),
        _losses(scenario, outcomes),
    ]


def spelled(day: date) -> str:
    """Return a date in words, such as ``5 July 2017``."""
    return f"{day.day} {day:%B %Y}"


def _dates(scenario: Scenario, outcomes: Outcomes) -> Section:
    labels = {each.name: each.label for each in wanted(scenario).date}
    dated = sorted(outcomes["dates"].items(), key=lambda each: each[1] or "9")
    rows = [
        (spelled(date.fromisoformat(day)) if day else NEVER, labels.get(name, name))
        for name, day in dated
    ]
    if outcomes["siege_side"]:
        by = outcomes["siege_actor"]
        who = f", by {called(scenario, by)}" if by else ""
        rows.append(
            ("", f"The siege was broken from the {outcomes['siege_side']}{who}.")
        )
    return Section("Key dates", ("when", "what"), tuple(rows))


def _holdings(scenario: Scenario, outcomes: Outcomes) -> Section:
    """Count sites by holder, and name the holders of the most important ones."""
    held: dict[str, str] = outcomes["sites"]
    known = {site.id: site for site in scenario.sites}
    by_actor = Counter(held.values())
    count = ", ".join(
        f"{called(scenario, actor)} {number}"
        for actor, number in by_actor.most_common()
    )
    ranked = sorted(
        held,
        key=lambda site: (
            known[site].controller == held[site],
            known[site].importance,
            -known[site].population,
        ),
    )
    rows = [
        (
            known[site].name,
            called(scenario, held[site]),
            ""
            if known[site].controller == held[site]
            else f"was {called(scenario, known[site].controller)}",
        )
        for site in ranked[:PLACES]
    ]
    return Section(
        "Who holds what", ("place", "holder", ""), tuple(rows), f"Sites: {count}."
    )


def _objectives(actor: ActorSpec, outcomes: Outcomes) -> Section:
    reached = outcomes["objectives"][actor.id]
    start = outcomes["objectives_start"][actor.id]
    rows = [
        (
            bar(reached[spec.id]),
            f"{start[spec.id]:.2f} to {reached[spec.id]:.2f}",
            spec.label,
            f'{spec.source.sentence}: "{spec.source.quote}"',
        )
        for spec in actor.objectives
    ]
    return Section(f"What {actor.name} wanted", ("", "", "", "source"), tuple(rows))


def _incidents(scenario: Scenario, outcomes: Outcomes) -> Section:
    """Count incidents by rung, kind and pair, with the places they were nearest to."""
    names = {site.id: site.name for site in scenario.sites}
    rungs = [rung.id.replace("_", " ") for rung in scenario.rungs]
    places: dict[tuple[int, str, str], Counter[str]] = {}
    for row in outcomes["incidents"]:
        pair = " - ".join(short(scenario, each) for each in row["dyad"].split("|"))
        key = (int(row["rung"]), row["kind"].replace("_", " "), pair)
        places.setdefault(key, Counter())[names[row["near"]]] += 1
    rows = tuple(
        (
            rungs[rung] if rung < len(rungs) else str(rung),
            str(near.total()),
            kind,
            pair,
            ", ".join(f"{name} {count}" for name, count in near.most_common(NEAR)),
        )
        for (rung, kind, pair), near in sorted(places.items())
    )
    total = len(outcomes["incidents"])
    return Section(
        "Incidents between parties not at war",
        ("rung then", "times", "kind", "between", "near"),
        rows,
        f"{total} in {outcomes['days']} days; those before the start are not counted.",
    )


def _danger(scenario: Scenario, outcomes: Outcomes) -> Section:
    names = {site.id: site.name for site in scenario.sites}
    rows = tuple(
        (names[site], f"{value['max']:.3f}", f"{value['sum']:.3f}")
        for site, value in outcomes["flashpoint"].items()
    )
    return Section(
        "Flashpoints",
        ("place", "highest", "whole run"),
        rows,
        "Hazard of an incident x its severity, over the coming window and in all.",
    )


def _tonnes(scenario: Scenario, outcomes: Outcomes) -> Section:
    rows = tuple(
        (called(scenario, actor), *(f"{value[name]:,.0f}" for name in TONNES))
        for actor, value in outcomes["tonnes"].items()
    )
    return Section("Goods received, tonnes", ("by", *TONNES.values()), rows)


TONNES = {
    "planned": "planned",
    "delivered": "by road",
    "airlifted": "by air",
    "heavy": "heavy weapons",
}


def _losses(scenario: Scenario, outcomes: Outcomes) -> Section:
    rows = tuple(
        (called(scenario, actor), *(f"{value[name]:,.0f}" for name in LOSSES))
        for actor, value in outcomes["losses"].items()
        if max(value.values()) >= 1
    )
    return Section("Losses, persons", ("of", *LOSSES.values()), rows)


LOSSES = {
    "killed_wounded": "killed and wounded",
    "captured": "captured",
    "deserted": "deserted",
}


def called(scenario: Scenario, holder: str) -> str:
    """Return the name of an actor, or a passive holder's id in words."""
    names = {actor.id: actor.name for actor in scenario.actors}
    return names.get(holder, holder.replace("_", " "))


def short(scenario: Scenario, holder: str) -> str:
    """Return the short label of an actor."""
    labels = {actor.id: actor.short for actor in scenario.actors}
    return labels.get(holder, holder)


def bar(share: float) -> str:
    """Return a bar of ``BAR`` characters for a share in [0, 1]."""
    full = round(share * BAR)
    return "█" * full + "·" * (BAR - full)


def plain(parts: Sequence[Section]) -> str:
    """Return sections for the screen."""
    return "\n\n".join(_plain(part) for part in parts if part.rows or part.note)


def _plain(part: Section) -> str:
    named = any(part.head[:-1])
    rows = [part.head, *part.rows] if named else list(part.rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [part.title, "─" * len(part.title)]
    lines += textwrap.wrap(part.note, WIDTH)
    last = len(part.head) - 1
    if not part.rows:
        return "\n".join(lines)
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        if sum(widths) + 2 * last > WIDTH and last:
            lines.append("  ".join(cells[:last]).rstrip())
            if row[last]:
                lines += textwrap.wrap(
                    row[last], WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6
                )
        else:
            lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def markdown(parts: Sequence[Section]) -> str:
    """Return sections as Markdown."""
    blocks = []
    for part in parts:
        lines = [f"## {part.title}", ""]
        if part.note:
            lines += [part.note, ""]
        if part.rows:
            lines += [_row(part.head), _row(["---"] * len(part.head))]
            lines += [_row(row) for row in part.rows]
        blocks.append("\n".join(lines).rstrip())
    return "\n\n".join(blocks)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def summary(scenario: Scenario, outcomes: Outcomes, command: str) -> str:
    """Return ``summary.md`` of a run."""
    start = scenario.calendar.start.date()
    head = [
        f"# {scenario.title}",
        "",
        f"One simulated course of {outcomes['days']} days from {spelled(start)}.",
        "It is one draw of many; no single run is a forecast.",
        "",
        "![Who holds what at the start, in the middle and at the end](map.png)",
        "",
    ]
    if command:
        head += ["Repeat it with:", "", f"    {command}", ""]
    return "\n".join(head) + markdown(sections(scenario, outcomes)) + "\n"
