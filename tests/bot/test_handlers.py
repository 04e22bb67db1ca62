"""What each kind of push becomes, and what is said in return."""

from typing import Any

import pytest

from bot.handlers import EVENTS_BEYOND, HANDLERS
from bot.tap_ids import TapId
from core.conversation.incoming import Followed, Happening, Left, Nothing, Receipt, Scanned, Scene, Told
from core.conversation.inputs import Located, Other, Photo, Said, Tapped, Voice
from tests.bot import platform
from tests.bot.platform import event, push, text
from tests.bot.wsgi import Bench

TAP = TapId(12, 3, 7, 2)
POSTER = Scene("place", "451202001", "bus", "p_451202001_bus")

ANSWERED: list[tuple[str, Happening]] = [
    (text("比较满意"), Said("比较满意")),
    (text("比较满意", bizmsgmenuid=TAP.encode()), Tapped(12, 3, 7, 2, "比较满意")),
    (text("比较满意", bizmsgmenuid="0"), Said("比较满意")),
    (text("比较满意", bizmsgmenuid=""), Said("比较满意")),
    (text("比较满意", bizmsgmenuid="101"), Said("比较满意")),
    (text("比较满意", raw="<bizmsgmenuid><a>1</a></bizmsgmenuid>"), Said("比较满意")),
    (text(""), Said("")),
    (push("text", MsgId=1), Said("")),
    (push("TEXT", Content="大写", MsgId=1), Said("大写")),
    (push("image", PicUrl="http://mmbiz.qpic.cn/x", MediaId="m-1", MsgId=1), Photo("m-1")),
    (push("image", PicUrl="http://mmbiz.qpic.cn/x", MsgId=1), Other("image")),
    (push("voice", MediaId="m-2", Format="amr", Recognition="一般。", MsgId=1), Voice("m-2", "一般。")),
    (push("voice", MediaId="m-2", Format="amr", Recognition="", MsgId=1), Voice("m-2", "")),
    (push("voice", Format="amr", MsgId=1), Other("voice")),
    (push("video", MediaId="m-3", ThumbMediaId="t", MsgId=1), Other("video")),
    (push("shortvideo", MediaId="m-3", ThumbMediaId="t", MsgId=1), Other("video")),
    (
        push("location", Location_X="24.69", Location_Y="108.06", Scale=15, Label="金城江区", MsgId=1),
        Located(24.69, 108.06, "金城江区"),
    ),
    (push("location", Location_X="24.69", Location_Y="108.06", MsgId=1), Located(24.69, 108.06, "")),
    (push("location", Location_X="north", Location_Y="108.06", MsgId=1), Other("location")),
    (push("location", Location_X="nan", Location_Y="108.06", MsgId=1), Other("location")),
    (push("location", MsgId=1), Other("location")),
    (push("link", Title="t", Description="d", Url="http://x", MsgId=1), Other("link")),
    (push("hologram", MsgId=1), Other("hologram")),
    (push("h" * 500, MsgId=1), Other("h" * 32)),
    (event("subscribe"), Followed(None, "")),
    (event("subscribe", EventKey=""), Followed(None, "")),
    (event("subscribe", EventKey="qrscene_p_451202001_bus", Ticket="T"), Followed(POSTER, POSTER.raw)),
    (event("subscribe", EventKey="qrscene_123", Ticket="T"), Followed(None, "123")),
    (event("subscribe", EventKey="last_trade_no_4001234"), Followed(None, "")),
    (event("subscribe", EventKey="scanbarcode|EAN_13,690"), Followed(None, "")),
    (event("SCAN", EventKey="p_451202001_bus", Ticket="T"), Scanned(POSTER, POSTER.raw)),
    (event("SCAN", EventKey="u_U001", Ticket="T"), Scanned(Scene("unit", "U001", "", "u_U001"), "u_U001")),
    (event("SCAN", EventKey="123", Ticket="T"), Scanned(None, "123")),
    (event("SCAN"), Scanned(None, "")),
    (event("CLICK", EventKey="menu_survey"), Said("我要评价")),
    (event("CLICK", EventKey="menu_mine"), Said("我的")),
    (event("CLICK", EventKey="menu_help"), Said("帮助")),
    (event("CLICK", EventKey="older_menu"), Nothing()),
    (event("CLICK"), Nothing()),
]

POPUP = (
    "<SubscribeMsgPopupEvent><List><TemplateId>a</TemplateId><SubscribeStatusString>accept</SubscribeStatusString>"
    "</List><List><TemplateId>b</TemplateId></List></SubscribeMsgPopupEvent>"
)
SENT = (
    "<SubscribeMsgSentEvent><List><TemplateId>a</TemplateId><MsgID>{}</MsgID>"
    "<ErrorCode>0</ErrorCode><ErrorStatus>success</ErrorStatus></List></SubscribeMsgSentEvent>"
)


def receipt(status: str) -> Receipt:
    """What became of that message."""
    return Receipt((Told("1234567890123", status),), platform.OPENID)


UNANSWERED: list[tuple[str, Happening]] = [
    (event("unsubscribe", EventKey=""), Left()),
    (event("VIEW", EventKey="http://x", MenuId="1"), Nothing()),
    (event("LOCATION", Latitude="24.7", Longitude="108.1", Precision="65"), Nothing()),
    (
        event("TEMPLATESENDJOBFINISH", MsgID=1234567890123, Status="success"),
        receipt("success"),
    ),
    (
        event("TEMPLATESENDJOBFINISH", MsgID=1234567890123, Status="failed:user block"),
        receipt("failed:user block"),
    ),
    (event("subscribe_msg_popup_event", raw=POPUP), Nothing()),
    (event("subscribe_msg_change_event", raw=POPUP), Nothing()),
    (
        event("subscribe_msg_sent_event", raw=SENT.format(1)),
        Receipt((Told("1", "success", "a"),), platform.OPENID),
    ),
    (event("view_miniprogram", EventKey="pages/index"), Nothing()),
    (event("scancode_push", EventKey="k"), Nothing()),
    (event("pic_sysphoto", EventKey="k"), Nothing()),
    (event("pic_weixin", EventKey="k", raw="<SendPicsInfo><Count>x</Count></SendPicsInfo>"), Nothing()),
    (event("something_from_2031"), Nothing()),
]


def _id(value: Any) -> str:
    return "" if isinstance(value, str) else type(value).__name__


@pytest.mark.parametrize(("xml", "what"), ANSWERED, ids=_id)
def test_a_push_becomes_what_happened_and_the_turns_words_are_said(xml: str, what: Happening) -> None:
    bench = Bench(reply="好的")

    answer = bench.push(xml)

    (taken,) = bench.turns.taken
    assert (taken.what, taken.openid, taken.created_at) == (what, platform.OPENID, platform.NOW)
    assert "<Encrypt>" in answer.body


@pytest.mark.parametrize(("xml", "what"), UNANSWERED, ids=_id)
def test_what_may_not_be_answered_is_taken_in_silence(xml: str, what: Happening) -> None:
    bench = Bench(reply="不该说的话")

    answer = bench.push(xml)

    assert [taken.what for taken in bench.turns.taken] == [what]
    assert answer.body == "success"


@pytest.mark.parametrize(("xml", "what"), ANSWERED + UNANSWERED, ids=_id)
def test_silence_asks_no_second_handler(xml: str, what: Happening) -> None:
    bench = Bench(reply="")

    assert bench.push(xml).body == "success"
    assert len(bench.turns.taken) == 1


def test_every_kind_that_has_a_handler_is_pushed_above() -> None:
    pushed = " ".join(xml for xml, _ in ANSWERED + UNANSWERED).lower()

    for kind in (*HANDLERS, *EVENTS_BEYOND):
        assert f"[{kind.removesuffix('_event')}]" in pushed, kind


# Which delivery it is ------------------------------------------------------------------------------------


def keys(*pushes: str) -> list[str]:
    """The delivery key of each push."""
    bench = Bench()
    for xml in pushes:
        bench.push(xml)
    return [taken.delivery_key for taken in bench.turns.taken]


def test_a_delivery_key_is_short_and_the_same_for_a_re_delivery() -> None:
    first, again = keys(text("满意"), text("满意"))

    assert first == again
    assert len(first) == 32


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (text("满意", msg_id=1), text("满意", msg_id=2)),
        (text("满意"), text("满意", sender="oSomebodyElse")),
        (text("满意"), text("满意", created=platform.NOW + 1)),
        (event("SCAN", EventKey="p_1"), event("SCAN", EventKey="p_2")),
        (event("subscribe"), event("unsubscribe")),
        (event("CLICK", EventKey="menu_help"), event("VIEW", EventKey="menu_help")),
        (event("subscribe"), event("subscribe", created=platform.NOW + 1)),
        (event("subscribe"), event("subscribe", sender="oSomebodyElse")),
        (event("TEMPLATESENDJOBFINISH", MsgID=1), event("TEMPLATESENDJOBFINISH", MsgID=2)),
        (
            event("subscribe_msg_sent_event", raw=SENT.format(1)),
            event("subscribe_msg_sent_event", raw=SENT.format(2)),
        ),
        (push("text", Content="一"), push("text", Content="二")),
    ],
)
def test_different_deliveries_have_different_keys(one: str, other: str) -> None:
    assert len(set(keys(one, other))) == 2


def test_equal_words_sent_again_are_another_delivery_but_a_retry_with_a_new_stamp_is_not() -> None:
    bench = Bench()

    bench.push(text("满意"), nonce="1")
    bench.push(text("满意"), nonce="2", timestamp=platform.NOW + 5)

    one, two = bench.turns.taken
    assert one.delivery_key == two.delivery_key
    assert one.stamp != two.stamp
