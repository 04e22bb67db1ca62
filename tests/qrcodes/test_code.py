"""Codes alone: read at any size, with a logo or refused with the reason."""

import io
import re

import pytest
from PIL import Image

from qrcodes.code import MAX_LOGO_SHARE, QUIET_MODULES, Code, Logo, make_code
from qrcodes.colours import Palette
from qrcodes.errors import SpoilsCode
from qrcodes.pictures import read_logo
from qrcodes.reading import read_codes
from tests.qrcodes.signs import a_logo, as_file, url_of

URL = url_of("p_451203100_bus")


def a_code(logo: Logo | None = None) -> Code:
    return make_code(URL, Palette(), logo)


@pytest.mark.parametrize(("width_mm", "dpi"), [(20, 203), (30, 300), (85.5, 96), (80, 600), (200, 150)])
def test_a_png_has_the_size_asked_for_to_the_pixel_and_is_read(width_mm: float, dpi: int) -> None:
    image = Image.open(io.BytesIO(a_code().png(width_mm, dpi)))

    assert image.size == (round(width_mm / 25.4 * dpi),) * 2
    assert image.info["dpi"] == pytest.approx((dpi, dpi), abs=0.1)
    assert [found.text for found in read_codes(image)] == [URL]


def test_four_modules_around_a_code_are_clear() -> None:
    image = a_code().image(10).convert("L")

    clear = QUIET_MODULES * 10
    for box in ((0, 0, image.width, clear), (0, 0, clear, image.height)):
        assert image.crop(box).getextrema() == (255, 255)
        assert image.rotate(180).crop(box).getextrema() == (255, 255)
    assert image.crop((clear, clear, clear + 70, clear + 10)).getextrema()[0] < 60


def test_the_svg_has_the_same_modules_as_the_picture_and_its_width_in_millimetres() -> None:
    code = a_code()

    svg = code.svg(width_mm=35)

    drawn = Image.new("L", (code.side_modules,) * 2, 255)
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg):
        drawn.paste(0, (int(x), int(y), int(x) + int(width), int(y) + 1))
    assert 'width="35mm"' in svg
    assert list(drawn.tobytes()) == [255 if p == 255 else 0 for p in code.image(1).convert("L").tobytes()]


def test_what_is_too_small_to_be_read_is_refused_with_the_least_width() -> None:
    with pytest.raises(SpoilsCode, match=r"宽度至少要1[01]\.\d毫米"):
        a_code().png(5, 300)


def test_what_would_not_fit_into_memory_is_refused() -> None:
    with pytest.raises(SpoilsCode, match="请用 SVG"):
        a_code().png(2000, 1200)


def test_error_correction_rises_with_the_logo() -> None:
    assert a_code().correction == "Q"
    assert a_code(a_logo(0.14)).correction == "Q"
    assert a_code(a_logo(0.22)).correction == "H"


@pytest.mark.parametrize("share", [0.1, 0.16, 0.2, MAX_LOGO_SHARE])
@pytest.mark.parametrize("px_per_module", [3, 7])
def test_a_code_with_a_logo_is_read_and_shows_it(share: float, px_per_module: int) -> None:
    image = a_code(a_logo(share)).image(px_per_module)

    assert [found.text for found in read_codes(image)] == [URL]
    assert image.getpixel((image.width // 2, image.height // 2)) == (0xB3, 0x26, 0x1E)


@pytest.mark.parametrize("share", [0.05, 0.3, 0.9])
def test_a_logo_that_takes_too_much_or_too_little_is_refused(share: float) -> None:
    with pytest.raises(SpoilsCode, match=f"标志占二维码宽度的{share:.0%}"):
        a_code(a_logo(share))


def test_a_logo_that_keeps_the_code_from_being_read_is_refused() -> None:
    """One that is a code itself: phones would read now this, now that."""
    other = make_code("http://a.cn", Palette()).image(8)
    logo = Logo(read_logo(as_file(other)), MAX_LOGO_SHARE)

    with pytest.raises(SpoilsCode, match="加上这个标志，二维码就扫不出来了"):
        a_code(logo)


@pytest.mark.parametrize("url", ["weixin", "http://weixin.qq.com/q/中文", "http://weixin.qq.com/q/a b"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(SpoilsCode, match="地址不对"):
        make_code(url, Palette())
