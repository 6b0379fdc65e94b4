"""Rules as data: rungs of the ladder, responses on them, protected zones."""

from typing import Literal

from pydantic import Field

from abm.scenario.schema import Basis, Citation, Id, Name, Strict, UnitShare


class Rung(Strict):
    """A step of the escalation ladder, entered at a tension ``threshold``."""

    id: Id
    threshold: UnitShare
    label: Name
    basis: Basis
    source: Citation


class Response(Strict):
    """What follows on a rung. Numbers of it are parameters of ``escalate``.

    Attributes:
        rung: rung from which it applies to a pair.
        kind: what is done.
        by: ``injured`` (the side whose client or own force was hit), ``other`` or
            ``both``.
        channel: channel it is about, for kinds that need one.
        area: area it applies in, for kinds that need one.
    """

    id: Id
    rung: Id
    kind: Literal[
        "suspend_channel",
        "track",
        "reposition",
        "talks_channel",
        "talks_line",
        "lock_on",
        "warn",
        "shoot",
        "clash",
    ]
    by: Literal["injured", "other", "both"]
    channel: Literal["air", "ground"] | None = None
    area: Id | None = None
    label: Name
    basis: Basis
    source: Citation


class Zone(Strict):
    """A circle around a site that some actors are kept out of by force.

    Attributes:
        site: its centre.
        radius_km: km.
        protector: actor that enforces it.
        kept_out: actors it is enforced against; a file may name ``bloc:<name>``.
    """

    id: Id
    name: Name
    site: Id
    radius_km: float = Field(gt=0, le=1000)
    protector: Id
    kept_out: tuple[str, ...] = Field(min_length=1)
    label: Name
    basis: Basis
    source: Citation


Rule = Rung | Response | Zone
