"""Numbers of responses: made by the program, in order of time, without asking the database."""

import secrets
from datetime import datetime

RANDOM_BITS = 20
PREFIX = "R"


def new_response_id(now: datetime) -> int:
    """A fresh number: milliseconds since 1970, then 20 random bits; fits a signed 64-bit column."""
    return (int(now.timestamp() * 1000) << RANDOM_BITS) | secrets.randbits(RANDOM_BITS)


def public_id(response_id: int) -> str:
    """
    How exports show it: `R` and 16 hexadecimal digits.

    The letter keeps spreadsheets from reading it as a number and rounding it.
    """
    return f"{PREFIX}{response_id:016x}"
