"""The colours of the labels of one pass, told apart by eyes with three kinds of cones and with two.

Simulation: Machado, Oliveira & Fernandes 2009, table 1, severity 1.0, on linear RGB. Difference: CIEDE2000, after
Sharma, Wu & Dalal 2005, whose test pairs check it. 2.3 is a just noticeable difference: the buttons of the labels are
kept almost five times that apart, and the tints of the marks, three tenths of the colour on white, more than it.
"""

from __future__ import annotations

import math
from itertools import combinations

import pytest

from musnad.annotation.label_studio.config import PASSES, QUANTITY, ROLES, Pass
from musnad.schema.labels import inventory

Triple = tuple[float, float, float]

EYES: dict[str, tuple[Triple, Triple, Triple]] = {
    "three cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}
APART = {1.0: 11.0, 0.3: 3.0}


def seen(colour: str, eyes: str) -> Triple:
    """Return the CIELAB values (D65) of an sRGB colour `#rrggbb` as these eyes see it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    red, green, blue = (min(1.0, max(0.0, sum(a * b for a, b in zip(row, linear, strict=True)))) for row in EYES[eyes])
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    fx, fy, fz = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def difference(one: Triple, other: Triple) -> float:
    """Return the CIEDE2000 difference of two CIELAB colours."""
    chroma = (math.hypot(*one[1:]) + math.hypot(*other[1:])) / 2
    stretch = 1 + 0.5 * (1 - math.sqrt(chroma**7 / (chroma**7 + 25**7)))
    c1, c2 = (math.hypot(stretch * lab[1], lab[2]) for lab in (one, other))
    h1, h2 = (math.degrees(math.atan2(lab[2], stretch * lab[1])) % 360 for lab in (one, other))
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    lightness, mean_chroma = (one[0] + other[0]) / 2, (c1 + c2) / 2
    hue = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    t = (
        1
        - 0.17 * math.cos(math.radians(hue - 30))
        + 0.24 * math.cos(math.radians(2 * hue))
        + 0.32 * math.cos(math.radians(3 * hue + 6))
        - 0.20 * math.cos(math.radians(4 * hue - 63))
    )
    dl = (other[0] - one[0]) / (1 + 0.015 * (lightness - 50) ** 2 / math.sqrt(20 + (lightness - 50) ** 2))
    dc = (c2 - c1) / (1 + 0.045 * mean_chroma)
    dh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2)) / (1 + 0.015 * mean_chroma * t)
    rotation = -math.sin(math.radians(60 * math.exp(-(((hue - 275) / 25) ** 2)))) * 2
    rotation *= math.sqrt(mean_chroma**7 / (mean_chroma**7 + 25**7))
    return math.sqrt(dl**2 + dc**2 + dh**2 + rotation * dc * dh)


def on_white(colour: str, strength: float) -> str:
    """Return the colour as it looks on white with this opacity."""
    channels = (255 + (int(colour[at : at + 2], 16) - 255) * strength for at in (1, 3, 5))
    return "#" + "".join(f"{round(channel):02x}" for channel in channels)


def palette(which: Pass) -> dict[str, str]:
    labels = inventory()
    if which == "attributions":
        return {ROLES[name]: region.colour for name, region in labels.attribution.regions.items()}
    entities = {name: label.colour for name, label in labels.entities.items()}
    return entities | {QUANTITY: labels.quantity.region.colour, "COUNTED": labels.quantity.counted.colour}


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_differences_are_those_that_were_published(one: Triple, other: Triple, apart: float) -> None:
    assert difference(one, other) == pytest.approx(apart, abs=5e-5)


def test_white_and_black_are_a_hundred_apart_for_all_eyes() -> None:
    for eyes in EYES:
        assert difference(seen("#ffffff", eyes), seen("#000000", eyes)) == pytest.approx(100, abs=0.1)


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("which", PASSES)
@pytest.mark.parametrize("strength", APART)
def test_the_labels_of_a_pass_are_told_apart_at_a_glance(which: Pass, eyes: str, strength: float) -> None:
    colours = {name: seen(on_white(colour, strength), eyes) for name, colour in palette(which).items()}
    near = {
        (one, other): round(apart, 1)
        for (one, a), (other, b) in combinations(colours.items(), 2)
        if (apart := difference(a, b)) < APART[strength]
    }
    assert near == {}
