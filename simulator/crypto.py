"""
Signatures and the AES envelope of the message push.

WeChat docs, message encryption: AES-256-CBC, the key's first 16 bytes as IV, PKCS#7 with a block of 32,
and inside: 16 random bytes, the XML's length in bytes (big-endian, 4 bytes), the XML, the app id.
"""

import base64
import hashlib
import hmac
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAD_BLOCK_BYTES = 32
HEAD_BYTES = 20


class EnvelopeFault(Exception):
    """The other side's cipher text is not what the platform would accept. The text says why, in Chinese."""


def signature(*parts: str) -> str:
    """SHA-1 in hex over the parts, sorted and joined."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324 - the platform's own choice


def same(one: str, other: str) -> bool:
    """Whether two signatures agree."""
    return hmac.compare_digest(one.encode(), other.encode())


def encrypt(xml: str, aes_key: str, app_id: str, head: bytes | None = None) -> str:
    """The XML as the text of an `Encrypt` element. `head` are the 16 random bytes, for tests."""
    body = xml.encode()
    plain = (head or os.urandom(16)) + struct.pack(">I", len(body)) + body + app_id.encode()
    pad = PAD_BLOCK_BYTES - len(plain) % PAD_BLOCK_BYTES
    encryptor = _cipher(aes_key).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()


def decrypt(text: str, aes_key: str, app_id: str) -> str:
    """The XML inside an `Encrypt` element's text; raises EnvelopeFault with the reason."""
    try:
        sealed = base64.b64decode(text, validate=True)
    except ValueError:
        raise EnvelopeFault("密文不是合法的 base64") from None
    if not sealed or len(sealed) % PAD_BLOCK_BYTES:
        raise EnvelopeFault(f"密文长度 {len(sealed)} 不是 32 的倍数")
    decryptor = _cipher(aes_key).decryptor()
    plain = decryptor.update(sealed) + decryptor.finalize()

    pad = plain[-1]
    if not 1 <= pad <= PAD_BLOCK_BYTES or plain[-pad:] != bytes([pad]) * pad:
        raise EnvelopeFault("填充不合规定（或密钥不对）")
    plain = plain[:-pad]
    if len(plain) < HEAD_BYTES:
        raise EnvelopeFault("解密后内容太短")
    (length,) = struct.unpack(">I", plain[16:HEAD_BYTES])
    body, tail = plain[HEAD_BYTES : HEAD_BYTES + length], plain[HEAD_BYTES + length :]
    if len(body) != length:
        raise EnvelopeFault("解密后的长度字段超出范围")
    if tail != app_id.encode():
        raise EnvelopeFault("解密后的 appid 不是本公众号的")
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise EnvelopeFault("解密后的内容不是 UTF-8") from None


def _cipher(aes_key: str) -> Cipher[modes.CBC]:
    # The 43 characters lack one "=". Their last bits may be non-zero, hence the lenient decoding.
    key = base64.b64decode(aes_key + "=")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))
