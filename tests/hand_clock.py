"""A clock that stands still until it is moved."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


class HandClock:
    """Called like `core.clock.system_clock`; tells the time it was set to."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    @classmethod
    def at_real_time(cls) -> "HandClock":
        """For a test beside a process that goes by the real time."""
        return cls(datetime.now(UTC))

    def __call__(self) -> datetime:
        """The time now, aware, in UTC."""
        return self.now

    def advance(self, **by: float) -> datetime:
        """Move on, as `advance(hours=2)`; gives the new time."""
        self.now += timedelta(**by)
        return self.now
