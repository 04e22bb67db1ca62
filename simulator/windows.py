"""
When and how often an account may write to a person first (客服消息, customer-service messages).

WeChat docs, customer-service messages: an act of the person opens a window with a number of sends. How
several windows combine is not documented; here a send is allowed while any open window has one left, and is
taken from the window that closes first.
"""

from typing import Literal

from simulator.errcodes import ApiError
from simulator.store import Store

Cause = Literal["message", "menu", "follow", "scan"]

# Sends allowed, and within how many seconds.
ALLOWANCES: dict[Cause, tuple[int, float]] = {
    "message": (5, 48 * 3600.0),
    "menu": (3, 60.0),
    "follow": (3, 60.0),
    "scan": (3, 60.0),
}


class Windows:
    """The open windows of all people."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, openid: str, cause: Cause, at: float) -> None:
        """The person did something at `at`: its window opens afresh."""
        sends, seconds = ALLOWANCES[cause]
        self._store.change(
            "INSERT OR REPLACE INTO send_window VALUES (?, ?, ?, ?)", openid, cause, at + seconds, sends
        )

    def close_all(self, openid: str) -> None:
        """Unfollowing ends every window."""
        self._store.change("DELETE FROM send_window WHERE openid = ?", openid)

    def spend(self, openid: str, at: float) -> None:
        """Use one send; raises ApiError 45015 (no window open) or 45047 (all sends used)."""
        with self._store.together():
            open_windows = self._store.rows(
                "SELECT cause, sends_left FROM send_window WHERE openid = ? AND closes_at > ?"
                " ORDER BY closes_at",
                openid,
                at,
            )
            if not open_windows:
                raise ApiError(45015)
            for window in open_windows:
                if window["sends_left"] > 0:
                    self._store.change(
                        "UPDATE send_window SET sends_left = sends_left - 1 WHERE openid = ? AND cause = ?",
                        openid,
                        window["cause"],
                    )
                    return
            raise ApiError(45047)
