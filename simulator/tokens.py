"""
Access tokens of both kinds, which do not disturb one another.

WeChat docs, access token and stable access token: 7,200 seconds; a fresh ordinary token leaves the one before
it about five more minutes; a stable one stays the same, is renewed five minutes early, and then both hold for
those five minutes.
"""

import secrets
from dataclasses import dataclass
from typing import Literal

from simulator.errcodes import ApiError
from simulator.store import Store

LIFE_SECONDS = 7200.0
OVERLAP_SECONDS = 300.0
FORCED_PAUSE_SECONDS = 30.0
# Callers are told to reserve 512 characters, so all of them are used.
TOKEN_CHARS = 512

TokenKind = Literal["ordinary", "stable"]


@dataclass(frozen=True)
class Issued:
    """A token and how many whole seconds it still lives."""

    token: str
    expires_in: int


class Tokens:
    """The tokens given out."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def ordinary(self, at: float) -> Issued:
        """A new token; the one before it lives on for the overlap."""
        with self._store.together():
            self._shorten("ordinary", at + OVERLAP_SECONDS)
            return self._issue("ordinary", at)

    def stable(self, at: float, *, force: bool) -> Issued:
        """
        The token of now, or a new one when less than the overlap is left of it.

        `force` makes a new one and kills the old at once; sooner than 30 s after another forced one it
        raises ApiError 45011.
        """
        with self._store.together():
            current = self._store.row(
                "SELECT * FROM token WHERE kind = 'stable' AND dies_at > ?"
                " ORDER BY issued_at DESC, rowid DESC",
                at,
            )
            if force:
                self._refuse_hurry(at)
                self._shorten("stable", at)
                return self._issue("stable", at)
            if current is not None and current["expires_at"] - at > OVERLAP_SECONDS:
                return Issued(current["token"], int(current["expires_at"] - at))
            return self._issue("stable", at)

    def check(self, token: str, at: float) -> None:
        """Raise ApiError unless the token holds now."""
        if not token:
            raise ApiError(41001)
        row = self._store.row("SELECT expires_at, dies_at FROM token WHERE token = ?", token)
        if row is None or at >= row["dies_at"]:
            raise ApiError(42001 if row is not None and at >= row["expires_at"] else 40001)

    def forget_all(self) -> None:
        """Make every token invalid, as a leak of the secret would."""
        self._store.change("DELETE FROM token")

    def _refuse_hurry(self, at: float) -> None:
        last = self._store.row("SELECT value FROM setting WHERE name = 'forced_token_at'")
        if last is not None and at - float(last["value"]) < FORCED_PAUSE_SECONDS:
            raise ApiError(45011)
        self._store.change("INSERT OR REPLACE INTO setting VALUES ('forced_token_at', ?)", str(at))

    def _shorten(self, kind: TokenKind, dies_at: float) -> None:
        self._store.change("UPDATE token SET dies_at = min(dies_at, ?) WHERE kind = ?", dies_at, kind)

    def _issue(self, kind: TokenKind, at: float) -> Issued:
        token = "88_" + secrets.token_urlsafe(TOKEN_CHARS)[: TOKEN_CHARS - 3]
        expires_at = at + LIFE_SECONDS
        self._store.change("DELETE FROM token WHERE expires_at < ?", at - LIFE_SECONDS)
        self._store.change(
            "INSERT INTO token VALUES (?, ?, ?, ?, ?)", token, kind, at, expires_at, expires_at
        )
        return Issued(token, int(LIFE_SECONDS))
