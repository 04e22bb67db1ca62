"""
Pictures, voices and videos: what phones send and what the account uploads, kept for three days.

Also the built-in samples, so that a phone without camera or microphone has something to send.
"""

import io
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image, ImageOps, UnidentifiedImageError

from simulator.store import Store

MediaKind = Literal["image", "voice", "video", "thumb"]

# WeChat docs, temporary media: valid for 3 days.
KEPT_SECONDS = 3 * 24 * 3600.0
# The client shrinks a photo to about this before sending, unless told to send the original.
PHOTO_MAX_PX = 1440

_SAMPLES = Path(__file__).parent / "samples"


class NotAPicture(ValueError):
    """What was picked as a photo is none."""


@dataclass(frozen=True)
class Media:
    """A file; `playable` is the same for browsers, where they cannot play the platform's format."""

    media_id: str
    kind: MediaKind
    content_type: str
    name: str
    content: bytes
    playable: bytes | None
    created_at: float


class MediaShelf:
    """All files, expired ones too."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(
        self,
        kind: MediaKind,
        content_type: str,
        name: str,
        content: bytes,
        at: float,
        playable: bytes | None = None,
    ) -> Media:
        """Keep a file from `at` on."""
        media_id = secrets.token_urlsafe(48)
        media = Media(media_id, kind, content_type, name, content, playable, at)
        self._store.change(
            "INSERT INTO media VALUES (?, ?, ?, ?, ?, ?, ?)",
            media_id,
            kind,
            content_type,
            name,
            content,
            playable,
            at,
        )
        return media

    def find(self, media_id: str) -> Media | None:
        """The file, expired or not, or None. The 16 kHz id of a voice leads to the same voice."""
        row = self._store.row("SELECT * FROM media WHERE media_id = ?", media_id.removesuffix("_16K"))
        return None if row is None else Media(**dict(row))

    def fetch(self, media_id: str, at: float) -> Media | None:
        """The file as long as it is valid, else None."""
        media = self.find(media_id)
        return media if media is not None and at < media.created_at + KEPT_SECONDS else None


def sample(name: str) -> bytes:
    """A built-in file: `voice.amr`, its `voice.mp3` for browsers, `photo.jpg`, `clip.mp4`."""
    return (_SAMPLES / name).read_bytes()


def as_photo(picture: bytes) -> bytes:
    """The picture as the client would send it: upright, shrunk, JPEG; raises NotAPicture."""
    try:
        with Image.open(io.BytesIO(picture)) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        raise NotAPicture from None
    upright.thumbnail((PHOTO_MAX_PX, PHOTO_MAX_PX))
    out = io.BytesIO()
    upright.save(out, "JPEG", quality=85)
    return out.getvalue()
