"""
One cell's value, made of what the file holds: text, a code, a number, a day.

Every function takes a raw cell and gives its value, None for an empty one, or raises CellError with the
Chinese sentence for the person who made the file.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

Cell = str | int | float | bool | datetime | date | time | timedelta | None

# What people leave around a word without seeing it: spaces of every width, and marks of no width.
_AROUND = " \t\r\n\v\f\u00a0\u3000\u200b\u200c\u200d\u2060\ufeff"
# Excel keeps 15 digits of a number; those behind them have become zeros before we see them.
EXCEL_DIGITS = 15
EXCEL_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
# Serial days a sheet may hold: 1954-10-03 to 2119-01-11. A smaller number is more likely something else.
FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000
EPOCH_1900 = datetime(1899, 12, 30)

_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?"
)
_DAY_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[Ee]\+?\d+")


class CellError(ValueError):
    """This cell cannot be taken; the text says why, in Chinese."""


def is_blank(cell: Cell) -> bool:
    """Nothing there, or only spaces."""
    return cell is None or (isinstance(cell, str) and not cell.strip(_AROUND))


def as_text(cell: Cell) -> str | None:
    """The words in a cell, without what surrounds them; a number as it would be typed."""
    if is_blank(cell):
        return None
    if isinstance(cell, str):
        words = cell.strip(_AROUND)
        if words in EXCEL_ERRORS:
            raise CellError(f"公式算错了（{words}），请改成值")
        if any(unicodedata.category(sign) == "Cc" and sign not in "\n\r\t" for sign in words):
            raise CellError("里面有看不见的控制字符，请重新输入")
        return words
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        return _typed(cell)
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == time() else f"{cell:%Y-%m-%d %H:%M:%S}"
    return str(cell)


def as_code(cell: Cell) -> str | None:
    """A code: half-width, without spaces inside; one that Excel has spoilt is refused."""
    words = as_text(cell)
    if words is None:
        return None
    code = "".join(unicodedata.normalize("NFKC", words).split()).removeprefix("'")
    if _SCIENTIFIC.fullmatch(code):
        raise CellError(f"“{code}”是 Excel 的科学计数法，原来的代码已经丢了；请把这一列设为“文本”再填一次")
    # What a number column makes of a code: 451203.0
    return re.sub(r"^(\d+)\.0+$", r"\1", code) or None


def as_number(cell: Cell) -> float | None:
    """A number, typed as one or as text."""
    if isinstance(cell, bool):
        raise CellError("要填数字")
    if isinstance(cell, int | float):
        return float(cell)
    words = as_text(cell)
    if words is None:
        return None
    plain = unicodedata.normalize("NFKC", words)
    if not isinstance(cell, str) or not _NUMBER.fullmatch(plain):
        raise CellError(f"要填数字，现在是“{words}”")
    return float(plain.replace(",", ""))


def as_whole(cell: Cell) -> int | None:
    """A whole number."""
    number = as_number(cell)
    if number is None:
        return None
    if not number.is_integer() or abs(number) >= 10**EXCEL_DIGITS:
        raise CellError(f"要填整数，现在是“{as_text(cell)}”")
    return int(number)


def as_day(cell: Cell, epoch: datetime = EPOCH_1900) -> date | None:
    """
    A day: a date cell, 2021-06-30, 2021/6/30, 2021年6月30日, 20210630, or a serial number of days.

    Serial numbers are counted from `epoch`.
    """
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    words = as_text(cell)
    if words is None:
        return None
    day = None if isinstance(cell, bool) else _written_day(unicodedata.normalize("NFKC", words), epoch)
    if day is None:
        raise CellError(f"不是日期：“{words}”，请写成 2021-06-30 这样")
    return day


def _written_day(words: str, epoch: datetime) -> date | None:
    written = _DAY.fullmatch(words) or _DAY_TOGETHER.fullmatch(words)
    if written:
        try:
            return date(*(int(part) for part in written.groups()[:3]))
        except ValueError:  # 2021-02-30
            return None
    serial = float(words) if _NUMBER.fullmatch(words) and "," not in words else 0
    if FIRST_SERIAL <= serial <= LAST_SERIAL:
        return (epoch + timedelta(days=int(serial))).date()
    return None


def _typed(number: int | float) -> str:
    if abs(number) >= 10**EXCEL_DIGITS:
        raise CellError("这个数太长，Excel 只记得前15位；请把这一列设为“文本”再填一次")
    if isinstance(number, float) and number.is_integer():
        return str(int(number))
    return repr(number)
