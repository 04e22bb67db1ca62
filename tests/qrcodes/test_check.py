"""Reading back notices what would disappoint somebody in front of a poster."""

from PIL import Image, ImageDraw

from qrcodes.check import CONDITIONS, check_page, check_signs, rasterised
from qrcodes.press import Press
from qrcodes.templates.registry import template_named
from tests.qrcodes.signs import make_sign

A4 = template_named("a4")


def a_page(press: Press) -> Image.Image:
    return next(iter(rasterised(press.pdf(A4, [make_sign()]), 120)))


def test_a_good_page_has_nothing_to_tell(press: Press) -> None:
    report = check_signs(press, A4, [make_sign()])

    assert report.is_good
    assert str(report) == "1个二维码都读得出来（原大、缩到四分之一、模糊、斜着，共读4次）。"


def test_a_spoiled_code_is_told_under_each_condition(press: Press) -> None:
    page = a_page(press)
    ImageDraw.Draw(page).rectangle((page.width * 0.4, page.height * 0.4, page.width, page.height), fill=255)

    failures = check_page(page, [make_sign()])

    assert [failure.condition for failure in failures] == list(CONDITIONS)
    assert str(failures[0]) == "宜州区（p_451203）：原大时读不出来"


def test_a_code_that_leads_elsewhere_is_told(press: Press) -> None:
    page = a_page(press)

    failures = check_page(page, [make_sign("u_U017", name="市交通运输局")])

    assert str(failures[0]) == f"市交通运输局（u_U017）：原大时读成了“{make_sign().url}”"


def test_a_code_too_many_is_told(press: Press) -> None:
    failures = check_page(a_page(press), [])

    assert "多出来的码" in str(failures[0])


def test_a_light_code_on_dark_ground_counts_as_not_read(press: Press) -> None:
    inverted = a_page(press).point(lambda value: 255 - value)

    assert check_page(inverted, [make_sign()])
