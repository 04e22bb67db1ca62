"""Every template: whether words stay on the page and off the code, and whether the code is read."""

import io
from itertools import combinations
from math import hypot

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from qrcodes.check import check_signs, dpi_to_read
from qrcodes.colours import Palette
from qrcodes.errors import CannotDraw
from qrcodes.press import Press
from qrcodes.sign import Owner, Sign
from qrcodes.templates.base import PT_PER_MM, Template
from qrcodes.templates.registry import TEMPLATES, template_named
from qrcodes.texts import FOR_PLACES, FOR_UNITS, MAX_LINE_CHARS, MAX_QUESTION_CHARS, Texts
from tests.qrcodes.pages import Box, pages_of
from tests.qrcodes.signs import LONGEST_COUNTY, LONGEST_UNIT, OWNER, a_logo, a_picture, make_sign

# Closer to the edge than this a printer or a knife may take it.
SAFE_MM = 3.0

HANZI = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=20)
EVERY_TEMPLATE = pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)


def various_signs() -> list[Sign]:
    """Short and long names, with and without logo and picture, and words as long as they may be."""
    red = Palette(field="#7A1F2B", code="#3A0A10")
    longest = Texts("问" * MAX_QUESTION_CHARS, "答" * MAX_LINE_CHARS, "用" * MAX_LINE_CHARS)
    longest_owner = Owner("办" * 40, "0" * 40)
    return [
        make_sign("p_451203"),
        make_sign("p_451225001", name="下塘瑶族乡", within=LONGEST_COUNTY, logo=a_logo()),
        make_sign("p_451225", name=LONGEST_COUNTY, picture=a_picture(), logo=a_logo(0.24)),
        make_sign("u_U007", name=LONGEST_UNIT, texts=FOR_UNITS, palette=red),
        make_sign("u_U001", name="名" * 40, within="县" * 40, texts=longest, owner=longest_owner),
        make_sign("u_U002", name="A" * 40, texts=longest, picture=a_picture()),
    ]


def coarsely(template: Template) -> float:
    """As finely as it takes to find the codes; reading them is `check_signs`' business."""
    return dpi_to_read(template) / 2.5


def assert_words_stay_in_their_place(press: Press, template: Template, signs: list[Sign]) -> None:
    safe = (SAFE_MM if not template.is_screen else 5) * PT_PER_MM
    for page in pages_of(press.pdf(template, signs), coarsely(template)):
        inside = Box(safe, safe, page.width - safe, page.height - safe)
        codes = page.codes()
        assert codes
        for character, box in page.characters:
            if character.strip():
                assert box.is_inside(inside), (character, box)
                assert not [code for code in codes if code.meets(box)], (character, box)
        assert_no_two_overlap([box for character, box in page.characters if character.strip()])


def assert_no_two_overlap(boxes: list[Box]) -> None:
    """No character lies on another; the ink of neighbours may touch."""
    for one, other in combinations([box.inner(0.08) for box in boxes], 2):
        assert not one.meets(other), (one, other)


@EVERY_TEMPLATE
def test_every_code_is_read_from_the_page_small_blurred_and_askew(press: Press, template: Template) -> None:
    report = check_signs(press, template, various_signs()[:4])

    assert report.is_good, str(report)


@EVERY_TEMPLATE
def test_words_stay_on_the_page_and_off_the_code(press: Press, template: Template) -> None:
    assert_words_stay_in_their_place(press, template, various_signs())


@settings(max_examples=4)
@given(names=st.lists(HANZI, min_size=6, max_size=6), within=st.sampled_from(["", LONGEST_COUNTY]))
@pytest.mark.parametrize("name", ["a4", "bus", "sticker_round"])
def test_any_name_of_up_to_20_characters_fits(press: Press, name: str, names: list[str], within: str) -> None:
    signs = [make_sign(f"p_{at}", name=each, within=within) for at, each in enumerate(names)]

    assert_words_stay_in_their_place(press, template_named(name), signs)


def test_words_on_a_round_sticker_stay_inside_the_circle(press: Press) -> None:
    for page in pages_of(press.pdf(template_named("sticker_round"), various_signs()), 300):
        for character, box in page.characters:
            for x in (box.left, box.right):
                for y in (box.top, box.bottom):
                    from_middle = hypot(x - page.width / 2, y - page.height / 2)
                    assert not character.strip() or from_middle <= 38.5 * PT_PER_MM, (character, box)


@EVERY_TEMPLATE
def test_a_page_has_its_size_and_its_codes_their_width(press: Press, template: Template) -> None:
    page = next(pages_of(press.pdf(template, [make_sign()]), coarsely(template)))

    code = page.codes()[0]
    assert (page.width, page.height) == pytest.approx((template.width_pt, template.height_pt), abs=0.1)
    assert len(page.codes()) == template.codes_per_sign
    quiet_too = (code.right - code.left) * 45 / 37
    assert quiet_too >= template.code_width_pt * 0.99


def test_the_code_of_an_a4_poster_is_at_least_8_cm_wide(press: Press) -> None:
    shortest = make_sign(url="http://weixin.qq.com/q/a")
    signs = [shortest, make_sign(url="http://weixin.qq.com/q/a", picture=a_picture())]

    for page in pages_of(press.pdf(template_named("a4"), signs)):
        (code,) = page.codes()
        assert (code.right - code.left) / PT_PER_MM >= 80


def test_a_poster_says_what_it_must_and_nothing_else(press: Press) -> None:
    sign = make_sign(name="庆远镇", within="宜州区")

    (page,) = pages_of(press.pdf(template_named("a4"), [sign]))

    said = sorted("".join(page.text.split()))
    texts = FOR_PLACES
    must = [
        sign.within,
        sign.name,
        texts.question,
        texts.how,
        texts.afterwards,
        OWNER.office,
        "电话",
        OWNER.phone,
    ]
    assert said == sorted("".join("".join(must).split()))


@pytest.mark.parametrize(("name", "size"), [("led", (1920, 1080)), ("bus", (1920, 540))])
def test_a_screen_gets_its_pixels_exactly(press: Press, name: str, size: tuple[int, int]) -> None:
    (content,) = press.png(template_named(name), [make_sign()])

    assert Image.open(io.BytesIO(content)).size == size


def test_a_countys_picture_keeps_away_from_the_code(press: Press) -> None:
    sign = make_sign(picture=a_picture(), logo=None)
    for template in TEMPLATES.values():
        (page,) = pages_of(press.pdf(template, [sign]), coarsely(template))
        scale = page.dpi / 72
        for code in page.codes():
            around = 4 * (code.right - code.left) / 37
            box = (code.left - around, code.top - around, code.right + around, code.bottom + around)
            colours = page.image.crop(tuple(round(edge * scale) for edge in box)).getcolors(1 << 24) or []
            assert not [colour for _, colour in colours if colour[0] > 200 and colour[1] < 80], template.name


def test_pictures_are_shown_where_there_is_room_for_them(press: Press) -> None:
    sign = make_sign(picture=a_picture())
    for name in ("a4", "a3", "roll_up", "led", "bus", "tent", "sheet_2"):
        template = template_named(name)
        page = next(pages_of(press.pdf(template, [sign]), 3600 / template.width_pt * 10))
        colours = {colour for _, colour in page.image.getcolors(1 << 24) or []}
        assert [colour for colour in colours if colour[0] > 240 and colour[1] < 20], name


@EVERY_TEMPLATE
def test_the_type_is_embedded_and_cut_down_to_what_is_used(press: Press, template: Template) -> None:
    content = press.pdf(template, [make_sign()])

    for page in PdfReader(io.BytesIO(content)).pages:
        fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
        assert fonts
        for font in fonts:
            described = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert "/FontFile2" in described or "/FontFile3" in described
            assert font["/BaseFont"][7:8] == "+"
    assert len(content) < 300_000


def test_an_svg_page_needs_no_font(press: Press) -> None:
    (page,) = press.svg(template_named("a4"), [make_sign()])

    assert "<text" not in page
    assert "font-family" not in page


def test_an_unknown_template_is_refused_with_those_there_are() -> None:
    with pytest.raises(CannotDraw, match="没有叫“a5”的样式。有这些：a4（A4 海报）"):
        template_named("a5")


def test_a_page_too_large_for_memory_is_refused(press: Press) -> None:
    with pytest.raises(CannotDraw, match="易拉宝"):
        press.png(template_named("roll_up"), [make_sign()], dpi=600)
