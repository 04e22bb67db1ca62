"""
What is read off paper and typed: a slip's ten characters, a witness's share.

The alphabet has no characters that look alike (0 O, 1 I L, 2 Z, 5 S, 8 B, U V). It has 23, a prime, so one
check character finds every wrong character and every two that changed places.
"""

import re
import secrets
import unicodedata

from core.ballots.sealing import SEED_BYTES, Share

ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
SLIP_CHARS = 10
# A share's 16 bytes and its number in front; two check characters behind.
_SHARE_CHARS = 31
_CHECKS = 2
_SPACE = re.compile(r"[\s\-_.,。、·•–—]+")
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_PRIME = len(ALPHABET)


def new_slip() -> str:
    """Nine random characters (about 41 bits) and a check character."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(SLIP_CHARS - 1))
    return body + _check(body, 1)


def read_slip(words: str) -> str | None:
    """The ten characters somebody typed, scanned or pasted; None when these are not a slip's."""
    found = _tidy(words)
    return found if looks_like_slip(words) and found[-1] == _check(found[:-1], 1) else None


def looks_like_slip(words: str) -> bool:
    """Ten characters of the alphabet, whether or not the check character fits."""
    found = _tidy(words)
    return len(found) == SLIP_CHARS and all(character in _VALUES for character in found)


def shown_slip(slip: str) -> str:
    """With a gap in the middle, as it is printed."""
    return f"{slip[:5]} {slip[5:]}"


def share_text(share: Share) -> str:
    """As it is printed: groups of five or fewer, its last characters a check."""
    number = int.from_bytes(bytes([share.number]) + share.value, "big")
    body = ""
    for _ in range(_SHARE_CHARS):
        number, rest = divmod(number, _PRIME)
        body = ALPHABET[rest] + body
    whole = body + _check(body, 1) + _check(body, 2)
    return "-".join(whole[at : at + 5] for at in range(0, len(whole), 5))


def read_share(words: str) -> Share | None:
    """The share somebody typed; None when a character is missing or wrong."""
    found = _tidy(words)
    if len(found) != _SHARE_CHARS + _CHECKS or any(character not in _VALUES for character in found):
        return None
    body = found[:-_CHECKS]
    if found[-_CHECKS:] != _check(body, 1) + _check(body, 2):
        return None
    number = 0
    for character in body:
        number = number * _PRIME + _VALUES[character]
    if number.bit_length() > 8 * (SEED_BYTES + 1):
        return None
    raw = number.to_bytes(SEED_BYTES + 1, "big")
    return Share(raw[0], raw[1:])


def _tidy(words: str) -> str:
    """Half-width capitals without the gaps they are printed with."""
    return _SPACE.sub("", unicodedata.normalize("NFKC", words[:200])).upper()


def _check(body: str, power: int) -> str:
    """A character that depends on each of the others and on its place."""
    # No weight may be a multiple of the prime: a wrong character there would not be found.
    weights = (place % (_PRIME - 1) + 1 for place in range(len(body)))
    total = sum(weight**power * _VALUES[each] for weight, each in zip(weights, body, strict=True))
    return ALPHABET[total % _PRIME]
