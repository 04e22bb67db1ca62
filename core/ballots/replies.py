"""
The stored copies of what a ballot was answered with in the chat.

They are kept for half an hour, for re-deliveries, and repeat what was chosen; so they are sealed, all to one
length, with a key that lives about as long and never gets into the database or a backup.
"""

import base64

from core.ballots.draft_keys import DraftKeys
from core.ballots.sealing import CannotOpen, pad, unpad, unwrap, wrap

# The longest bubble; every sealed reply is as long.
_REPLY_BYTES = 2048


class ReplySeal:
    """Seals and reads them, under the key of the hour."""

    def __init__(self, keys: DraftKeys) -> None:
        self._keys = keys

    def seal(self, reply: str) -> str:
        """As stored: the key's name and the ciphertext, one length for all."""
        name, key = self._keys.for_replies()
        content = reply.encode()
        return f"{name}:{base64.b64encode(wrap(pad(content, _REPLY_BYTES), key)).decode()}"

    def unseal(self, stored: str) -> str:
        """The words again; '' when the key is gone."""
        name, _, sealed = stored.partition(":")
        key = self._keys.get(name)
        if key is None:
            return ""
        try:
            return unpad(unwrap(base64.b64decode(sealed), key)).decode()
        except CannotOpen:
            return ""
