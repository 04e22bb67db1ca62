"""What people do with phones, and what the account hears of it."""

import base64
import io
from pathlib import Path

import pytest
from PIL import Image

from simulator.phone import PhoneError
from tests.simulator.conftest import Account, MakeAccount
from tests.simulator.webhook import Said

OPTIONS = (
    '满意吗？\n<a href="weixin://bizmsgmenu?msgmenucontent=%E6%BB%A1%E6%84%8F&msgmenuid=101">1 满意</a>\n'
    '<a href="weixin://bizmsgmenu?msgmenucontent=%E4%B8%8D%E6%BB%A1%E6%84%8F&msgmenuid=102">2 不满意</a>'
)


def test_openids_have_28_characters_and_a_common_beginning(steady: Account) -> None:
    one, other = steady.phone(), steady.phone()

    assert len(one.openid) == len(other.openid) == 28
    assert one.openid[:6] == other.openid[:6]
    assert one.openid != other.openid


def test_following_by_search_carries_no_scene(steady: Account) -> None:
    steady.phone().follow()

    assert steady.webhook.last["EventKey"] == ""
    assert "Ticket" not in steady.webhook.last


def test_scanning_follows_first_and_is_a_scan_afterwards(account: Account) -> None:
    phone = account.phone()

    phone.scan("p_451203100")
    phone.scan("p_451203100")

    first, second = account.webhook.pushes
    assert (first["Event"], first["EventKey"]) == ("subscribe", "qrscene_p_451203100")
    assert (second["Event"], second["EventKey"]) == ("SCAN", "p_451203100")
    assert first["Ticket"] == second["Ticket"]


def test_who_follows_again_by_search_has_lost_the_scene(account: Account) -> None:
    phone = account.phone()
    phone.scan("p_451203100")
    phone.unfollow()

    phone.follow()

    assert account.webhook.last["EventKey"] == ""
    assert [said["Event"] for said in account.webhook.pushes] == ["subscribe", "unsubscribe", "subscribe"]


def test_only_followers_can_write(steady: Account) -> None:
    with pytest.raises(PhoneError, match="还没有关注"):
        steady.phone().say("在吗")


def test_tapping_sends_the_option_as_own_words_with_its_id(account: Account) -> None:
    phone = account.follower()
    account.webhook.answer = lambda said: OPTIONS if said.get("Content") == "开始" else "好"
    phone.say("开始")
    old = phone.link("1 满意")

    phone.tap("不满意")
    assert (account.webhook.last["Content"], account.webhook.last["bizmsgmenuid"]) == ("不满意", "102")
    phone.tap(old)
    assert (account.webhook.last["Content"], account.webhook.last["bizmsgmenuid"]) == ("满意", "101")
    assert account.chat(phone)[-2] == ("me", "满意")


@pytest.mark.parametrize(("kind", "menu_id"), [("drop_id", None), ("zero_id", "0")])
def test_a_tap_can_lose_its_id(account: Account, kind: str, menu_id: str | None) -> None:
    phone = account.follower()
    account.webhook.answer = lambda said: OPTIONS
    phone.say("开始")
    account.fault("tap", kind)

    phone.tap("1 满意")
    assert account.webhook.last["Content"] == "满意"
    assert account.webhook.last.get("bizmsgmenuid") == menu_id
    phone.tap("1 满意")
    assert account.webhook.last["bizmsgmenuid"] == "101"


def test_tapping_what_is_not_there_fails(steady: Account) -> None:
    with pytest.raises(PhoneError, match="没有"):
        steady.follower().tap("满意")


def test_every_kind_of_message_has_its_fields(steady: Account) -> None:
    phone = steady.follower()
    webhook = steady.webhook

    phone.send_voice()
    assert {"MediaId", "Format", "MediaId16K", "Recognition", "MsgId"} < set(webhook.last)
    phone.send_photo()
    assert webhook.last["PicUrl"].startswith(steady.address)
    phone.send_video()
    assert {"MediaId", "ThumbMediaId"} < set(webhook.last)
    phone.send_location("村口")
    assert (webhook.last["Label"], webhook.last["Scale"]) == ("村口", "16")
    phone.send_link("通知", "https://example.org/")
    assert webhook.last["Url"] == "https://example.org/"
    phone.send_other("sticker", {"Md5": "0"})
    assert (webhook.last["MsgType"], webhook.last["Md5"]) == ("sticker", "0")


def test_what_was_said_survives_a_restart(make_account: MakeAccount, tmp_path: Path) -> None:
    before = make_account(state_directory=tmp_path)
    phone = before.phone()
    phone.scan("p_451202")
    phone.send_photo()
    chat = before.chat(phone)

    after = make_account(state_directory=tmp_path)

    assert after.chat(phone) == chat
    shown = after.line.chat(phone.openid)[-2]
    assert after.api.get(f"/demo/media/{shown['body']['media_id']}").content.startswith(b"\xff\xd8")


def test_own_words_are_never_read_as_links(steady: Account) -> None:
    phone = steady.follower()

    phone.say(OPTIONS)

    own = steady.line.chat(phone.openid)[-2]
    assert own["body"]["pieces"] == [{"words": OPTIONS}]


def test_a_picked_picture_is_sent_as_an_upright_jpeg(steady: Account) -> None:
    phone = steady.follower()
    png = _png_base64()
    answer = steady.api.post(f"/demo/phones/{phone.openid}/acts", json={"act": "photo", "content": png})

    media_id = steady.webhook.last["MediaId"]
    assert answer.status_code == 200
    got = steady.api.get("/cgi-bin/media/get", params={"access_token": steady.token(), "media_id": media_id})
    assert got.content.startswith(b"\xff\xd8")


def test_what_is_no_picture_is_refused_with_a_sentence(steady: Account) -> None:
    phone = steady.follower()

    answer = steady.api.post(f"/demo/phones/{phone.openid}/acts", json={"act": "photo", "content": "AAAA"})

    assert (answer.status_code, answer.json()) == (409, {"error": "这不是图片，请换一张"})


def test_a_recording_goes_through_the_encoder(make_account: MakeAccount) -> None:
    account = make_account(voice_encoder=lambda recording: b"#!AMR\n" + recording[:4])
    phone = account.follower()

    account.api.post(
        f"/demo/phones/{phone.openid}/acts", json={"act": "voice", "content": "UklGRgAAAA==", "seconds": 3}
    )

    query = {"access_token": account.token(), "media_id": account.webhook.last["MediaId"]}
    assert account.api.get("/cgi-bin/media/get", params=query).content == b"#!AMR\nRIFF"


def test_a_thrown_away_phone_unfollows_and_is_gone(steady: Account) -> None:
    phone = steady.follower()

    steady.api.delete(f"/demo/phones/{phone.openid}")

    assert steady.webhook.last["Event"] == "unsubscribe"
    assert steady.api.get(f"/demo/phones/{phone.openid}/messages").status_code == 404


def test_the_menu_shows_on_phones_and_its_buttons_push(account: Account) -> None:
    phone = account.follower()
    account.webhook.answer = _silent_views
    account.post(
        "/cgi-bin/menu/create",
        {
            "button": [
                {"type": "click", "name": "开始评议", "key": "START"},
                {
                    "name": "更多",
                    "sub_button": [{"type": "view", "name": "公开", "url": "https://example.org/"}],
                },
            ]
        },
    )

    assert phone.press_menu("开始评议") == "好"
    assert (account.webhook.last["Event"], account.webhook.last["EventKey"]) == ("CLICK", "START")
    phone.press_menu("公开")
    assert (account.webhook.last["Event"], account.webhook.last["EventKey"]) == (
        "VIEW",
        "https://example.org/",
    )


def _silent_views(said: Said) -> str | bytes:
    return b"" if said["Event"] == "VIEW" else "好"


def _png_base64() -> str:
    out = io.BytesIO()
    Image.new("RGBA", (2000, 500), "green").save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()
