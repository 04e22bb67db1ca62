"""
Five steps of a quantity, and their colours: from light orange (little) to dark blue-green (much).

Lightness falls from step to step, so they are told apart in grey print and by the colour-blind; every step
carries its figures besides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10

STEPS = 5
# From little to much; relative luminance falls by a third or more from each to the next.
COLOURS = ("#fbe3bd", "#e9ae62", "#76ab9b", "#2c7c82", "#0b4a55")
NOTHING = "#ffffff"
DARK_INK, LIGHT_INK = "#1c2529", "#ffffff"
FINE = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


@dataclass(frozen=True, slots=True)
class Steps:
    """`bounds`: where one step ends and the next begins (four of them, rising)."""

    bounds: tuple[float, float, float, float]

    @classmethod
    def of(cls, values: Sequence[float]) -> "Steps":
        """Equal steps over round numbers that take in the values; any will do where there is none above 0."""
        least, most = (min(values), max(values)) if values else (0.0, 0.0)
        width = nice((most - least) / STEPS)
        start = floor(least / width) * width
        # Rounding the width up can only leave the last step larger than the others.
        first, second, third, fourth = (start + width * number for number in range(1, STEPS))
        return cls((first, second, third, fourth))

    def step(self, value: float) -> int:
        """0 (little) to 4 (much)."""
        return sum(value >= bound for bound in self.bounds)


def nice(at_least: float, among: Sequence[float] = FINE) -> float:
    """The smallest of `among` (rising, 1 to 10) times a power of ten that is not below it; 1 for nothing."""
    if at_least <= 0:
        return 1.0
    magnitude: float = 10.0 ** floor(log10(at_least))
    return next(each * magnitude for each in among if each * magnitude >= at_least * (1 - 1e-9))


def ink_on(colour: str) -> str:
    """Dark or light letters, whichever can be read better on it."""
    light, dark = contrast(colour, LIGHT_INK), contrast(colour, DARK_INK)
    return LIGHT_INK if light > dark else DARK_INK


def contrast(one: str, other: str) -> float:
    """How far two colours are apart, 1 to 21. https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio"""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """How light `#rrggbb` is, 0 to 1. https://www.w3.org/TR/WCAG21/#dfn-relative-luminance"""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
