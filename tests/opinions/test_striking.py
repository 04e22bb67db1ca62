"""Numbers are found by rule, names behind words that announce one; the rest of the text stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.opinions.striking import STANDS_IN, Piece, masked, struck, suggest

# Made-up numbers: 154000 belongs to no operator, the identity card is the standard's own example.
ID_CARD = "11010519491231002X"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("有事打15400012345找我", "有事打〔电话〕找我"),
        ("电话：154 0001 2345。", "电话：〔电话〕。"),
        ("电话154-0001-2345", "电话〔电话〕"),
        ("电话１５４０００１２３４５", "电话〔电话〕"),
        ("+86 15400012345", "〔电话〕"),
        ("座机0778-2281234", "座机〔电话〕"),
        (f"身份证{ID_CARD}", "身份证〔证件号〕"),
        (f"身份证{ID_CARD.lower()}办不了", "身份证〔证件号〕办不了"),
        ("身份证写错了110105194912310021", "身份证写错了〔卡号〕"),
        ("卡号6222021234567890123", "卡号〔卡号〕"),
        ("桂M12345占道", "〔车牌〕占道"),
        ("桂MD12345占道", "〔车牌〕占道"),
        ("加我微信号abc_12345说", "加我微信号〔账号〕说"),
        ("QQ：123456789", "QQ：〔账号〕"),
        ("我叫覃小妹，住在村口", "我叫〔姓名〕，住在村口"),
        ("联系人：韦大哥 15400012345", "联系人：〔姓名〕 〔电话〕"),
        ("姓名：欧阳修文，电话没有", "姓名：〔姓名〕，电话没有"),
    ],
)
def test_who_somebody_is_is_found(text: str, expected: str) -> None:
    assert masked(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "路灯杆上写着12345，坏了",
        "从2021年6月30日到2021年11月30日都没修",
        "修路花了1540001元",
        "我是农民，没有活干",
        "我是石匠，没有活干",
        "打12345没人接",
        "打110、120都没来",
        "村里有15户、138人、1300亩地",
        "联系不上村干部",
    ],
)
def test_ordinary_words_and_numbers_stay(text: str) -> None:
    assert suggest(text) == ()


def test_a_name_is_struck_out_wherever_it_stands() -> None:
    assert struck("张三打人，张三是村长", [Piece("name", "张三")]) == "〔姓名〕打人，〔姓名〕是村长"


def test_the_longer_of_two_pieces_goes_first() -> None:
    text = struck("张三丰和张三", [Piece("name", "张三"), Piece("name", "张三丰")])

    assert text == "〔姓名〕和〔姓名〕"


@given(st.text(max_size=200))
def test_whatever_is_said_masking_leaves_nothing_to_be_found(text: str) -> None:
    once = masked(text)

    assert all(piece.words in once or piece.words in text for piece in suggest(once))
    assert masked(once) == once or any(word in once for word in STANDS_IN.values())


@given(st.text(alphabet="01234567890 -，。电话abcX", max_size=60))
def test_every_mobile_number_written_in_one_piece_is_found(before: str) -> None:
    text = f"{before}，15400012345，"

    assert "15400012345" not in masked(text)
