"""
What may stand in each kind of template keyword, and making values fit.

WeChat docs, template messages, parameter limits, read 2026-11. A breach is refused as 47003, so every value
is looked at before it is sent.
"""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

MAX_THING_CHARS = 20
DOTS = "..."

_HANZI = r"\u3400-\u4dbf\u4e00-\u9fff"
_DAY = r"\d{4}(?:年\d{1,2}月\d{1,2}日|-\d{2}-\d{2})"
_TIME = r"\d{1,2}:\d{2}(?::\d{2})?"
_MOMENT = rf"(?:{_DAY}(?: {_TIME})?|{_TIME})"
_KEY = re.compile(r"([a-z_]+?)([1-9]\d?)")

# Keyword type → what it takes, and how that is said.
RULES: Mapping[str, tuple[re.Pattern[str], str]] = MappingProxyType(
    {
        "thing": (re.compile(r".{1,20}"), "1到20个字"),
        "const": (re.compile(r".{1,20}"), "1到20个字，要和后台审批过的一样"),
        "phrase": (re.compile(rf"[{_HANZI}]{{1,5}}"), "1到5个汉字"),
        "character_string": (re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,31})"), "32个以内的数字、字母或符号"),
        "number": (re.compile(r"\d{1,32}(?:\.\d{1,32})?"), "数字"),
        "letter": (re.compile(r"[A-Za-z]{1,32}"), "32个以内的字母"),
        "symbol": (re.compile(r"[^\w\s]{1,5}"), "5个以内的符号"),
        "time": (re.compile(rf"{_MOMENT}(?:~{_MOMENT})?"), "时间，如 2026年12月1日 15:01"),
        "date": (re.compile(rf"{_MOMENT}(?:~{_MOMENT})?"), "日期，如 2026年12月1日"),
        "amount": (re.compile(r"[¥￥$]?\d{1,10}(?:\.\d{1,2})?元?"), "金额"),
        "phone_number": (re.compile(r"[\d+\- ]{1,17}"), "17位以内的电话"),
        "car_number": (re.compile(rf"[{_HANZI}A-Z0-9]{{1,8}}"), "8位以内的车牌"),
        "name": (re.compile(rf"[{_HANZI}·]{{1,10}}|[A-Za-z ]{{1,20}}"), "10个以内的汉字或20个以内的字母"),
    }
)


def type_of(keyword: str) -> str | None:
    """`thing` of `thing1`; None when it is no keyword of the platform's."""
    found = _KEY.fullmatch(keyword)
    return found[1] if found and found[1] in RULES else None


def fault_of(keyword: str, value: str) -> str | None:
    """What is wrong with this value, in Chinese; None when it may be sent."""
    kind = type_of(keyword)
    if kind is None:
        return f"没有“{keyword}”这种关键词"
    pattern, takes = RULES[kind]
    return None if pattern.fullmatch(value) else f"“{value}”不行，{keyword}要{takes}"


def fitted(keyword: str, value: str) -> str:
    """
    The value with what no keyword takes left out, and cut to a `thing`'s length where it is one.

    Emoji would be shown as boxes, and text after a newline is cut by the platform.
    """
    plain = "".join(" " if c in "\r\n\t\u2028\u2029" else c for c in value if not _is_unfit(c)).strip()
    if type_of(keyword) == "thing" and len(plain) > MAX_THING_CHARS:
        return plain[: MAX_THING_CHARS - len(DOTS)] + DOTS
    return plain


def _is_unfit(character: str) -> bool:
    """Control characters but line ends, and emoji with the characters that join them."""
    if character in "\r\n\t\u2028\u2029":
        return False
    # From U+1F000 to U+1FAFF stand emoji and what colours them; hanzi begin again at U+20000.
    if "\U0001f000" <= character <= "\U0001faff":
        return True
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "So", "Mn", "Me")
