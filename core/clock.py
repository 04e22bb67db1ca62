"""
The time, as one function that can be handed in.

Stored times are aware UTC. Days, months and deadlines are those of Asia/Shanghai.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

Clock = Callable[[], datetime]

# China has had one zone and no summer time since 1992, so a fixed offset is exact and needs no zone
# database on the machine.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def system_clock() -> datetime:
    """The time now, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment on a clock in Shanghai."""
    return moment.astimezone(SHANGHAI)


def local_day(moment: datetime) -> date:
    """The calendar day in Shanghai at `moment`."""
    return local(moment).date()


def in_words(moment: datetime, reference: datetime | None = None) -> str:
    """`11月21日 15:04`, with the year in front when it is not `reference`'s year."""
    there = local(moment)
    words = f"{there.month}月{there.day}日 {there:%H:%M}"
    if reference is not None and local(reference).year != there.year:
        return f"{there.year}年{words}"
    return words


def day_in_words(moment: datetime, reference: datetime | None = None) -> str:
    """`11月21日`, with the year in front when it is not `reference`'s year."""
    return in_words(moment, reference).split(" ")[0]
