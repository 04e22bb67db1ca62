"""Numbers of responses: made by the program, in order of time, without asking the database."""

import secrets
from datetime import UTC, datetime
from string import hexdigits

RANDOM_BITS = 20
PREFIX = "R"
PUBLIC_DIGITS = 16
# The column is a signed 64-bit one.
LARGEST = 1 << 63


def new_response_id(now: datetime) -> int:
    """A fresh number: milliseconds since 1970, then 20 random bits; fits a signed 64-bit column."""
    return first_id_at(now) | secrets.randbits(RANDOM_BITS)


def first_id_at(moment: datetime) -> int:
    """The lowest number a response of this moment can have: every earlier one's is lower."""
    return int(moment.timestamp() * 1000) << RANDOM_BITS


def moment_of(response_id: int) -> datetime:
    """When a response's number was made, to the millisecond."""
    return datetime.fromtimestamp((response_id >> RANDOM_BITS) / 1000, UTC)


def response_id_of(shown: str) -> int | None:
    """The number behind what `public_id` gave; None for anything else."""
    digits = shown.removeprefix(PREFIX)
    is_ours = shown.startswith(PREFIX) and len(digits) == PUBLIC_DIGITS and set(digits) <= set(hexdigits)
    number = int(digits, 16) if is_ours else 0
    return number if 0 < number < LARGEST else None


def public_id(response_id: int) -> str:
    """
    How exports show it: `R` and 16 hexadecimal digits.

    The letter keeps spreadsheets from reading it as a number and rounding it.
    """
    return f"{PREFIX}{response_id:0{PUBLIC_DIGITS}x}"
