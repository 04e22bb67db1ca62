"""The platform's side of the wire, written from its documents and not from our code."""

import base64
import hashlib
import struct
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from core.config import WeChat, WeChatMode
from core.conversation.incoming import Incoming, StampReused
from core.errors import Busy

TOKEN = "tok123"
APP_ID = "wx0123456789abcdef"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
PREVIOUS_KEY = "ZYXWVUTSRQPONMLKJIHGFEDCBA9876543210zyxwvut"
NOW = 1_700_000_000

ACCOUNT = "gh_0123456789ab"
OPENID = "oABCDEFGHIJKLMNOPQRSTUVWXYZ0"


def wechat(mode: WeChatMode = "safe", *, previous: str = "") -> WeChat:
    """The account's settings."""
    return WeChat(
        app_id=APP_ID, mode=mode, api="http://127.0.0.1:1", token=TOKEN, app_secret="secret", aes_key=AES_KEY,
        aes_key_previous=previous,
    )  # fmt: skip


def signature(*parts: str) -> str:
    """SHA-1 of the sorted parts."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def query(timestamp: int = NOW, nonce: str = "42", token: str = TOKEN, **more: str) -> str:
    """A signed query string."""
    signed = signature(token, str(timestamp), nonce)
    return urlencode({"signature": signed, "timestamp": timestamp, "nonce": nonce, **more})


def encrypt(
    xml: str | bytes, *, key: str = AES_KEY, app_id: str = APP_ID, random: bytes = b"0123456789abcdef"
) -> str:
    """Seal the XML as the platform does."""
    body = xml.encode() if isinstance(xml, str) else xml
    text = random + struct.pack(">I", len(body)) + body + app_id.encode()
    pad = 32 - len(text) % 32
    return encrypt_bytes(text + bytes([pad]) * pad, key)


def encrypt_bytes(plain: bytes, key: str = AES_KEY) -> str:
    """Only the AES part."""
    raw = base64.b64decode(key + "=")
    encryptor = Cipher(AES(raw), CBC(raw[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def decrypt(encrypted: str, key: str = AES_KEY) -> str:
    """Open an envelope, checking every part of it."""
    raw = base64.b64decode(key + "=")
    decryptor = Cipher(AES(raw), CBC(raw[:16])).decryptor()
    plain = decryptor.update(base64.b64decode(encrypted)) + decryptor.finalize()
    assert 1 <= plain[-1] <= 32
    assert len(plain) % 32 == 0
    body = plain[16 : -plain[-1]]
    (length,) = struct.unpack(">I", body[:4])
    assert body[4 + length :].decode() == APP_ID
    return body[4 : 4 + length].decode()


def sealed(
    xml: str | bytes, timestamp: int = NOW, nonce: str = "42", *, key: str = AES_KEY, outer: str = ""
) -> tuple[str, bytes]:
    """Query string and body of an encrypted push; `outer` are plain fields beside it (compat)."""
    encrypted = encrypt(xml, key=key)
    signed = signature(TOKEN, str(timestamp), nonce, encrypted)
    account = f"<ToUserName><![CDATA[{ACCOUNT}]]></ToUserName>"
    body = f"<xml>{account}{outer}<Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    return query(timestamp, nonce, encrypt_type="aes", msg_signature=signed, openid=OPENID), body.encode()


def push(kind: str, *, created: int = NOW, sender: str = OPENID, raw: str = "", **elements: str | int) -> str:
    """A push's XML; `raw` is put in as it is."""
    own = {"ToUserName": ACCOUNT, "FromUserName": sender, "CreateTime": created, "MsgType": kind, **elements}
    inner = "".join(f"<{name}>{_value(value)}</{name}>" for name, value in own.items())
    return f"<xml>{inner}{raw}</xml>"


def _value(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    return escape(value) if "]]>" in value else f"<![CDATA[{value}]]>"


def text(words: str, *, msg_id: int = 23_456_789_012_345_678, **elements: Any) -> str:
    """A text message."""
    return push("text", Content=words, MsgId=msg_id, **elements)


def event(name: str, **elements: Any) -> str:
    """An event."""
    return push("event", Event=name, **elements)


@dataclass
class FakeTurns:
    """Keeps what it was given; says `reply`, or raises `error`."""

    reply: str = ""
    error: Exception | None = None
    taken: list[Incoming] = field(default_factory=list)

    def take(self, incoming: Incoming) -> str:
        """See `Turns`."""
        self.taken.append(incoming)
        if self.error is not None:
            raise self.error
        return self.reply


BUSY = Busy()
REUSED = StampReused()
