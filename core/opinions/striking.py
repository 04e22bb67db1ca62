"""
Striking out who somebody is: finding numbers by rule, and taking words out of a text.

Numbers are found: mobile and fixed telephones, identity cards, bank cards, number plates, WeChat and QQ
names. A person's name cannot be told from other words by rule, so it is suggested only behind words that
announce one (我叫…, 联系人…) and otherwise marked by hand. Pure: knows no database.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Kind = Literal["phone", "id_card", "bank_card", "plate", "account", "name", "other"]

# What stands in the text instead.
STANDS_IN: dict[Kind, str] = {
    "phone": "〔电话〕",
    "id_card": "〔证件号〕",
    "bank_card": "〔卡号〕",
    "plate": "〔车牌〕",
    "account": "〔账号〕",
    "name": "〔姓名〕",
    "other": "〔隐去〕",
}
MAX_PIECES = 40
MAX_PIECE_CHARS = 60

# The last character of an identity card is a check: GB 11643-1999, ISO 7064 MOD 11-2.
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
# People write numbers in groups: 138 0013 8000, 138-0013-8000.
_GAP = r"[ \-—_.·]?"
_MOBILE = re.compile(rf"(?<!\d)(?:\+?86{_GAP})?1[3-9]\d{_GAP}(?:\d{_GAP}){{7}}\d(?!\d)")
_FIXED = re.compile(rf"(?<!\d)(?:0\d{{2,3}}{_GAP}[2-9]\d{{6,7}})(?!\d)")
_ID_CARD = re.compile(rf"(?<!\d)(?:\d{_GAP}){{17}}[\dXx](?![\dA-Za-z])")
_BANK_CARD = re.compile(r"(?<!\d)(?:\d[ \-]?){15,18}\d(?!\d)")
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·. ]?[A-Z0-9]{5,6}(?![A-Z0-9])"
)
_ACCOUNT = re.compile(
    r"(?:微信号?|QQ号?|qq号?|VX|vx|Vx)\s*(?:是|为)?\s*[:：]?\s*(?P<it>[A-Za-z0-9][A-Za-z0-9_\-]{4,19})"
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高梁郑谢宋唐许韩邓冯曹彭曾萧肖田董袁潘蔡蒋余杜叶程苏魏吕丁任卢姚沈"
    "钟姜崔谭陆范汪廖石金韦贾夏付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱覃武戴严莫孔向汤蓝农岑"
    "卫班兰欧银玉零磨甘容陀"
)
_NAME = re.compile(
    rf"(?:我叫|名叫|姓名|联系人|本人是?|我是)\s*(?:是|叫)?\s*[:：]?\s*(?P<it>(?:欧阳|上官|司徒|[{_SURNAMES}])[\u4e00-\u9fff]{{1,2}})"
    r"(?=[，。,.、；;：:！!？?\s（()）\d]|电话|手机|$)"
)
# In this order: what is taken for one is not taken for the next.
_NUMBERS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("phone", _MOBILE),
    ("phone", _FIXED),
    ("bank_card", _BANK_CARD),
    ("plate", _PLATE),
)
# Behind 我是 these are no names.
_NO_NAMES = frozenset({"农村人", "农民", "金城江", "石匠", "高中生", "马路边"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text that may tell who somebody is; `words` stand there as they are."""

    kind: Kind
    words: str


def suggest(text: str) -> tuple[Piece, ...]:
    """What a rule finds in a text, each once, in the order it stands there."""
    # One character becomes one character, so that places in both are the same.
    even = text.translate(_NARROW)
    found: dict[tuple[int, int], Kind] = {}
    for kind, start, end in _matches(even):
        if all(end <= first or start >= last for first, last in found):
            found[start, end] = kind
    pieces = (Piece(kind, text[start:end]) for (start, end), kind in sorted(found.items()))
    return tuple(dict.fromkeys(pieces))


def struck(text: str, pieces: Iterable[Piece]) -> str:
    """The text with every occurrence of each piece taken out; longer pieces go first."""
    for piece in sorted(pieces, key=lambda each: -len(each.words)):
        if piece.words:
            text = text.replace(piece.words, STANDS_IN[piece.kind])
    return text


def masked(text: str) -> str:
    """The text without anything that a rule finds, for eyes that need no names and numbers."""
    return struck(text, suggest(text))


def _matches(even: str) -> Iterable[tuple[Kind, int, int]]:
    """The surest first: an eighteen-digit number that checks is an identity card, not a bank card."""
    for match in _ID_CARD.finditer(even):
        if _is_id_card(match.group()):
            yield "id_card", *match.span()
    for kind, pattern in _NUMBERS:
        for match in pattern.finditer(even):
            yield kind, *match.span()
    for match in _ACCOUNT.finditer(even):
        yield "account", *match.span("it")
    for match in _NAME.finditer(even):
        if match.group("it") not in _NO_NAMES:
            yield "name", *match.span("it")


def _is_id_card(written: str) -> bool:
    digits = [character for character in written.upper() if character.isalnum()]
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, digits[:17], strict=True))
    return digits[17] == _ID_CHECKS[total % 11]


class _Narrow(dict[int, int]):
    """Full-width characters in their narrow form, worked out once: a year's opinions are masked in a file."""

    def __missing__(self, code: int) -> int:
        narrow = unicodedata.normalize("NFKC", chr(code))
        self[code] = ord(narrow) if len(narrow) == 1 else code
        return self[code]


_NARROW = _Narrow()
