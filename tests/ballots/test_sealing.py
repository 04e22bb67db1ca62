"""Sealing, sharing, and what is read off paper."""

import itertools
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.ballots.codes import (
    ALPHABET,
    SLIP_CHARS,
    looks_like_slip,
    new_slip,
    read_share,
    read_slip,
    share_text,
    shown_slip,
)
from core.ballots.sealing import (
    CannotOpen,
    Seed,
    Share,
    join,
    pad,
    seal,
    unpad,
    unseal,
    unwrap,
    wrap,
)


def test_only_the_private_key_opens_what_was_sealed_to_the_public_one() -> None:
    seed = Seed.new()

    sealed = seal("好".encode(), seed.public_key)

    assert unseal(sealed, seed.private_key) == "好".encode()
    with pytest.raises(CannotOpen):
        unseal(sealed, Seed.new().private_key)
    assert sealed != seal("好".encode(), seed.public_key)


def test_a_wrap_does_not_open_with_another_key_or_when_it_was_changed() -> None:
    key = secrets.token_bytes(32)
    wrapped = wrap(b"sealed", key)

    assert unwrap(wrapped, key) == b"sealed"
    with pytest.raises(CannotOpen):
        unwrap(wrapped, secrets.token_bytes(32))
    with pytest.raises(CannotOpen):
        unwrap(wrapped[:-1] + bytes([wrapped[-1] ^ 1]), key)


@pytest.mark.parametrize(("needed", "count"), [(2, 2), (2, 3), (3, 3), (3, 5)])
def test_any_so_many_witnesses_open_it_and_no_fewer(needed: int, count: int) -> None:
    seed = Seed.new()
    shares = seed.split(needed, count)

    for chosen in itertools.combinations(shares, needed):
        assert join(chosen, needed, seed.public_key) == seed
    for chosen in itertools.combinations(shares, needed - 1):
        assert join(chosen, needed, seed.public_key) is None


def test_a_share_of_another_round_spoils_nothing_as_long_as_enough_others_fit() -> None:
    seed = Seed.new()
    strange = Seed.new().split(2, 3)[1]
    one, two, three = seed.split(2, 3)

    assert join([strange, one, three], 2, seed.public_key) == seed
    assert join([strange, two], 2, seed.public_key) is None


@given(st.binary(max_size=200))
def test_padding_gives_back_what_was_padded_and_one_length(content: bytes) -> None:
    padded = pad(content, 200)

    assert unpad(padded) == content
    assert len(padded) == 204


def test_what_does_not_fit_is_not_cut_off() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        pad(b"12345", 4)


def test_the_alphabet_has_no_characters_that_look_alike() -> None:
    for alike in ("0OQ", "1IL", "2Z", "5S", "8B", "UV"):
        assert sum(sign in ALPHABET for sign in alike) <= 1


@pytest.mark.parametrize("written", ["{}", " {} ", "{}。", "{}\n"])
def test_a_slip_is_read_however_it_is_typed(written: str) -> None:
    slip = new_slip()
    full_width = "".join(chr(ord(sign) + 0xFEE0) for sign in slip)

    for form in (slip, slip.lower(), shown_slip(slip), "-".join(slip), full_width):
        assert read_slip(written.format(form)) == slip


def test_every_wrong_character_and_every_two_that_changed_places_are_noticed() -> None:
    slip = new_slip()

    for place in range(SLIP_CHARS):
        for sign in ALPHABET.replace(slip[place], ""):
            assert read_slip(slip[:place] + sign + slip[place + 1 :]) is None
    for one, two in itertools.combinations(range(SLIP_CHARS), 2):
        if slip[one] != slip[two]:
            signs = list(slip)
            signs[one], signs[two] = signs[two], signs[one]
            assert read_slip("".join(signs)) is None


@pytest.mark.parametrize(
    "words", ["", "满意", "12112", "A" * 9, "A" * 11, "0OIL125S8B", "同上同上同上同上同上"]
)
def test_words_are_no_slip(words: str) -> None:
    assert not looks_like_slip(words)
    assert read_slip(words) is None


@settings(max_examples=60)
@given(st.integers(1, 15), st.binary(min_size=16, max_size=16), st.data())
def test_a_share_survives_paper_and_a_slip_of_the_finger_is_noticed(
    number: int, value: bytes, data: st.DataObject
) -> None:
    share = Share(number, value)
    text = share_text(share)

    assert read_share(text.lower().replace("-", " ")) == share
    place = data.draw(st.integers(0, len(text) - 1).filter(lambda at: text[at] != "-"))
    wrong = data.draw(st.sampled_from(ALPHABET.replace(text[place], "")))
    assert read_share(text[:place] + wrong + text[place + 1 :]) is None
    assert read_share(text[:-1]) is None
