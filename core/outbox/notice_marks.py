"""
The mark by which a subscription notice is known again when its receipt comes.

The call that sends one does not answer with a number (WeChat docs, subscription notices, read 2026-11); the
receipt names person and template. So the row keeps a hash of both, under a key of its own; of several notices
that wait under one mark the oldest is meant.
"""

import hmac

# The key's name; see `core.people.keys.named_key`.
NOTICE_KEY = "notice"
PREFIX = "n"
HEX_CHARS = 22


def notice_mark(key: bytes, openid: str, template_id: str) -> str:
    """23 characters; the platform's own numbers are digits."""
    digest = hmac.digest(key, f"{template_id}\n{openid}".encode(), "sha256")
    return PREFIX + digest.hex()[:HEX_CHARS]
