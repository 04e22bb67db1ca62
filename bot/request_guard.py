"""
What must hold of an HTTP request before anybody reads its message: parameters, signature, age, size.

Used by `webhook`; raises Rejected with the reason.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from bot.envelope import is_signed
from bot.refusals import Rejected

MAX_BODY_BYTES = 64 * 1024
FRESH_SECONDS = 600
MAX_PARAMETERS = 20
MAX_NONCE_CHARS = 64

_WHOLE = re.compile("[0-9]{1,12}")
_LENGTH = re.compile("[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters every request of the platform carries, checked."""

    timestamp: str
    nonce: str
    parameters: Mapping[str, str]

    @property
    def stamp(self) -> str:
        """What may not come twice with different messages."""
        return f"{self.timestamp}:{self.nonce}"


def checked_query(environ: Mapping[str, Any], token: str, now: datetime) -> Query:
    """The query, when it is signed with our token and not older or newer than ten minutes."""
    try:
        pairs = parse_qsl(
            environ.get("QUERY_STRING", ""), keep_blank_values=True, max_num_fields=MAX_PARAMETERS
        )
    except ValueError as error:
        raise Rejected("bad_parameter") from error
    parameters = dict(reversed(pairs))  # of a repeated parameter the first counts
    try:
        signature, timestamp, nonce = (parameters[name] for name in ("signature", "timestamp", "nonce"))
    except KeyError as error:
        raise Rejected("missing_parameter") from error
    if not _WHOLE.fullmatch(timestamp) or not 1 <= len(nonce) <= MAX_NONCE_CHARS:
        raise Rejected("bad_parameter")
    if not is_signed(signature, token, timestamp, nonce):
        raise Rejected("bad_signature")
    if abs(int(timestamp) - now.timestamp()) > FRESH_SECONDS:
        raise Rejected("stale")
    return Query(timestamp, nonce, parameters)


def read_body(environ: Mapping[str, Any]) -> bytes:
    """The body, at most 64 KB, whatever its headers claim."""
    declared = environ.get("CONTENT_LENGTH") or ""
    if not declared:
        # Without a length reading could wait for ever, unless the server says that its stream ends.
        chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
        if not (chunked or environ.get("wsgi.input_terminated")):
            raise Rejected("no_length")
        body = _read(environ["wsgi.input"], MAX_BODY_BYTES + 1)
        if len(body) > MAX_BODY_BYTES:
            raise Rejected("too_large")
        return body
    if not _LENGTH.fullmatch(declared):
        raise Rejected("bad_parameter")
    length = int(declared)
    if length > MAX_BODY_BYTES:
        raise Rejected("too_large")
    body = _read(environ["wsgi.input"], length)
    if len(body) < length:
        raise Rejected("truncated")
    return body


def _read(stream: Any, size: int) -> bytes:
    """Up to `size` bytes; a stream may hand them over in pieces."""
    pieces: list[bytes] = []
    try:
        while size > 0 and (piece := stream.read(size)):
            pieces.append(piece)
            size -= len(piece)
    except OSError as error:
        raise Rejected("truncated") from error
    return b"".join(pieces)
