"""Words that answer nothing: a greeting after days away, a telephone number to be called back on."""

import re

from core.conversation.understanding.plain import plain, squeezed

_SAYINGS = """
你好 您好 大家好 你们好 在吗 在不在 有人吗 喂 嗨 哈喽 hi hello 来了 我来了 我又来了 回来了 继续
接着 接着答 继续答 早 早上好 上午好 中午好 下午好 晚上好 老师好 开始 我要评价 评价 问卷 答题
"""
_GREETINGS = frozenset(_SAYINGS.split())
# A mobile number as people type it: 11 digits from 13 to 19, or with 86 in front; or a land line with its
# area code (0778-2282345).
_PHONE = re.compile(r"(?:(?:\+?86)?(1[3-9][0-9]{9})|(0[0-9]{2,3}[0-9]{7,8}))")


def is_greeting(words: str) -> bool:
    """Whether the words say no more than "here I am"."""
    return squeezed(plain(words)) in _GREETINGS


def phone_number(words: str) -> str:
    """The telephone number that stands there alone, digits only; '' when there is none."""
    found = _PHONE.fullmatch(re.sub(r"[\s\-—－]", "", plain(words)))
    return (found[1] or found[2]) if found else ""
