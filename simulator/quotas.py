"""
How often each API may be called: by day (Asia/Shanghai), and for some by minute.

WeChat docs, API quotas, the numbers of a new account.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from simulator.errcodes import ApiError
from simulator.store import Store

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")

CALLS_A_DAY: dict[str, int] = {
    "/cgi-bin/token": 2_000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/menu/create": 1_000,
    "/cgi-bin/menu/get": 10_000,
    "/cgi-bin/menu/delete": 1_000,
    "/cgi-bin/media/upload": 100_000,
    "/cgi-bin/media/get": 200_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/message/template/send": 100_000,
    "/cgi-bin/qrcode/create": 100_000,
    "/cgi-bin/user/get": 500,
    "/cgi-bin/user/info": 5_000_000,
    "/cgi-bin/user/info/updateremark": 10_000,
}
CALLS_A_MINUTE: dict[str, int] = {"/cgi-bin/stable_token": 10_000}
FORCED_TOKENS_A_DAY = 20
CLEARS_A_MONTH = 10


class Quotas:
    """Counts calls and refuses those over the limit."""

    def __init__(self, store: Store, overrides: Mapping[str, int]) -> None:
        self._store = store
        self._a_day = CALLS_A_DAY | dict(overrides)

    def daily_limit(self, path: str) -> int | None:
        """Calls of `path` allowed in a day, or None for any number."""
        return self._a_day.get(path)

    def used_today(self, path: str, at: datetime) -> int:
        """Calls of `path` since midnight."""
        row = self._store.row("SELECT used FROM usage WHERE period = ? AND path = ?", _day(at), path)
        return 0 if row is None else int(row["used"])

    def count(self, path: str, at: datetime) -> None:
        """Count a call; raises ApiError 45009 (day) or 45011 (minute) when it is one too many."""
        if (limit := CALLS_A_MINUTE.get(path)) is not None:
            self._spend(_minute(at), path, limit, ApiError(45011))
        if (limit := self._a_day.get(path)) is not None:
            self._spend(_day(at), path, limit, ApiError(45009))

    def count_forced_token(self, at: datetime) -> None:
        """Count a forced refresh of the stable token."""
        self._spend(_day(at), "forced stable_token", FORCED_TOKENS_A_DAY, ApiError(45009))

    def clear(self, at: datetime, path: str | None = None) -> None:
        """Start today's counts anew, all or one path's; raises ApiError 48006 after ten in a month."""
        self._spend(_month(at), "clear_quota", CLEARS_A_MONTH, ApiError(48006))
        if path is None:
            self._store.change("DELETE FROM usage WHERE period = ?", _day(at))
        else:
            self._store.change("DELETE FROM usage WHERE period = ? AND path = ?", _day(at), path)

    def _spend(self, period: str, path: str, limit: int, refusal: ApiError) -> None:
        with self._store.together():
            row = self._store.row("SELECT used FROM usage WHERE period = ? AND path = ?", period, path)
            used = 0 if row is None else row["used"]
            if used >= limit:
                raise refusal
            self._store.change("INSERT OR REPLACE INTO usage VALUES (?, ?, ?)", period, path, used + 1)


def _day(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d}"


def _minute(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _month(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m}"
