"""Relations between actors: stances, patronage, channels, tension at the start."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from abm.scenario.schema import (
    Citation,
    GroundLine,
    Id,
    Incident,
    Stance,
    Strict,
    UnitShare,
)

EVERYONE = "everyone"
BLOC = "bloc:"


class StanceRow(Strict):
    """A stance between two parties; ``one_way`` sets it for the first only."""

    between: tuple[str, str]
    stance: Stance
    one_way: bool = False
    source: Citation


class PatronageRow(Strict):
    """A client, its patron and how much the client depends on it."""

    client: Id
    patron: Id
    dependence: UnitShare
    source: Citation


class PairRow(Strict):
    """Channels, tension and rung of a pair at the start."""

    between: tuple[Id, Id]
    air_channel: bool = False
    ground_channel: bool = False
    tension: UnitShare = 0.0
    rung: Id | None = None
    source: Citation


class RelationsFile(Strict):
    """``relations.toml``."""

    stance: tuple[StanceRow, ...] = ()
    patronage: tuple[PatronageRow, ...] = ()
    pair: tuple[PairRow, ...] = ()
    incident: tuple[Incident, ...] = ()
    ground_line: tuple[GroundLine, ...] = Field(default=())


Pairs = tuple[str, str]


@dataclass(frozen=True)
class Relations:
    """How parties stand to each other at the start.

    Every mapping but ``patronage`` has an entry for every ordered pair of different
    actors (``stance``: and passive holders); all but ``stance`` are symmetric.

    Attributes:
        stance: of the first towards the second.
        air_channel: an air deconfliction channel is open.
        ground_channel: a ground deconfliction channel is open.
        tension: in [0, 1].
        rung: index into the ladder.
        patronage: dependence by (client, patron).
        incidents: before the start; tension includes them.
        ground_lines: agreed before the start.
        sources: passage by ``stance a b``, ``pair a b``, ``patronage a b``; absent
            where a default holds.
    """

    stance: Mapping[Pairs, Stance]
    air_channel: Mapping[Pairs, bool]
    ground_channel: Mapping[Pairs, bool]
    tension: Mapping[Pairs, float]
    rung: Mapping[Pairs, int]
    patronage: Mapping[Pairs, float]
    incidents: tuple[Incident, ...]
    ground_lines: tuple[GroundLine, ...]
    sources: Mapping[str, Citation]


def expanded(party: str, blocs: Mapping[str, str], holders: Iterable[str]) -> list[str]:
    """Return the actors and holders a party of a row stands for, [] if unknown.

    Args:
        party: ``everyone``, ``bloc:<name>``, an actor or a passive holder.
        blocs: bloc of each actor.
        holders: passive holders.
    """
    if party == EVERYONE:
        return list(blocs)
    if party.startswith(BLOC):
        name = party.removeprefix(BLOC)
        return [actor for actor, bloc in blocs.items() if bloc == name]
    return [party] if party in blocs or party in set(holders) else []


def relations_of(
    file: RelationsFile,
    *,
    blocs: Mapping[str, str],
    holders: tuple[str, ...],
    rungs: tuple[str, ...],
) -> Relations:
    """Return the relations of all pairs; rows of unknown parties are passed over."""
    parties = [*blocs, *holders]
    stance: dict[Pairs, Stance] = {
        (a, b): "neutral" for a in parties for b in parties if a != b
    }
    sources: dict[str, Citation] = {}
    for row in file.stance:
        for a in expanded(row.between[0], blocs, holders):
            for b in expanded(row.between[1], blocs, holders):
                ways = [(a, b)] if row.one_way else [(a, b), (b, a)]
                for way in ways if a != b else []:
                    stance[way] = row.stance
                    sources[f"stance {way[0]} {way[1]}"] = row.source
    patronage = {(row.client, row.patron): row.dependence for row in file.patronage}
    sources |= {
        f"patronage {row.client} {row.patron}": row.source for row in file.patronage
    }
    return Relations(
        stance=stance,
        **_pair_columns(file, blocs, rungs, sources=sources),
        patronage=patronage,
        incidents=file.incident,
        ground_lines=file.ground_line,
        sources=sources,
    )


def _pair_columns(
    file: RelationsFile,
    blocs: Mapping[str, str],
    rungs: tuple[str, ...],
    *,
    sources: dict[str, Citation],
) -> dict[str, Any]:
    """Return channels, tension and rung of all pairs; add the rows' sources."""
    actors = [(a, b) for a in blocs for b in blocs if a != b]
    air, ground = dict.fromkeys(actors, False), dict.fromkeys(actors, False)
    tension, rung = dict.fromkeys(actors, 0.0), dict.fromkeys(actors, 0)
    for pair in file.pair:
        for way in (pair.between, pair.between[::-1]):
            if way in tension:
                air[way], ground[way] = pair.air_channel, pair.ground_channel
                tension[way] = pair.tension
                rung[way] = rungs.index(pair.rung) if pair.rung in rungs else 0
                sources[f"pair {way[0]} {way[1]}"] = pair.source
    return {
        "air_channel": air,
        "ground_channel": ground,
        "tension": tension,
        "rung": rung,
    }
