"""Whether a text that somebody gave us can stand on paper."""

from qrcodes.errors import CannotDraw


def checked(what: str, text: str, most_chars: int, *, may_be_empty: bool = False) -> None:
    """CannotDraw when the text is empty, too long, or holds characters that cannot be printed."""
    if not text.strip() and not may_be_empty:
        raise CannotDraw(f"{what}没有填。")
    if len(text) > most_chars:
        raise CannotDraw(f"{what}有{len(text)}个字，最多{most_chars}个：“{text[:12]}…”。")
    if not all(char.isprintable() for char in text):
        raise CannotDraw(f"{what}里有换行或看不见的字符，请删掉：“{text[:12].strip()}…”。")
