"""
The eight characters a phone is bound with: made, and read as people type them.

No character looks like another (no 0 O, 1 I L), each code has letters and digits, so it is no word and no
number. 31 characters, eight of them: some 10^11 codes, of which a hundred are alive; throttling does the
rest. Scanned, the same characters stand in the scene: `b_K7PM3QXR`.
"""

import re
import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_CHARS = 8

_CODE = re.compile(rf"[{ALPHABET}]{{{CODE_CHARS}}}")
_BETWEEN = re.compile(r"[\s\-_.·—]+")


def new_code() -> str:
    """A code nobody can guess."""
    while True:
        made = "".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARS))
        if _is_code(made):
            return made


def typed_code(words: str) -> str | None:
    """The code that these words are, however spaced, in whatever case and width; None when they are none."""
    if len(words) > 3 * CODE_CHARS:
        return None
    half_width = unicodedata.normalize("NFKC", words).upper()
    bare = _BETWEEN.sub("", half_width).removeprefix("绑定").lstrip(":")
    return bare if _is_code(bare) else None


def in_groups(code: str) -> str:
    """As it is printed: `K7PM 3QXR`."""
    return f"{code[:4]} {code[4:]}"


def _is_code(characters: str) -> bool:
    return (
        _CODE.fullmatch(characters) is not None
        and any(character.isdigit() for character in characters)
        and any(character.isalpha() for character in characters)
    )
