"""Links in text, read as clients read them."""

import pytest

from simulator import links
from simulator.links import Link


def test_options_in_both_quote_styles_are_found_with_their_words() -> None:
    text = (
        '请选：\n<a href="weixin://bizmsgmenu?msgmenucontent=%E6%BB%A1%E6%84%8F&msgmenuid=101">1 满意</a>\n'
        "<a href='weixin://bizmsgmenu?msgmenucontent=不满意&msgmenuid=102'>2 不满意</a>"
    )

    found = links.segments(text)

    assert found == [
        "请选：\n",
        Link("1 满意", content="满意", menu_id="101"),
        "\n",
        Link("2 不满意", content="不满意", menu_id="102"),
    ]
    assert links.complaints(text) == []


def test_content_is_decoded_twice() -> None:
    text = '<a href="weixin://bizmsgmenu?msgmenucontent=100%2525&msgmenuid=7">全部</a>'

    assert links.links(text)[0].content == "100%"


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ("msgmenucontent=&msgmenuid=1", "不能空"),
        ("msgmenucontent=A", "不能空"),
        ("msgmenucontent=A&B&msgmenuid=1", "多出了参数"),
        ("msgmenucontent=A&amp;msgmenuid=1", "多出了参数"),
        ("msgmenucontent=A+B&msgmenuid=1", "没转义"),
        ("msgmenucontent=100%&msgmenuid=1", "百分号"),
        ("msgmenucontent=100%25&msgmenuid=1", "解码两次"),
    ],
)
def test_a_link_nobody_could_tap_is_complained_of(parameters: str, reason: str) -> None:
    text = f'<a href="weixin://bizmsgmenu?{parameters}">一般</a>'

    assert not links.links(text)[0].is_option
    assert reason in links.complaints(text)[0]


def test_an_ordinary_address_opens_and_is_not_an_option() -> None:
    link = links.links('<a href="https://example.org/a?b=1">看看</a>')[0]

    assert (link.url, link.is_option) == ("https://example.org/a?b=1", False)


def test_an_unfinished_link_is_complained_of() -> None:
    assert "没写完整" in links.complaints('好的 <a href="weixin://bizmsgmenu?msgmenucontent=A')[0]
