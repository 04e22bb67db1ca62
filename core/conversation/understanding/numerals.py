"""Numerals: the number of an option (`1`, `一`, `第一个`, `a`), and amounts (`三十五岁`)."""

import re

import cn2an

# Beyond this an amount is a slip of the finger, not a count of anything asked here.
MAX_NUMERAL_CHARS = 16

_DIGITS = {
    **{sign: i for i, sign in enumerate("一二三四五六七八九", start=1)},
    **{sign: i for i, sign in enumerate("壹贰叁肆伍陆柒捌玖", start=1)},
    "两": 2,
    "参": 3,  # what 參 (叁) becomes in simplified characters
    "弍": 2,
    "叄": 3,
}
_TENS = "十拾"
_ONES = "".join(_DIGITS)
_CHINESE = re.compile(rf"([{_ONES}]?)([{_TENS}])([{_ONES}]?)|([{_ONES}])")
_OPTION_NUMBER = re.compile(
    rf"(?:我?(?:选择?|就选)|答|选项)?\s*(?:(第)\s*)?(?P<numeral>[0-9]{{1,2}}|[{_ONES}{_TENS}]{{1,3}})\s*"
    r"(?:号|(?(1)(?:个|项|条|种)?|))"
)
_AMOUNT = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?")
_CHINESE_AMOUNT = re.compile(rf"负?[0-9{_ONES}{_TENS}零〇百佰千仟万亿点廿卅.]+")
# Measure words people put behind a number whether or not the question names one.
_UNITS = (
    "个月",
    "块钱",
    "公里",
    "公斤",
    "小时",
    "分钟",
    "个人",
    *"个岁年元块人口次亩天月里米斤户头只间套辆家",
)


def option_number(words: str) -> int | None:
    """The number of an option that plain words name and nothing else, or None."""
    found = _OPTION_NUMBER.fullmatch(words)
    return numeral(found["numeral"]) if found else None


def numeral(sign: str) -> int | None:
    """`12`, `十二`, `贰` as a number under 100, or None."""
    if sign.isascii():
        return int(sign) if sign.isdecimal() else None
    found = _CHINESE.fullmatch(sign)
    if found is None:
        return None
    tens, ten, ones, alone = found.groups()
    if alone:
        return _DIGITS[alone]
    return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0) if ten else None


def digits_joined(words: str) -> tuple[int, ...] | None:
    """`13` or `一三` or `ac` as (1, 3), where none is named twice; else None."""
    if words.isascii() and words.isdecimal():
        found = tuple(map(int, words))
    elif words and all(sign in _DIGITS for sign in words):
        found = tuple(_DIGITS[sign] for sign in words)
    elif words and all("a" <= sign <= "z" for sign in words):
        found = tuple(ord(sign) - ord("a") + 1 for sign in words)
    else:
        return None
    return found if len(set(found)) == len(found) else None


def spelled(number: int) -> tuple[str, ...]:
    """The ways a number under 100 stands before a label: digits, Chinese, a letter."""
    chinese = str(cn2an.an2cn(number))
    forms = [str(number), chinese.removeprefix("一") if 10 <= number < 20 else chinese]
    if 1 <= number <= 26:
        forms.append(chr(ord("a") + number - 1))
    return tuple(forms)


def amount(words: str, unit: str) -> float | None:
    """
    The number that plain words state and nothing else, a unit behind it allowed; or None.

    Whole numbers come as int. "三十左右" or "二十几" state no number.
    """
    words = words.replace(" ", "")
    for known in (unit, *_UNITS):
        if known and words.endswith(known) and len(words) > len(known):
            words = words[: -len(known)]
            break
    if len(words) > MAX_NUMERAL_CHARS:
        return None
    if _AMOUNT.fullmatch(words):
        return _tidy(float(words.replace(",", "")))
    if not _CHINESE_AMOUNT.fullmatch(words):
        return None
    try:
        return _tidy(float(cn2an.cn2an(words, "smart")))
    except ValueError:
        # Signs of numbers in an order that makes none, such as 三四十.
        return None


def _tidy(number: float) -> float:
    return int(number) if number.is_integer() else number
