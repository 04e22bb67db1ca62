"""What people give us: colours, pictures, words. What cannot be printed is refused with the reason."""

import pytest
from PIL import Image

from qrcodes.colours import Palette, contrast
from qrcodes.errors import CannotDraw, PaleColours
from qrcodes.pictures import read_logo, read_picture
from qrcodes.sign import Owner
from qrcodes.texts import FOR_PLACES, FOR_UNITS, Texts
from tests.qrcodes.signs import as_file, make_sign

STEERING = ("好评", "支持", "满意请", "请点满意", "奖", "礼品", "红包", "感谢", "五星", "务必", "！")


def test_black_on_white_has_the_greatest_contrast() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


def test_a_pale_code_is_refused_with_its_contrast() -> None:
    with pytest.raises(PaleColours, match=r"二维码的颜色 #999999 和底色 #FFFFFF 的对比只有2\.8，至少要7"):
        Palette(code="#999999")


def test_a_light_code_on_a_dark_ground_is_refused() -> None:
    with pytest.raises(PaleColours, match="现在反了"):
        Palette(code="#FFFFFF", ground="#000000")


def test_a_field_on_which_white_words_would_vanish_is_refused() -> None:
    with pytest.raises(PaleColours, match="白字"):
        Palette(field="#FFE08A")


@pytest.mark.parametrize("colour", ["red", "#FFF", "#GGGGGG", '#000000"/>', ""])
def test_what_is_no_colour_is_refused(colour: str) -> None:
    with pytest.raises(PaleColours, match="要写成 #0F4C50 这样"):
        Palette(accent=colour)


def test_a_county_may_have_its_own_dark_colours() -> None:
    assert Palette(field="#7A1F2B", accent="#E0B84C", code="#3A0A10").code == "#3A0A10"


def test_a_picture_that_would_show_its_pixels_is_refused() -> None:
    with pytest.raises(CannotDraw, match="图片只有300×200像素"):
        read_picture(as_file(Image.new("RGB", (300, 200))))
    with pytest.raises(CannotDraw, match="标志只有40×40像素"):
        read_logo(as_file(Image.new("RGB", (40, 40))))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x89PNG\r\n\x1a\nbroken", b"<svg/>"])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(CannotDraw, match="图片用不了"):
        read_picture(content)


def test_a_large_logo_is_made_small() -> None:
    assert read_logo(as_file(Image.new("RGB", (2000, 1000)))).width_px == 400


def test_the_shipped_words_lean_towards_no_answer() -> None:
    for texts in (FOR_PLACES, FOR_UNITS):
        words = texts.question + texts.how + texts.afterwards
        assert not [word for word in STEERING if word in words]
        assert texts.question.count("？") == 1
        assert "不问您的姓名" in texts.afterwards


@pytest.mark.parametrize(
    ("question", "reason"),
    [("", "没有填"), ("问" * 31, "最多30个"), ("第一行\n第二行", "换行或看不见的字符")],
)
def test_words_that_cannot_stand_on_paper_are_refused(question: str, reason: str) -> None:
    with pytest.raises(CannotDraw, match=reason):
        Texts(question=question, how="怎么答", afterwards="怎么用")


def test_a_sign_without_a_name_or_an_office_is_refused() -> None:
    with pytest.raises(CannotDraw, match="名称没有填"):
        make_sign(name=" ")
    with pytest.raises(CannotDraw, match="电话没有填"):
        Owner("市绩效办", "")
