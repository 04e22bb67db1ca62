"""
A tiny account server to try the simulator on: it remembers each push and answers as told.

Seals and opens envelopes with its own few lines, so that a slip in the simulator's own crypto would show.
"""

import base64
import hashlib
import os
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree import ElementTree

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from flask import Flask, Response, request

TOKEN, APP_ID, APP_SECRET = "tok123", "wx0123456789abcdef", "secret-of-the-demo"
AES_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ORIGINAL_ID = "gh_3f8a1c5d7e20"

# What a push said, by element; what the account answers: words to wrap in a text reply, or all of it.
Said = dict[str, str]
Answerer = Callable[[Said], str | bytes | Response]


def echo(said: Said) -> str | bytes:
    """Say back what was typed, or name the kind of push; nothing to who just left."""
    if said.get("Event") == "unsubscribe":
        return b""
    return f"收到：{said.get('Content') or said.get('Event') or said['MsgType']}"


@dataclass
class Webhook:
    """The server, as a Flask app in `app`; `pushes` and `queries` hold what came, in order."""

    mode: str = "safe"
    answer: Answerer = echo
    pushes: list[Said] = field(default_factory=list)
    queries: list[dict[str, str]] = field(default_factory=list)
    arrivals: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self.app = Flask("webhook")
        self.app.add_url_rule("/wechat", view_func=self._view, methods=["GET", "POST"])

    @property
    def last(self) -> Said:
        """The newest push."""
        return self.pushes[-1]

    def _view(self) -> Response:
        if request.method == "GET":
            assert request.args["signature"] == sign(TOKEN, request.args["timestamp"], request.args["nonce"])
            return Response(request.args["echostr"])
        said = self._open(request.get_data().decode())
        with self._lock:
            self.pushes.append(said)
            self.queries.append(dict(request.args))
            self.arrivals.append(time.monotonic())
        answer = self.answer(said)
        if isinstance(answer, str):
            answer = self.wrap(text_reply(said, answer))
        return answer if isinstance(answer, Response) else Response(answer)

    def _open(self, body: str) -> Said:
        assert request.args["signature"] == sign(TOKEN, request.args["timestamp"], request.args["nonce"])
        root = ElementTree.fromstring(body)
        sealed = root.findtext("Encrypt")
        if self.mode == "plain":
            assert sealed is None
            return flatten(root)
        assert sealed is not None
        signed = sign(TOKEN, request.args["timestamp"], request.args["nonce"], sealed)
        assert request.args["msg_signature"] == signed
        opened = flatten(ElementTree.fromstring(unseal(sealed)))
        if self.mode == "compat":
            assert opened == {name: words for name, words in flatten(root).items() if name != "Encrypt"}
        else:
            assert {child.tag for child in root} == {"ToUserName", "Encrypt"}
        return opened

    def wrap(self, xml: str) -> bytes:
        """The reply, sealed unless the mode is plain."""
        return xml.encode() if self.mode == "plain" else envelope(xml).encode()


def text_reply(said: Said, words: str, *, kind: str = "text", inner: str | None = None) -> str:
    """A passive reply; `inner` stands in place of the Content element."""
    safe = words.replace("]]>", "]]]]><![CDATA[>")
    return (
        f"<xml><ToUserName><![CDATA[{said['FromUserName']}]]></ToUserName>"
        f"<FromUserName><![CDATA[{said['ToUserName']}]]></FromUserName><CreateTime>1700000000</CreateTime>"
        f"<MsgType><![CDATA[{kind}]]></MsgType>{inner or f'<Content><![CDATA[{safe}]]></Content>'}</xml>"
    )


def envelope(xml: str, *, token: str = TOKEN, app_id: str = APP_ID, pad_block: int = 32) -> str:
    """A sealed reply."""
    sealed = seal(xml, app_id=app_id, pad_block=pad_block)
    return (
        f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt>"
        f"<MsgSignature><![CDATA[{sign(token, '1700000000', '42', sealed)}]]></MsgSignature>"
        f"<TimeStamp>1700000000</TimeStamp><Nonce><![CDATA[42]]></Nonce></xml>"
    )


def sign(*parts: str) -> str:
    """The platform's signature."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def seal(xml: str, *, app_id: str = APP_ID, pad_block: int = 32) -> str:
    """Encrypt a reply; the keyword arguments are for doing it wrong."""
    key = base64.b64decode(AES_KEY + "=")
    plain = os.urandom(16) + struct.pack(">I", len(xml.encode())) + xml.encode() + app_id.encode()
    pad = pad_block - len(plain) % pad_block
    worker = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(worker.update(plain + bytes([pad]) * pad) + worker.finalize()).decode()


def unseal(sealed: str) -> str:
    """Decrypt a push."""
    key = base64.b64decode(AES_KEY + "=")
    worker = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = worker.update(base64.b64decode(sealed)) + worker.finalize()
    plain = plain[: -plain[-1]]
    (length,) = struct.unpack(">I", plain[16:20])
    assert plain[20 + length :].decode() == APP_ID
    return plain[20 : 20 + length].decode()


def flatten(root: ElementTree.Element) -> Said:
    """Every element's words by name, nested ones too."""
    return {child.tag: child.text or "" for child in root.iter() if child is not root}
