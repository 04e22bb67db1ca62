"""
Why a request to the webhook was refused, and with which HTTP status.

Every reason is one word in the log line `webhook_refused` and one label of its counter. A refused request
never reaches a handler.
"""

from collections.abc import Mapping
from types import MappingProxyType

STATUS: Mapping[str, str] = MappingProxyType(
    {
        # The request line and query
        "method": "405 Method Not Allowed",
        "missing_parameter": "400 Bad Request",
        "bad_parameter": "400 Bad Request",
        "bad_signature": "403 Forbidden",
        "stale": "403 Forbidden",
        "stamp_reused": "403 Forbidden",
        # The body
        "no_length": "411 Length Required",
        "too_large": "413 Content Too Large",
        "truncated": "400 Bad Request",
        "bad_xml": "400 Bad Request",
        "forbidden_xml": "400 Bad Request",
        "bad_message": "400 Bad Request",
        # The envelope
        "not_encrypted": "403 Forbidden",
        "encrypted_in_plain_mode": "400 Bad Request",
        "bad_msg_signature": "403 Forbidden",
        "bad_cipher": "403 Forbidden",
        "wrong_app": "403 Forbidden",
    }
)


class Rejected(Exception):
    """A request we do not take; `reason` is a key of `STATUS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = STATUS[reason]
