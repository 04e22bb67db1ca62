"""
How figures are printed: rounded half up, at the very end only.

Ranks and check codes are made of printed figures, so all faces round here.
"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

DASH = "—"


def half_up(value: Fraction | float, places: int) -> Decimal:
    """The value with so many decimals; halves go up, away from zero."""
    if isinstance(value, Fraction):
        # Whole-number arithmetic: a quotient cut off anywhere could turn a half into less.
        scaled = abs(value) * 10**places
        whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
        return Decimal(whole if value >= 0 else -whole).scaleb(-places)
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def score_words(value: Fraction | float | None) -> str:
    """`94.23`; a dash for None."""
    return DASH if value is None else f"{half_up(value, 2):.2f}"


def share_words(value: Fraction | float | None) -> str:
    """`86.6%`; a dash for None."""
    return DASH if value is None else f"{half_up(value * 100, 1):.1f}%"


def points_words(value: Fraction | float | None) -> str:
    """A difference of scores: `+1.20`, `−0.35`; a dash for None."""
    if value is None:
        return DASH
    rounded = half_up(value, 2)
    return f"{'−' if rounded < 0 else '+' if rounded else ''}{abs(rounded):.2f}"
