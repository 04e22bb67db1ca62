"""
Which days are worked, and which hours: 8:30 to 18:00 on working days in Asia/Shanghai.

A year is known when the office loaded its list, or the library knows it (国务院办公厅's notices, with
调休). Of any other year Monday to Friday are taken, and `service.unknown_year` says so. A year that was
loaded counts as loaded alone: its list has to be whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import chinese_calendar
from chinese_calendar.constants import holidays

from core.clock import SHANGHAI, local

OPENS = time(8, 30)
CLOSES = time(18, 0)
SATURDAY = 5
# No run of days off is longer; a calendar in which one is, is wrong.
MAX_DAYS_OFF = 30

# The last year the library knows; the notices for a year come out in the November before it.
LIBRARY_UNTIL: int = max(holidays).year


class CalendarBroken(ValueError):
    """A month without one working day: the list that was loaded is wrong."""


@dataclass(frozen=True, slots=True)
class Workdays:
    """
    The calendar of this moment. `special` are the loaded days, True for those that are worked.

    `any_time`: every minute of every day counts as working time (a demonstration); which days are working
    days stays the same.
    """

    special: Mapping[date, bool] = field(default_factory=dict)
    any_time: bool = False

    def is_workday(self, day: date) -> bool:
        """Whether people are at work on this day."""
        if day.year in self._loaded_years:
            return self.special.get(day, day.weekday() < SATURDAY)
        if self._library_knows(day.year):
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < SATURDAY

    def is_known(self, year: int) -> bool:
        """Whether more than the weekends is known of this year."""
        return year in self._loaded_years or self._library_knows(year)

    def is_working_time(self, moment: datetime) -> bool:
        """Whether somebody may be disturbed at this moment."""
        if self.any_time:
            return True
        there = local(moment)
        return OPENS <= there.time() < CLOSES and self.is_workday(there.date())

    def next_working_time(self, moment: datetime) -> datetime:
        """The moment itself when it is working time, else the next opening, in Asia/Shanghai."""
        if self.is_working_time(moment):
            return moment
        there = local(moment)
        day = there.date() if there.time() < OPENS else there.date() + timedelta(days=1)
        return datetime.combine(self.this_or_next(day), OPENS, SHANGHAI)

    def this_or_next(self, day: date) -> date:
        """The day itself when it is a working day, else the first one after it."""
        for further in range(MAX_DAYS_OFF + 1):
            if self.is_workday(day + timedelta(days=further)):
                return day + timedelta(days=further)
        raise CalendarBroken(f"no working day from {day} on for {MAX_DAYS_OFF} days")

    def after(self, day: date, count: int) -> date:
        """
        The `count`-th working day after `day`, which itself does not count, whether it is worked or not.

        0 gives the day itself.
        """
        for _ in range(count):
            day = self.this_or_next(day + timedelta(days=1))
        return day

    def between(self, first: date, last: date) -> int:
        """How many working days lie after `first` up to `last`, that one included; 0 when none does."""
        days = (last - first).days
        return sum(self.is_workday(first + timedelta(days=further)) for further in range(1, days + 1))

    @property
    def _loaded_years(self) -> frozenset[int]:
        return frozenset(day.year for day in self.special)

    @staticmethod
    def _library_knows(year: int) -> bool:
        return 2004 <= year <= LIBRARY_UNTIL
