"""Signatures and envelopes against published and cross-checked examples."""

import pytest

from simulator import crypto
from tests.simulator.webhook import AES_KEY, APP_ID, TOKEN

XML = "<xml><Content>hi</Content></xml>"
SEALED = (
    "Q3stYC6hdFzMh9T8HCvyDCEPX2Akqj/gygI/6v/7fonvwELc/mZ525i/WoR+zYxu5FZPOqpK2QICYRai6cftT3jkyboVWgUh89/oox"
    "Y93UUz8Y5my4P0xK7Z9/fXd0LM"
)


def test_signatures_match_the_official_examples() -> None:
    assert crypto.signature("AAAAA", "1714036504", "1514711492") == "f464b24fc39322e44b38aa78f5edd27bd1441696"
    assert crypto.signature("AAAAA", "1714037059", "486452656") == "899cf89e464efb63f54ddac96b0a0a235f53aa78"


def test_an_envelope_matches_the_example_checked_with_another_library() -> None:
    assert crypto.encrypt(XML, AES_KEY, APP_ID, head=b"0123456789abcdef") == SEALED
    assert crypto.signature(TOKEN, "1700000000", "42", SEALED) == "ad8ca8340d16e8bc1575787f58eca2a50d9a7510"
    assert crypto.signature(TOKEN, "1700000000", "42") == "c3660fc3ba91a926b6234ced22dc3e9735f053ed"


def test_what_is_sealed_can_be_opened_whatever_its_length() -> None:
    for length in range(70):
        xml = f"<xml>{'满' * length}</xml>"

        assert crypto.decrypt(crypto.encrypt(xml, AES_KEY, APP_ID), AES_KEY, APP_ID) == xml


@pytest.mark.parametrize(
    ("sealed", "reason"),
    [
        ("不是", "base64"),
        ("", "32 的倍数"),
        (SEALED[:-4], "32 的倍数"),
        ("A" * len(SEALED), "填充"),
    ],
)
def test_a_spoiled_envelope_is_refused_with_its_reason(sealed: str, reason: str) -> None:
    with pytest.raises(crypto.EnvelopeFault, match=reason):
        crypto.decrypt(sealed, AES_KEY, APP_ID)


def test_an_envelope_for_another_account_is_refused() -> None:
    with pytest.raises(crypto.EnvelopeFault, match="appid"):
        crypto.decrypt(SEALED, AES_KEY, "wx-of-somebody-else")
