"""
What may stand in each kind of template field.

WeChat docs, template messages, parameter limits. A breach is errcode 47003 and names the field.
"""

import re
from collections.abc import Mapping
from typing import Any

from simulator.config import Template
from simulator.errcodes import ApiError

_HANZI = "\u3400-\u4dbf\u4e00-\u9fff"
_DAY = r"\d{4}(?:年\d{1,2}月\d{1,2}日|-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2}|\.\d{1,2}\.\d{1,2})"
_HOUR = r"\d{1,2}:\d{2}(?::\d{2})?"
_MOMENT = rf"(?:{_DAY}(?: {_HOUR})?|{_HOUR})"

RULES: dict[str, re.Pattern[str]] = {
    "thing": re.compile(r"[^\x00-\x08]{1,20}", re.DOTALL),
    "const": re.compile(r".{1,20}"),
    "phrase": re.compile(rf"[{_HANZI}]{{1,5}}"),
    "character_string": re.compile(r"[\x20-\x7e]{1,32}"),
    "number": re.compile(r"-?\d{1,32}(?:\.\d{1,32})?"),
    "letter": re.compile(r"[A-Za-z]{1,32}"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "time": re.compile(rf"{_MOMENT}(?:~{_MOMENT})?"),
    "date": re.compile(rf"{_MOMENT}(?:~{_MOMENT})?"),
    "amount": re.compile(r"[¥￥$€£]?\d{1,10}(?:\.\d{1,2})?元?"),
    "phone_number": re.compile(r"[\d+()\- ]{1,17}"),
    "car_number": re.compile(rf"[{_HANZI}A-Z0-9]{{1,8}}"),
    "name": re.compile(rf"[{_HANZI}·]{{1,10}}|[A-Za-z .]{{1,20}}"),
}
_KEY = re.compile(r"([a-z_]+?)(\d+)")


def check_data(data: Any, template: Template | None) -> dict[str, str]:
    """
    The values by key; raises ApiError 47003 for the first that breaks its rule.

    Every key of a known template must be there; others are not printed. Of an unknown template all keys
    count, and each must be of a known kind.
    """
    if not isinstance(data, Mapping):
        raise ApiError(47001)
    keys = list(template.labels) if template else list(data)
    return {key: _value(key, data.get(key), template) for key in keys}


def _value(key: str, cell: Any, template: Template | None) -> str:
    value = cell.get("value") if isinstance(cell, Mapping) else None
    if value in (None, ""):
        raise ApiError(47003, f"argument invalid! data.{key}.value is empty")
    shape = _KEY.fullmatch(key)
    rule = RULES.get(shape[1]) if shape else None
    text = str(value)
    allowed = template.allowed.get(key) if template else None
    if rule is None or not rule.fullmatch(text) or (allowed is not None and text not in allowed):
        raise ApiError(47003, f"argument invalid! data.{key}.value invalid")
    return text
