"""The number a link carries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.tap_ids import SideTapId, TapId


@given(
    st.builds(
        TapId,
        round_id=st.integers(0, 99_999),
        run=st.integers(0, 999),
        slot=st.integers(0, 9_999),
        choice=st.integers(0, 999),
    )
)
def test_a_tap_id_reads_back_as_it_was_and_fits_a_64_bit_number(tap: TapId) -> None:
    digits = tap.encode()

    assert TapId.decode(digits) == tap
    assert digits.isascii()
    assert digits.isdigit()
    assert digits[0] != "0"
    assert len(digits) <= 18


def test_a_run_is_kept_modulo_a_thousand() -> None:
    assert TapId.decode(TapId(1, 2_003, 4, 5).encode()) == TapId(1, 3, 4, 5)


@pytest.mark.parametrize(
    "foreign", [None, "", "0", "101", "1" * 15, "1" * 17, "2" + "0" * 15, "１" * 16, "1" * 15 + "x", " " * 16]
)
def test_a_number_we_did_not_make_means_nothing(foreign: str | None) -> None:
    assert TapId.decode(foreign) is None


@pytest.mark.parametrize(
    "tap", [TapId(100_000, 0, 0, 0), TapId(0, 0, 10_000, 0), TapId(0, 0, 0, 1_000), TapId(-1, 0, 0, 0)]
)
def test_what_has_no_room_is_refused(tap: TapId) -> None:
    assert not tap.fits
    with pytest.raises(ValueError, match="no room"):
        tap.encode()


@given(st.builds(SideTapId, desk=st.integers(2, 8), code=st.integers(0, 10**15 - 1)))
def test_a_side_desks_tap_id_reads_back_as_it_was_and_is_no_questionnaires(tap: SideTapId) -> None:
    digits = tap.encode()

    assert SideTapId.decode(digits) == tap
    assert TapId.decode(digits) is None
    assert int(digits) < 2**63
    assert len(digits) == 16


@pytest.mark.parametrize("tap", [SideTapId(1, 0), SideTapId(9, 0), SideTapId(2, 10**15), SideTapId(2, -1)])
def test_what_has_no_room_in_a_side_desks_id_is_refused(tap: SideTapId) -> None:
    with pytest.raises(ValueError, match="no room"):
        tap.encode()


@pytest.mark.parametrize(
    "foreign", [None, "", "0", "1" + "0" * 15, "9" + "0" * 15, "2" + "0" * 14, "2" + "x" * 15]
)
def test_a_number_no_side_desk_made_means_nothing_to_them(foreign: str | None) -> None:
    assert SideTapId.decode(foreign) is None
