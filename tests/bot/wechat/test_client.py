"""Calls to the platform over real HTTP: tokens, errors, and what is written down about them."""

import json
import logging
import socket
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
from prometheus_client import CollectorRegistry
from redis import Redis
from werkzeug.wrappers import Request, Response

from bot.metrics import BotMetrics
from bot.wechat.client import WeChatClient
from bot.wechat.errors import KNOWN, NO_FILE, SYSTEM_BUSY, TOKEN_REFUSED, Reaction, WeChatError
from bot.wechat.token_stores import RedisTokenStore
from simulator import SimulatorConfig, build
from simulator.factory import Simulator
from simulator.serve import serving
from tests.bot.platform import AES_KEY, APP_ID, TOKEN
from tests.bot.wechat.conftest import Platform, account, refused, said
from tests.hand_clock import HandClock

SEND = "/cgi-bin/message/template/send"


def test_a_call_carries_the_token_and_gives_the_answers_fields(
    client: WeChatClient, fake_platform: Platform
) -> None:
    answer = client.get("/cgi-bin/user/info", openid="oX", lang="zh_CN")

    assert answer["answer"] == "好"
    assert fake_platform.calls == [("/cgi-bin/user/info", "t1")]


def test_the_token_is_asked_for_without_force(client: WeChatClient, fake_platform: Platform) -> None:
    client.get("/cgi-bin/user/info")

    assert json.loads(fake_platform.requests[0][3]) == {
        "grant_type": "client_credential",
        "appid": APP_ID,
        "secret": "the-secret",
        "force_refresh": False,
    }


def test_words_go_out_as_raw_utf_8(client: WeChatClient, fake_platform: Platform) -> None:
    client.post(SEND, {"data": {"thing1": {"value": "道路破损😀"}}})

    assert "道路破损😀".encode() in fake_platform.requests[-1][3]


def test_an_answer_without_errcode_is_success(client: WeChatClient, fake_platform: Platform) -> None:
    fake_platform.answers = [said(subscribe=1)]

    assert client.get("/cgi-bin/user/info") == {"subscribe": 1}


@pytest.mark.parametrize("code", sorted(TOKEN_REFUSED))
def test_a_refused_token_is_renewed_and_the_call_made_again(
    client: WeChatClient, fake_platform: Platform, code: int
) -> None:
    fake_platform.answers = [refused(code), said(errcode=0)]

    client.post(SEND, {})

    assert fake_platform.calls == [(SEND, "t1"), (SEND, "t2")]


def test_a_token_refused_twice_is_an_error_and_no_endless_circle(
    client: WeChatClient, fake_platform: Platform
) -> None:
    fake_platform.answers = [refused(40001)]

    with pytest.raises(WeChatError) as caught:
        client.post(SEND, {})

    assert caught.value.reaction is Reaction.REFRESH_TOKEN
    assert len(fake_platform.calls) == 2
    assert fake_platform.tokens_given == 2


@pytest.mark.parametrize("code", [code for code in KNOWN if code not in TOKEN_REFUSED])
def test_an_error_names_its_code_rid_and_reaction_and_is_not_tried_again(
    client: WeChatClient, fake_platform: Platform, code: int
) -> None:
    fake_platform.answers = [refused(code)]

    with pytest.raises(WeChatError) as caught:
        client.post(SEND, {})

    error = caught.value
    assert (error.call, error.code, error.rid) == (SEND, code, "5f1a2b3c-0a1b2c3d-4e5f6a7b")
    assert error.reaction is KNOWN[code].reaction
    assert error.meaning in str(error)
    assert len(fake_platform.calls) == 1


def test_a_code_nobody_has_heard_of_stops_the_job(client: WeChatClient, fake_platform: Platform) -> None:
    fake_platform.answers = [refused(99999)]

    with pytest.raises(WeChatError, match="99999") as caught:
        client.post(SEND, {})

    assert caught.value.reaction is Reaction.STOP_JOB


@pytest.mark.parametrize(
    "answer",
    [
        said(502, errcode=0),
        lambda request: Response("<html>busy</html>"),
        lambda request: Response("[1]"),
        lambda request: Response(b"\xff\xfe{}"),
        lambda request: Response("", status=302, headers={"Location": "http://127.0.0.1:9/"}),
    ],
)
def test_an_answer_that_is_none_counts_as_busy(
    client: WeChatClient, fake_platform: Platform, answer: Callable[[Request], Response]
) -> None:
    fake_platform.answers = [answer]

    with pytest.raises(WeChatError) as caught:
        client.post(SEND, {})

    assert (caught.value.code, caught.value.reaction) == (-1, Reaction.RETRY)


def test_no_answer_at_all_counts_as_busy(
    redis_url: str, clock: HandClock, registry: CollectorRegistry
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, Redis.from_url(redis_url) as redis:
        here = account(f"http://127.0.0.1:{silent.getsockname()[1]}")
        http = httpx.Client(timeout=0.2)
        with (
            WeChatClient(here, RedisTokenStore(redis, "wx1"), clock, BotMetrics(registry), http) as client,
            pytest.raises(WeChatError) as caught,
        ):
            client.get("/cgi-bin/user/get")

    assert (caught.value.call, caught.value.code) == ("/cgi-bin/stable_token", -1)


@pytest.mark.parametrize(
    "answer", [said(access_token=""), said(expires_in=7200), said(access_token="t", expires_in="soon")]
)
def test_a_token_that_is_none_is_an_error(
    client: WeChatClient, fake_platform: Platform, answer: Callable[[Request], Response]
) -> None:
    fake_platform.token_answer = answer

    with pytest.raises(WeChatError):
        client.get("/cgi-bin/user/get")

    assert fake_platform.calls == []


def test_a_wrong_secret_stops_everything(client: WeChatClient, fake_platform: Platform) -> None:
    fake_platform.token_answer = refused(40125)

    with pytest.raises(WeChatError) as caught:
        client.get("/cgi-bin/user/get")

    assert caught.value.reaction is Reaction.STOP_ALL


def test_each_call_is_timed_counted_and_logged_without_token_secret_or_person(
    client: WeChatClient,
    fake_platform: Platform,
    registry: CollectorRegistry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    fake_platform.answers = [refused(43004)]

    with pytest.raises(WeChatError):
        client.post(SEND, {"touser": "oPERSON"})

    told = [record.__dict__ for record in caplog.records if record.msg == "wechat_call"]
    assert [(line["call"], line["code"]) for line in told] == [("/cgi-bin/stable_token", 0), (SEND, 43004)]
    assert told[1]["rid"] == "5f1a2b3c-0a1b2c3d-4e5f6a7b"
    assert registry.get_sample_value("minyi_wechat_api_seconds_count", {"call": SEND}) == 1
    assert registry.get_sample_value("minyi_wechat_api_errors_total", {"call": SEND, "code": "43004"}) == 1
    everything = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert not any(secret in everything for secret in ("oPERSON", "the-secret", "access_token="))


# Files ----------------------------------------------------------------------------------------------------

MEDIA = "/cgi-bin/media/get"


def test_a_file_comes_in_pieces_whatever_its_header_says(
    client: WeChatClient, fake_platform: Platform
) -> None:
    content = bytes(range(256)) * 1000
    fake_platform.answers = [lambda request: Response(content, content_type="text/plain")]

    with client.download(MEDIA, media_id="m1") as pieces:
        got = b"".join(pieces)

    assert got == content


@pytest.mark.parametrize("header", ["text/plain", "image/jpeg", "application/json; encoding=utf-8"])
def test_an_error_in_place_of_a_file_is_known_by_its_bytes(
    client: WeChatClient, fake_platform: Platform, header: str
) -> None:
    said_so = b'{"errcode":40007,"errmsg":"invalid media_id rid: 5f1a2b3c-0a1b2c3d"}'
    fake_platform.answers = [lambda request: Response(said_so, content_type=header)]

    with pytest.raises(WeChatError) as caught, client.download(MEDIA, media_id="m1"):
        raise AssertionError("there is no file")

    assert (caught.value.code, caught.value.rid) == (40007, "5f1a2b3c-0a1b2c3d")


def test_a_token_refused_for_a_file_is_renewed_once(client: WeChatClient, fake_platform: Platform) -> None:
    fake_platform.answers = [refused(42001), lambda request: Response(b"#!AMR")]

    with client.download(MEDIA, media_id="m1") as pieces:
        assert b"".join(pieces) == b"#!AMR"

    assert fake_platform.calls == [(MEDIA, "t1"), (MEDIA, "t2")]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (said(video_url="http://127.0.0.1/clip"), NO_FILE),
        (lambda request: Response(b"{" * 100_000), SYSTEM_BUSY),
        (lambda request: Response(b"busy", status=503), SYSTEM_BUSY),
        (lambda request: Response(iter([b"half"]), headers={"Content-Length": "100"}), SYSTEM_BUSY),
    ],
)
def test_what_is_no_file_is_an_error(
    client: WeChatClient, fake_platform: Platform, answer: Callable[[Request], Response], code: int
) -> None:
    fake_platform.answers = [answer]

    with pytest.raises(WeChatError) as caught, client.download(MEDIA, media_id="m1") as pieces:
        list(pieces)

    assert caught.value.code == code


def test_a_file_that_drips_is_given_up(
    client: WeChatClient, fake_platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.wechat.client.DOWNLOAD_SECONDS", 0.2)

    def drops() -> Iterator[bytes]:
        while True:
            yield b"."
            time.sleep(0.02)

    fake_platform.answers = [lambda request: Response(drops())]

    with pytest.raises(WeChatError) as caught, client.download(MEDIA, media_id="m1") as pieces:
        list(pieces)

    assert caught.value.code == SYSTEM_BUSY


# Against the simulator ------------------------------------------------------------------------------------


@pytest.fixture
def platform_stand_in(clock: HandClock) -> Iterator[tuple[Simulator, str]]:
    """The simulated platform and its address."""
    config = SimulatorConfig(
        webhook_url="http://127.0.0.1:1/wechat", token=TOKEN, app_id=APP_ID, app_secret="the-secret",
        aes_key=AES_KEY, clock=clock,
    )  # fmt: skip
    with build(config) as simulator, serving(simulator) as address:
        yield simulator, address


@pytest.fixture
def simulated(
    platform_stand_in: tuple[Simulator, str], redis_url: str, clock: HandClock, registry: CollectorRegistry
) -> Iterator[WeChatClient]:
    """A client of the simulated platform."""
    _, address = platform_stand_in
    with (
        Redis.from_url(redis_url) as redis,
        WeChatClient(account(address), RedisTokenStore(redis, APP_ID), clock, BotMetrics(registry)) as made,
    ):
        yield made


def test_calls_go_on_for_hours_over_renewals_and_lost_tokens(
    simulated: WeChatClient, platform_stand_in: tuple[Simulator, str], clock: HandClock
) -> None:
    code = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": "p_451203100"}}}
    for _ in range(5):
        assert simulated.post("/cgi-bin/qrcode/create", code)["ticket"]
        clock.advance(minutes=58)
    platform_stand_in[0].world.tokens.forget_all()

    assert simulated.post("/cgi-bin/qrcode/create", code)["ticket"]


def test_the_platforms_own_errors_are_understood(simulated: WeChatClient) -> None:
    with pytest.raises(WeChatError) as caught:
        simulated.post("/cgi-bin/message/custom/send", {"touser": "oNobody", "msgtype": "text", "text": {}})

    assert caught.value.code in KNOWN
    assert caught.value.rid
