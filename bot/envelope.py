"""
The platform's signatures and its AES envelope (消息加解密).

AES-256-CBC, key = base64(EncodingAESKey + "="), IV = its first 16 bytes, PKCS#7 with blocks of 32, text =
16 random bytes, length of the XML (4 bytes, big-endian), XML, app id. A signature is the SHA-1 of its parts,
sorted and joined. Source: 微信公众平台开发文档「消息加解密说明」, read 2026-11.
"""

import base64
import hashlib
import hmac
import secrets
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from bot.refusals import Rejected
from core.errors import ConfigError

PAD_BLOCK = 32
RANDOM_BYTES = 16
_HEAD = RANDOM_BYTES + 4


def sign(*parts: str) -> str:
    """The signature of these parts, the token among them."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def is_signed(signature: str, *parts: str) -> bool:
    """Whether the signature is that of these parts, compared in constant time."""
    return hmac.compare_digest(signature.encode(), sign(*parts).encode())


class AesKey:
    """One EncodingAESKey of one account; safe to use from any thread."""

    def __init__(self, encoding_aes_key: str, app_id: str) -> None:
        """ConfigError when the key is not 43 characters of base64."""
        try:
            # Decoded leniently on purpose: the last character's spare bits may be set.
            key = base64.b64decode(f"{encoding_aes_key.strip()}=")
        except ValueError as error:
            raise ConfigError("MINYI_WECHAT_AES_KEY 不对：应是43个字母和数字。") from error
        if len(key) != 32:
            raise ConfigError("MINYI_WECHAT_AES_KEY 不对：应是43个字母和数字。")
        self._cipher = Cipher(AES(key), CBC(key[:16]))
        self._app_id = app_id.encode()

    def decrypt(self, encrypted: str) -> bytes:
        """The XML inside; Rejected when this key, or this account, did not make the envelope."""
        try:
            # Spaces and line breaks around the cipher text have been seen in the wild.
            sealed = base64.b64decode(encrypted.strip(), validate=True)
        except ValueError as error:
            raise Rejected("bad_cipher") from error
        if not sealed or len(sealed) % PAD_BLOCK:
            raise Rejected("bad_cipher")
        decryptor = self._cipher.decryptor()
        plain = decryptor.update(sealed) + decryptor.finalize()
        pad = plain[-1]
        if not 1 <= pad <= PAD_BLOCK or plain[-pad:] != bytes([pad]) * pad or len(plain) - pad < _HEAD:
            raise Rejected("bad_cipher")
        (length,) = struct.unpack(">I", plain[RANDOM_BYTES:_HEAD])
        xml, tail = plain[_HEAD : _HEAD + length], plain[_HEAD + length : -pad]
        if len(xml) != length or _HEAD + length > len(plain) - pad:
            raise Rejected("bad_cipher")
        if not hmac.compare_digest(tail, self._app_id):
            raise Rejected("wrong_app")
        return xml

    def encrypt(self, xml: bytes, random: bytes | None = None) -> str:
        """The cipher text as base64. `random` is for test vectors only."""
        text = (
            (random or secrets.token_bytes(RANDOM_BYTES)) + struct.pack(">I", len(xml)) + xml + self._app_id
        )
        pad = PAD_BLOCK - len(text) % PAD_BLOCK
        encryptor = self._cipher.encryptor()
        return base64.b64encode(encryptor.update(text + bytes([pad]) * pad) + encryptor.finalize()).decode()


@dataclass(frozen=True, slots=True)
class Opened:
    """What was inside an envelope, and the key to answer with."""

    xml: bytes
    key: AesKey


class Envelope:
    """Opens and seals envelopes of one account, with the key before the last change as well."""

    def __init__(self, token: str, app_id: str, aes_keys: Sequence[str]) -> None:
        """`aes_keys`: the current one, then the previous one where there is one; '' counts as none."""
        self._token = token
        self._keys = tuple(AesKey(key, app_id) for key in aes_keys if key)

    def open(self, encrypted: str, timestamp: str, nonce: str, msg_signature: str) -> Opened:
        """Check and decrypt; Rejected when anything is wrong with it."""
        if not is_signed(msg_signature, self._token, timestamp, nonce, encrypted):
            raise Rejected("bad_msg_signature")
        rejected = Rejected("bad_cipher")
        for key in self._keys:
            try:
                return Opened(key.decrypt(encrypted), key)
            except Rejected as error:
                # Of two reasons the first key's is the one to report.
                rejected = error if key is self._keys[0] else rejected
        raise rejected

    def seal(self, xml: str, key: AesKey, timestamp: int) -> str:
        """The reply's envelope as XML."""
        encrypted = key.encrypt(xml.encode())
        nonce = str(secrets.randbelow(10**10))
        signature = sign(self._token, str(timestamp), nonce, encrypted)
        return (
            f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt>"
            f"<MsgSignature><![CDATA[{signature}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        )
