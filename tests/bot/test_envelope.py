"""Signatures and envelopes: the platform's test vectors, and what must not open."""

import pytest

from bot.envelope import AesKey, Envelope, is_signed, sign
from bot.refusals import Rejected
from core.errors import ConfigError
from tests.bot import platform
from tests.bot.platform import AES_KEY, APP_ID, PREVIOUS_KEY, TOKEN

VECTOR_XML = "<xml><Content>hi</Content></xml>"
VECTOR = (
    "Q3stYC6hdFzMh9T8HCvyDCEPX2Akqj/gygI/6v/7fonvwELc/mZ525i/WoR+zYxu5FZPOqpK2QICYRai6cftT3jkyboVWgUh89/"
    "ooxY93UUz8Y5my4P0xK7Z9/fXd0LM"
)
VECTOR_SIGNATURE = "ad8ca8340d16e8bc1575787f58eca2a50d9a7510"


@pytest.mark.parametrize(
    ("parts", "signature"),
    [
        (("AAAAA", "1714036504", "1514711492"), "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        (("AAAAA", "1714037059", "486452656"), "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
        ((TOKEN, "1700000000", "42"), "c3660fc3ba91a926b6234ced22dc3e9735f053ed"),
        ((TOKEN, "1700000000", "42", VECTOR), VECTOR_SIGNATURE),
    ],
)
def test_signatures_are_those_of_the_platform(parts: tuple[str, ...], signature: str) -> None:
    assert sign(*parts) == signature
    assert is_signed(signature, *parts)
    assert not is_signed(signature.upper(), *parts)
    assert not is_signed("签名", *parts)


def test_the_test_vector_opens_and_seals_to_the_same() -> None:
    key = AesKey(AES_KEY, APP_ID)

    assert key.decrypt(VECTOR) == VECTOR_XML.encode()
    assert key.encrypt(VECTOR_XML.encode(), b"0123456789abcdef") == VECTOR


def test_an_envelope_opens_with_its_message_signature() -> None:
    opened = Envelope(TOKEN, APP_ID, [AES_KEY]).open(VECTOR, "1700000000", "42", VECTOR_SIGNATURE)

    assert opened.xml == VECTOR_XML.encode()


@pytest.mark.parametrize("length", range(33))
def test_every_length_survives_the_padding(length: int) -> None:
    key = AesKey(AES_KEY, APP_ID)
    xml = b"x" * length

    assert key.decrypt(key.encrypt(xml)) == xml
    assert platform.decrypt(key.encrypt(xml)) == xml.decode()


def test_spaces_around_the_cipher_text_do_no_harm() -> None:
    assert AesKey(AES_KEY, APP_ID).decrypt(f"\n {VECTOR} \n") == VECTOR_XML.encode()


def good_plain(length: int = 4, pad: bytes | None = None) -> bytes:
    text = b"r" * 16 + length.to_bytes(4, "big") + b"<xml" + APP_ID.encode()
    rest = 32 - len(text) % 32
    return text + (pad if pad is not None else bytes([rest]) * rest)


@pytest.mark.parametrize(
    "encrypted",
    [
        "",
        "not base64!",
        "AAAA",
        platform.encrypt_bytes(b"\x20" * 16),  # not a multiple of 32
        platform.encrypt_bytes(b"\x00" * 32),  # pad of nothing
        platform.encrypt_bytes(b"\x21" * 64),  # pad over 32
        platform.encrypt_bytes(b"\x20" * 32),  # only padding
        platform.encrypt_bytes(good_plain(pad=b"\x01" * 21 + b"\x02")),  # uneven padding
        platform.encrypt_bytes(good_plain(length=2**32 - 1)),
        platform.encrypt_bytes(good_plain(length=4 + len(APP_ID) + 1)),
        platform.encrypt(VECTOR_XML, key=PREVIOUS_KEY),
    ],
)
def test_what_is_no_envelope_of_ours_is_rejected(encrypted: str) -> None:
    with pytest.raises(Rejected, match="bad_cipher"):
        AesKey(AES_KEY, APP_ID).decrypt(encrypted)


@pytest.mark.parametrize("app_id", ["wx0000000000000000", "", APP_ID + "x"])
def test_an_envelope_of_another_account_is_rejected(app_id: str) -> None:
    with pytest.raises(Rejected, match="wrong_app"):
        AesKey(AES_KEY, APP_ID).decrypt(platform.encrypt(VECTOR_XML, app_id=app_id))


def test_the_previous_key_opens_too_and_is_the_one_to_answer_with() -> None:
    envelope = Envelope(TOKEN, APP_ID, [AES_KEY, PREVIOUS_KEY])
    encrypted = platform.encrypt(VECTOR_XML, key=PREVIOUS_KEY)

    opened = envelope.open(encrypted, "1", "2", sign(TOKEN, "1", "2", encrypted))

    assert platform.decrypt(opened.key.encrypt(b"<xml/>"), PREVIOUS_KEY) == "<xml/>"


def test_a_key_with_spare_bits_set_is_read_all_the_same() -> None:
    # `G` and `H` differ only in the two bits that 43 characters have too many.
    assert AesKey(AES_KEY[:-1] + "H", APP_ID).decrypt(VECTOR) == VECTOR_XML.encode()


@pytest.mark.parametrize("key", ["", "short", "A" * 42, "A" * 44, "密" * 43])
def test_a_key_that_is_none_is_a_setting_to_be_named(key: str) -> None:
    with pytest.raises(ConfigError, match="MINYI_WECHAT_AES_KEY"):
        AesKey(key, APP_ID)
