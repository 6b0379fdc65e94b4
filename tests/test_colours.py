"""The blocs' colours are told apart by people who see fewer colours."""

import itertools

import numpy as np
import pytest

from abm.record.ground import bloc_colours
from abm.scenario import load_scenario
from abm.theatre.assembly import build

SEEN = {
    "everything": np.eye(3),
    "no red": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "no green": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "no blue": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""Linear RGB as it is seen: Machado, Oliveira & Fernandes (2009), severity 1."""

PLAIN = 10.0
"""Distance in CIE L*a*b* (1976) at which two areas of colour are plainly two."""


def lab(colour, seen):
    """Return a colour (#rrggbb) as L*a*b* under daylight (D65)."""
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.asarray(seen) @ linear, 0.0, 1.0)
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722]]
    xyz = np.array([*to_xyz, [0.0193, 0.1192, 0.9505]]) @ linear
    ratio = xyz / (0.9505, 1.0, 1.089)
    f = np.where(
        ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio * (29 / 6) ** 2 / 3 + 4 / 29
    )
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("scenario", ["deir_ezzor_2017", "two_valleys"])
def test_blocs_are_told_apart_whatever_colours_one_sees(scenario, seen):
    theatre = build(load_scenario(scenario))
    named = zip(theatre.bloc_names, bloc_colours(theatre), strict=True)
    blocs = {name: lab(colour, SEEN[seen]) for name, colour in named}

    near = {
        (one, two): float(np.linalg.norm(blocs[one] - blocs[two]))
        for one, two in itertools.combinations(blocs, 2)
    }

    closest = min(near, key=near.__getitem__)
    assert near[closest] > PLAIN, (closest, near[closest])
