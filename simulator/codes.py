"""
Parametrised QR codes: tickets, scenes, and the pictures.

WeChat docs, parametrised QR codes. A permanent scene asked for twice gives the same code here, which is not
documented.
"""

import io
import secrets
import sqlite3
from dataclasses import dataclass

import qrcode
from PIL import Image

from simulator.store import Store

# The size of the platform's own pictures.
PICTURE_PX = 430
QUIET_MODULES = 4


@dataclass(frozen=True)
class Code:
    """A code; `expires_at` in Unix seconds, None for a permanent one. `key` ends its address."""

    key: str
    ticket: str
    scene: str
    expires_at: float | None


class Codes:
    """All codes ever made."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def make(self, scene: str, expires_at: float | None = None) -> Code:
        """A code asked for by API; for a permanent scene that has one, that one."""
        with self._store.together():
            if expires_at is None and (known := self._permanent(scene)) is not None:
                self._store.change("UPDATE code SET by_api = 1 WHERE key = ?", known.key)
                return known
            return self._insert(scene, expires_at, by_api=True)

    def of_scene(self, scene: str, at: float) -> Code:
        """A living code for the scene, made on the spot so that any scene can be tried on a phone."""
        with self._store.together():
            row = self._store.row(
                "SELECT * FROM code WHERE scene = ? AND (expires_at IS NULL OR expires_at > ?)"
                " ORDER BY permanent DESC, rowid DESC LIMIT 1",
                scene,
                at,
            )
            return _code(row) if row is not None else self._insert(scene, None, by_api=False)

    def count_permanent(self) -> int:
        """How many permanent codes the account has asked for."""
        count: int = self._store.value("SELECT count(*) FROM code WHERE permanent AND by_api")
        return count

    def has_permanent(self, scene: str) -> bool:
        """Whether this scene already has a permanent code."""
        return self._permanent(scene) is not None

    def by_ticket(self, ticket: str) -> Code | None:
        """The code of a ticket, or None."""
        row = self._store.row("SELECT * FROM code WHERE ticket = ?", ticket)
        return None if row is None else _code(row)

    def by_key(self, key: str) -> Code | None:
        """The code whose address ends in `key`, or None."""
        row = self._store.row("SELECT * FROM code WHERE key = ?", key)
        return None if row is None else _code(row)

    def _permanent(self, scene: str) -> Code | None:
        row = self._store.row("SELECT * FROM code WHERE scene = ? AND permanent", scene)
        return None if row is None else _code(row)

    def _insert(self, scene: str, expires_at: float | None, *, by_api: bool) -> Code:
        code = Code(secrets.token_urlsafe(9), "gQ" + secrets.token_urlsafe(68), scene, expires_at)
        self._store.change(
            "INSERT INTO code VALUES (?, ?, ?, ?, ?, ?)",
            code.key,
            code.ticket,
            scene,
            expires_at is None,
            by_api,
            expires_at,
        )
        return code


def picture(words: str) -> bytes:
    """A JPEG of a QR code that says `words`."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=QUIET_MODULES)
    code.add_data(words)
    code.make(fit=True)
    # Whole pixels a module, so that none is wider than its neighbour; the rest is margin.
    code.box_size = PICTURE_PX // (code.modules_count + 2 * QUIET_MODULES)
    drawn = code.make_image().get_image().convert("L")
    image = Image.new("L", (PICTURE_PX, PICTURE_PX), 255)
    image.paste(drawn, ((PICTURE_PX - drawn.width) // 2, (PICTURE_PX - drawn.height) // 2))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


def _code(row: sqlite3.Row) -> Code:
    return Code(row["key"], row["ticket"], row["scene"], row["expires_at"])
