"""
Loading a year's list of days off and days worked, and the calendar made of what is loaded.

The list is what 国务院办公厅's notice on the year's holidays says, a day a line; see `COLUMNS`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, delete, extract, insert, select
from sqlalchemy.orm import Session

from core.clock import local_day
from core.errors import BadInput, Fault
from core.sheets.columns import Column
from core.sheets.reader import read_sheet
from core.workdays.calendar import SATURDAY, CalendarBroken, Workdays
from core.workdays.models import SpecialDay

OFF, WORKED = "休", "班"
COLUMNS = (
    Column("day", "日期", "day", aliases=("date",), required=True, unique=True),
    Column("kind", "休或班", aliases=("类型", "安排", "休班", "kind"), required=True, choices=(OFF, WORKED)),
    Column("name", "名称", aliases=("节日", "说明", "name"), max_chars=40),
)
# 2026 has 33 days off and 6 days worked; 法定节假日 alone are 13 days, some of which may be weekends.
FEWEST_DAYS_OFF = 11


@dataclass(frozen=True, slots=True)
class ListedDay:
    """A line of the list: a day off, or a weekend day that is worked."""

    day: date
    is_worked: bool
    name: str


def read_days(path: Path) -> list[ListedDay]:
    """The days of a file; BadInput with every fault."""
    rows = read_sheet(path, COLUMNS)
    listed, faults = [], []
    for row in rows:
        day = row.day("day")
        assert day is not None, "required"
        is_worked = row.text("kind") == WORKED
        if is_worked and day.weekday() < SATURDAY:
            faults.append(
                Fault(f"{path.name} 第{row.number}行", f"{day}是周一到周五，本来就上班，不用写“班”")
            )
        listed.append(ListedDay(day, is_worked, row.text("name")))
    faults += _gaps(path.name, listed)
    if faults:
        raise BadInput(faults)
    return listed


def _gaps(filename: str, listed: Sequence[ListedDay]) -> list[Fault]:
    """What shows that a year's list is not whole."""
    faults = []
    for year in sorted({each.day.year for each in listed}):
        off = sum(each.day.year == year and not each.is_worked for each in listed)
        if off < FEWEST_DAYS_OFF:
            words = f"{year}年只写了{off}个休息日，像是不全；一年的节假日要一次写全，周末不用写"
            faults.append(Fault(filename, words))
    calendar = Workdays({each.day: each.is_worked for each in listed})
    try:
        for year in {each.day.year for each in listed}:
            calendar.after(date(year, 1, 1) - timedelta(days=1), 240)
    except CalendarBroken:
        faults.append(Fault(filename, "有整整一个月没有一个工作日，请再看一遍"))
    return faults


def load_days(session: Session, listed: Sequence[ListedDay], now: datetime) -> list[int]:
    """Put the lists of these years in place of what was loaded for them before; the years."""
    years = sorted({each.day.year for each in listed})
    session.execute(delete(SpecialDay).where(extract("year", SpecialDay.day).in_(years)))
    session.execute(
        insert(SpecialDay),
        [
            {"day": each.day, "is_worked": each.is_worked, "name": each.name, "loaded_at": now}
            for each in listed
        ],
    )
    return years


def load_workdays(connection: Connection, *, any_time: bool = False) -> Workdays:
    """The calendar as it is known now."""
    rows = connection.execute(select(SpecialDay.day, SpecialDay.is_worked))
    return Workdays({row.day: row.is_worked for row in rows}, any_time)


def unknown_year(workdays: Workdays, now: datetime) -> int | None:
    """
    The year whose 调休 nobody told us and that concerns us now, or None.

    From December on the next year does: deadlines and reminders reach into it.
    """
    today = local_day(now)
    asked = (today.year, today.year + 1) if today.month == 12 else (today.year,)
    return next((year for year in asked if not workdays.is_known(year)), None)


def unknown_words(year: int) -> str:
    """What is said aloud about it, and what to do."""
    return (
        f"{year}年的节假日和调休还不知道，暂时只按周末休息算。"
        "国务院通知出来后，请运行 python -m cli workdays load 文件"
    )
