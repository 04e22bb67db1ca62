"""Which days and hours are worked."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import SHANGHAI, local
from core.workdays.calendar import CLOSES, LIBRARY_UNTIL, OPENS, CalendarBroken, Workdays

KNOWN = Workdays()
NEW_YEAR_OFF = Workdays({date(2027, 1, 1): False, date(2027, 1, 2): True})


def at(words: str) -> datetime:
    """A moment on a clock in Shanghai."""
    return datetime.fromisoformat(words).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        (date(2026, 11, 20), True),  # a Friday
        (date(2026, 11, 21), False),  # a Saturday
        (date(2026, 10, 1), False),  # 国庆
        (date(2026, 10, 10), True),  # a Saturday worked for it
        (date(2026, 2, 14), True),
    ],
)
def test_the_library_knows_holidays_and_the_weekends_worked_for_them(day: date, is_worked: bool) -> None:
    assert KNOWN.is_workday(day) is is_worked


def test_of_a_year_nobody_knows_the_weekends_are_off_and_no_error_is_made() -> None:
    first = date(LIBRARY_UNTIL + 1, 1, 1)
    week = [first + timedelta(days=further) for further in range(7)]

    assert [KNOWN.is_workday(day) for day in week] == [day.weekday() < 5 for day in week]
    assert not KNOWN.is_known(LIBRARY_UNTIL + 1)
    assert KNOWN.is_known(LIBRARY_UNTIL)


def test_a_loaded_year_counts_as_loaded() -> None:
    assert NEW_YEAR_OFF.is_known(2027)
    assert not NEW_YEAR_OFF.is_workday(date(2027, 1, 1))
    assert NEW_YEAR_OFF.is_workday(date(2027, 1, 2))
    assert not NEW_YEAR_OFF.is_workday(date(2027, 1, 3))


def test_days_are_counted_over_a_holiday() -> None:
    # 2026-09-25 to 27 are off, 2026-10-01 to 07 too; 09-20 and 10-10 are worked.
    assert KNOWN.after(date(2026, 9, 24), 2) == date(2026, 9, 29)
    assert KNOWN.after(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert KNOWN.after(date(2026, 9, 30), 3) == date(2026, 10, 10)
    assert KNOWN.between(date(2026, 9, 30), date(2026, 10, 10)) == 3
    assert KNOWN.between(date(2026, 10, 10), date(2026, 9, 30)) == 0


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-20 08:29:59", "2026-11-20 08:30"),
        ("2026-11-20 08:30", "2026-11-20 08:30"),
        ("2026-11-20 17:59:59", "2026-11-20 17:59:59"),
        ("2026-11-20 18:00", "2026-11-23 08:30"),
        ("2026-11-21 12:00", "2026-11-23 08:30"),
        ("2026-09-30 20:00", "2026-10-08 08:30"),
        ("2026-10-09 20:00", "2026-10-10 08:30"),
    ],
)
def test_outside_working_hours_one_waits_for_the_next_opening(moment: str, opens: str) -> None:
    assert KNOWN.next_working_time(at(moment)) == at(opens)


def test_in_a_demonstration_every_minute_will_do_and_days_stay_what_they_are() -> None:
    always = Workdays(any_time=True)

    assert always.is_working_time(at("2026-11-22 03:00"))
    assert not always.is_workday(date(2026, 11, 22))


def test_a_calendar_without_working_days_says_so_and_does_not_search_for_ever() -> None:
    days = [date(2027, 1, 1) + timedelta(days=further) for further in range(365)]
    broken = Workdays(dict.fromkeys(days, False))

    with pytest.raises(CalendarBroken):
        broken.after(date(2027, 3, 1), 1)


@given(moment=st.datetimes(min_value=datetime(2019, 1, 1), max_value=datetime(2031, 1, 1)))
def test_the_next_working_time_is_never_earlier_and_always_working_time(moment: datetime) -> None:
    moment = moment.replace(tzinfo=SHANGHAI)

    found = KNOWN.next_working_time(moment)

    assert found >= moment
    assert KNOWN.is_working_time(found)
    assert OPENS <= local(found).time() < CLOSES


@given(
    first=st.dates(min_value=date(2020, 1, 1), max_value=date(2029, 1, 1)),
    count=st.integers(min_value=1, max_value=30),
)
def test_going_forward_and_counting_agree(first: date, count: int) -> None:
    assert KNOWN.between(first, KNOWN.after(first, count)) == count
