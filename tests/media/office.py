"""One office that receives voices and photos: its database, its files, and the simulated platform."""

import io
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine, Row, select

from bot.metrics import BotMetrics
from bot.wechat.client import WeChatClient
from bot.wechat.media import PlatformMedia
from bot.wechat.token_stores import DatabaseTokenStore
from core.media.fetching import fetch_due
from core.media.models import Media
from core.media.receiving import key_of, note_received
from core.media.source import MediaSource, NotFetched, Then
from core.media.store import MediaStore
from simulator import Simulator
from simulator.media import MediaKind, sample
from tests.bot.platform import APP_ID
from tests.bot.wechat.conftest import account
from tests.hand_clock import HandClock

VOICE = sample("voice.amr")
GET = "/cgi-bin/media/get"


@dataclass
class Office:
    """`address` is where the platform answers; `simulator` is what answers there."""

    engine: Engine
    store: MediaStore
    clock: HandClock
    address: str
    simulator: Simulator

    def client(self) -> WeChatClient:
        """A client as a worker process of its own has it."""
        tokens = DatabaseTokenStore(self.engine, APP_ID, self.clock)
        return WeChatClient(account(self.address), tokens, self.clock, BotMetrics(CollectorRegistry()))

    def sent(self, kind: str, content: bytes, content_type: str = "image/jpeg") -> str:
        """Somebody sent it to the platform; its media id."""
        stored: MediaKind = "voice" if kind == "voice" else "image"
        kept = self.simulator.world.media.keep(stored, content_type, "f", content, self.clock().timestamp())
        return kept.media_id

    def receives(self, kind: str, content: bytes, content_type: str = "image/jpeg") -> str:
        """Somebody sent it, and a turn took note of it; its media id."""
        media_id = self.sent(kind, content, content_type)
        self.notes(kind, media_id)
        return media_id

    def notes(self, kind: str, media_id: str) -> None:
        """A turn took note of it."""
        with self.engine.begin() as connection:
            note_received(connection, kind, media_id, self.clock())

    def fetches(self, source: MediaSource | None = None) -> Counter[str]:
        """What one run of the worker's job comes to."""
        if source is not None:
            return fetch_due(self.engine, self.store, source, self.clock)
        with self.client() as client:
            return fetch_due(self.engine, self.store, PlatformMedia(client), self.clock)

    def row(self, media_id: str) -> Row[Any]:
        """What the table says of it."""
        rows = [row for row in self.rows() if row.key == key_of(media_id)]
        return rows[0]

    def rows(self) -> list[Row[Any]]:
        """All that the table says."""
        with self.engine.connect() as connection:
            return list(connection.execute(select(Media.__table__).order_by(Media.received_at, Media.key)))

    def states(self) -> list[str]:
        """How all of it stands, oldest first."""
        return [row.state for row in self.rows()]

    def files(self) -> list[Path]:
        """Everything on the disk, half-written files included."""
        return sorted(path for path in self.store.folder.rglob("*") if path.is_file())

    def faults(self, kind: Any, value: float = 0, times: int = 1) -> None:
        """The platform's next downloads go wrong."""
        self.simulator.world.faults.add(GET, kind, value, times)


def photo(
    colour: str = "red", size: tuple[int, int] = (60, 40), file_format: str = "JPEG", **more: Any
) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, file_format, **more)
    return out.getvalue()


def photo_of_a_phone() -> bytes:
    """A photo lying on its side, with what phones write into it: where, when, what device, a comment."""
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: to be turned by 90 degrees
    exif[0x0110] = "PHONE-MODEL"
    exif[0x8825] = {1: "N", 2: (24.0, 29.0, 28.0), 3: "E", 4: (108.0, 39.0, 49.0)}
    picture = Image.new("RGB", (60, 40), "blue")
    picture.paste("white", (0, 0, 30, 40))
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=b"SECRET-COMMENT", xmp=b"<x>SECRET-XMP</x>", quality=95)
    return out.getvalue()


class Given:
    """A source that gives what it was given, counts what is asked for, and may do something meanwhile."""

    def __init__(self, content: bytes, pause_seconds: float = 0.0) -> None:
        self._content = content
        self._pause_seconds = pause_seconds
        self.asked: list[str] = []

    def fetch(self, media_id: str, take: Any) -> None:
        """See `MediaSource.fetch`."""
        self.asked.append(media_id)
        time.sleep(self._pause_seconds)
        take(self._content)


class Unwilling(Given):
    """Never gives anything."""

    def fetch(self, media_id: str, take: Any) -> None:
        """See `MediaSource.fetch`."""
        self.asked.append(media_id)
        raise NotFetched(-1, Then.TRY_AGAIN)
