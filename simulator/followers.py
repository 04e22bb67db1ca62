"""
The people with their phones: who they are to this account, and whether they follow it.

An openid has 28 characters, belongs to one account, and stays when its owner unfollows.
"""

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass

from simulator.store import Store

# The first phones bear these, common in the county towns the demo shows; later ones are numbered.
NAMES = ("韦阿姨", "覃大叔", "小蒙", "兰老师", "老黄", "罗姐", "莫伯", "小陆")
# How many avatar colours the phone page knows.
COLOURS = 8

# WeChat docs, user info, subscribe_scene.
BY_SEARCH = "ADD_SCENE_SEARCH"
BY_CODE = "ADD_SCENE_QR_CODE"


class NoSuchPhone(LookupError):
    """There is no phone with this openid."""


@dataclass(frozen=True)
class Follower:
    """A person as the account knows them; `scene` is that of the code they last followed by."""

    openid: str
    name: str
    colour: int
    following: bool
    followed_at: float | None
    scene: str | None
    source: str
    remark: str


class Followers:
    """All people, following or not."""

    def __init__(self, store: Store, app_id: str) -> None:
        self._store = store
        # Openids of one account look alike at their beginning.
        self._prefix = "o" + hashlib.sha256(app_id.encode()).hexdigest()[:5]

    def add(self, at: float, name: str | None = None, openid: str | None = None) -> Follower:
        """A new person with a phone, not following yet."""
        openid = openid or self._prefix + secrets.token_urlsafe(17)[:22]
        number: int = self._store.value("SELECT ifnull(max(rowid), 0) FROM phone")
        self._store.change(
            "INSERT INTO phone VALUES (?, ?, ?, ?, 0, NULL, NULL, ?, '')",
            openid,
            name or self._unused_name(number),
            number % COLOURS,
            at,
            BY_SEARCH,
        )
        return self.get(openid)

    def find(self, openid: str) -> Follower | None:
        """The person, or None."""
        row = self._store.row("SELECT * FROM phone WHERE openid = ?", openid)
        return None if row is None else _follower(row)

    def get(self, openid: str) -> Follower:
        """The person; raises NoSuchPhone."""
        found = self.find(openid)
        if found is None:
            raise NoSuchPhone(openid)
        return found

    def everyone(self) -> list[Follower]:
        """All people, oldest phone first."""
        return [_follower(row) for row in self._store.rows("SELECT * FROM phone ORDER BY created_at, rowid")]

    def count_following(self) -> int:
        """How many follow now."""
        count: int = self._store.value("SELECT count(*) FROM phone WHERE following")
        return count

    def page_of_openids(self, after: str, limit: int) -> list[str]:
        """Followers' openids in order, those after `after` (empty: from the start)."""
        rows = self._store.rows(
            "SELECT openid FROM phone WHERE following AND openid > ? ORDER BY openid LIMIT ?", after, limit
        )
        return [row["openid"] for row in rows]

    def follow(self, openid: str, at: float, scene: str | None = None) -> None:
        """Follow, with the scene of a code or by search."""
        self._store.change(
            "UPDATE phone SET following = 1, followed_at = ?, scene = ?, source = ? WHERE openid = ?",
            at,
            scene,
            BY_SEARCH if scene is None else BY_CODE,
            openid,
        )

    def unfollow(self, openid: str) -> None:
        """Stop following."""
        self._store.change("UPDATE phone SET following = 0 WHERE openid = ?", openid)

    def set_remark(self, openid: str, remark: str) -> None:
        """Keep the account's own note on a follower."""
        self._store.change("UPDATE phone SET remark = ? WHERE openid = ?", remark, openid)

    def remove(self, openid: str) -> None:
        """Forget the phone and all that was said on it."""
        with self._store.together():
            for table in ("message", "exchange", "send_window", "consent", "phone"):
                self._store.change(f"DELETE FROM {table} WHERE openid = ?", openid)  # noqa: S608 - fixed names

    def _unused_name(self, number: int) -> str:
        for name in NAMES:
            if self._store.row("SELECT 1 FROM phone WHERE name = ?", name) is None:
                return name
        return f"居民{number + 1}"


def _follower(row: sqlite3.Row) -> Follower:
    return Follower(
        openid=row["openid"],
        name=row["name"],
        colour=row["colour"],
        following=bool(row["following"]),
        followed_at=row["followed_at"],
        scene=row["scene"],
        source=row["source"],
        remark=row["remark"],
    )
