"""
The cryptography of a ballot, and nothing of it our own: libsodium's boxes (PyNaCl) and Shamir's secret
sharing (PyCryptodome). How they are put together, and the limits of that, stand in `docs/ballots.md`.

- `seal`: to a round's public key. Whoever sealed cannot open; nothing in it tells who sealed.
- `wrap`: with a random key of the draft's own.
- `Seed`: 16 random bytes that a round's key pair is made from. PyCryptodome shares secrets of exactly 16
  bytes; 128 bits are also what the curve (X25519) itself is worth. The seed becomes the private key by
  BLAKE2b, so that what is shared among witnesses is short enough to be typed from paper.
- Everything is padded to one length for a round before it is encrypted: length says nothing.
"""

import itertools
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from Crypto.Protocol.SecretSharing import Shamir
from nacl.encoding import RawEncoder
from nacl.exceptions import CryptoError
from nacl.hash import blake2b
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

SEED_BYTES = 16
WRAP_KEY_BYTES = SecretBox.KEY_SIZE
MAX_WITNESSES = 15
_LENGTH_BYTES = 4
# Keeps the key apart from any other use of the same bytes; at most 16 bytes.
_PURPOSE = b"minyi-ballot-v1"


class CannotOpen(Exception):
    """The ciphertext was not made for this key, or was changed."""


@dataclass(frozen=True, slots=True)
class Share:
    """One witness's share: `number` counts from 1, `value` has 16 bytes."""

    number: int
    value: bytes


@dataclass(frozen=True, slots=True)
class Seed:
    """What a round's key pair is made from. Lives in memory only, while it is split or put together."""

    value: bytes

    @classmethod
    def new(cls) -> "Seed":
        """Random."""
        return cls(secrets.token_bytes(SEED_BYTES))

    @property
    def private_key(self) -> PrivateKey:
        """The key that opens sealed ballots."""
        return PrivateKey(
            blake2b(self.value, digest_size=PrivateKey.SIZE, person=_PURPOSE, encoder=RawEncoder)
        )

    @property
    def public_key(self) -> bytes:
        """The key that ballots are sealed to."""
        return bytes(self.private_key.public_key)

    def split(self, needed: int, count: int) -> list[Share]:
        """`count` shares, any `needed` of which give the seed back and fewer tell nothing of it."""
        if not 2 <= needed <= count <= MAX_WITNESSES:
            raise ValueError(f"cannot split into {count} shares of which {needed} are needed")
        return [Share(number, value) for number, value in Shamir.split(needed, count, self.value)]


def join(shares: Sequence[Share], needed: int, public_key: bytes) -> Seed | None:
    """
    The seed that belongs to this public key, from any `needed` of the shares; None when none of them fit.

    A share that is mistyped in a way its check characters do not show spoils only the choices it is in.
    """
    distinct = {(share.number, share.value): share for share in shares}
    for chosen in itertools.combinations(distinct.values(), needed):
        if len({share.number for share in chosen}) < needed:
            continue
        seed = Seed(Shamir.combine([(share.number, share.value) for share in chosen]))
        if secrets.compare_digest(seed.public_key, public_key):
            return seed
    return None


def seal(plain: bytes, public_key: bytes) -> bytes:
    """Closed for everybody but the holder of the private key, the sealer included."""
    return SealedBox(PublicKey(public_key)).encrypt(plain)


def unseal(sealed: bytes, private_key: PrivateKey) -> bytes:
    """What `seal` was given; CannotOpen when it is not ours."""
    try:
        return SealedBox(private_key).decrypt(sealed)
    except CryptoError as error:
        raise CannotOpen from error


def wrap(plain: bytes, key: bytes) -> bytes:
    """Encrypted and guarded against change, with a fresh nonce."""
    return bytes(SecretBox(key).encrypt(plain))


def unwrap(wrapped: bytes, key: bytes) -> bytes:
    """What `wrap` was given; CannotOpen when the key does not fit."""
    try:
        return SecretBox(key).decrypt(wrapped)
    except CryptoError as error:
        raise CannotOpen from error


def pad(content: bytes, size: int) -> bytes:
    """The content and zeros, `size` bytes and a length in front; ValueError when there is no room."""
    if len(content) > size:
        raise ValueError(f"{len(content)} bytes do not fit into {size}")
    return len(content).to_bytes(_LENGTH_BYTES, "big") + content.ljust(size, b"\0")


def unpad(padded: bytes) -> bytes:
    """What `pad` was given."""
    length = int.from_bytes(padded[:_LENGTH_BYTES], "big")
    return padded[_LENGTH_BYTES : _LENGTH_BYTES + length]
