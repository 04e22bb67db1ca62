"""From the bytes that came to the files that are kept."""

import hashlib

from core.media.photos import MAX_PHOTO_BYTES, clean_photo
from core.media.reasons import Reason, Unfit
from core.media.store import PLAYABLE, Content
from core.media.voices import MAX_VOICE_BYTES, playable_voice

MAX_BYTES = {"voice": MAX_VOICE_BYTES, "photo": MAX_PHOTO_BYTES}


class Ceiling:
    """Gathers pieces up to the largest size that a kind may have; then Unfit."""

    def __init__(self, kind: str) -> None:
        self._most_bytes = MAX_BYTES[kind]
        self._gathered = bytearray()

    def take(self, piece: bytes) -> None:
        """One more piece."""
        if len(self._gathered) + len(piece) > self._most_bytes:
            raise Unfit(Reason.TOO_LARGE)
        self._gathered += piece

    @property
    def content(self) -> bytes:
        """All of it."""
        return bytes(self._gathered)


def content_of(kind: str, received: bytes) -> Content:
    """What is kept of a voice message or photo; Unfit when it is neither."""
    if kind == "voice":
        file_type, playable = playable_voice(received)
        return Content(_sha256(received), file_type, {file_type: received, PLAYABLE: playable})
    file_type, picture = clean_photo(received)
    return Content(_sha256(picture), file_type, {file_type: picture})


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
