"""Pushes over real HTTP: the three modes, five seconds, re-delivery, MarkFail."""

import threading
import time
from collections.abc import Iterator

import pytest
from flask import Response

from simulator.config import Mode
from simulator.phone import DirectLine, Phone, PhoneError
from simulator.pushes import BAD_ANSWER_NOTICE, NO_ANSWER_NOTICE
from tests.simulator.conftest import Account, MakeAccount
from tests.simulator.webhook import ORIGINAL_ID, Answerer, Said


@pytest.fixture
def hasty(make_account: MakeAccount) -> Account:
    """An account whose platform waits 0.4 s instead of five; only for tests about waiting."""
    return make_account(delivery_timeout_seconds=0.4, redelivery_seconds=0.4)


@pytest.mark.parametrize("mode", ["plain", "compat", "safe"])
def test_words_arrive_and_the_reply_is_shown_in_every_mode(make_account: MakeAccount, mode: Mode) -> None:
    account = make_account(mode)
    phone = account.follower()

    reply = phone.say("你好 ]]> <b>&amp;")

    assert reply == "收到：你好 ]]> <b>&amp;"
    assert account.webhook.last["FromUserName"] == phone.openid
    assert account.webhook.last["ToUserName"] == ORIGINAL_ID
    assert account.webhook.queries[-1]["openid"] == phone.openid
    assert ("encrypt_type" in account.webhook.queries[-1]) == (mode != "plain")


def test_messages_carry_an_id_and_events_do_not(account: Account) -> None:
    phone = account.follower()
    assert "MsgId" not in account.webhook.last

    phone.say("一")
    phone.say("二")

    first, second = account.webhook.pushes[-2:]
    assert int(second["MsgId"]) > int(first["MsgId"]) > 2**32


def test_saving_the_settings_verifies_the_webhook(account: Account) -> None:
    assert account.api.post("/demo/control/verify").json() == {"verified": True}


def test_an_unanswered_push_is_delivered_three_times_with_one_id_and_new_nonces(hasty: Account) -> None:
    phone = hasty.follower(strict=False)
    hasty.webhook.pushes.clear()
    hasty.webhook.queries.clear()
    hasty.webhook.arrivals.clear()
    hasty.webhook.answer = _slow(1.0)

    phone.say("在吗")

    assert phone.last.outcome == "unanswered"
    assert len({said["MsgId"] for said in hasty.webhook.pushes}) == 1
    assert len({query["nonce"] for query in hasty.webhook.queries}) == 3
    first, second, third = hasty.webhook.arrivals
    assert 0.3 < second - first < 2
    assert 0.3 < third - second < 2
    assert hasty.chat(phone)[-1] == ("system", NO_ANSWER_NOTICE)


def test_the_first_answer_on_an_open_connection_wins(hasty: Account) -> None:
    phone = hasty.follower(strict=False)
    calls = iter([1.0, 0.0])

    def answer(said: Said) -> str:
        pause = next(calls)
        time.sleep(pause)
        return "太晚了" if pause else "第二次"

    hasty.webhook.answer = answer

    assert phone.say("在吗") == "第二次"
    assert phone.last.deliveries == 2


def test_an_answer_that_trickles_past_the_limit_is_lost(hasty: Account) -> None:
    phone = hasty.follower(strict=False)

    def answer(said: Said) -> Response:
        return Response(_pause_between(b"suc", b"cess", seconds=0.25, rounds=3))

    hasty.webhook.answer = answer
    phone.say("在吗")

    assert phone.last.outcome == "unanswered"


@pytest.mark.parametrize("answer", [b"", b"success"])
def test_an_empty_answer_is_accepted_in_silence(account: Account, answer: bytes) -> None:
    phone = account.follower()
    account.webhook.answer = lambda said: answer

    assert phone.say("在吗") == ""
    assert phone.last.outcome == "silent"


def test_an_error_status_shows_the_apology_and_is_not_delivered_again(account: Account) -> None:
    phone = account.follower(strict=False)
    account.webhook.answer = lambda said: Response("oops", status=500)

    phone.say("在吗")

    assert (phone.last.outcome, phone.last.deliveries) == ("broken", 1)
    assert account.chat(phone)[-1] == ("system", BAD_ANSWER_NOTICE)


def test_after_repeated_failures_nothing_is_pushed_for_a_minute(account: Account) -> None:
    phone = account.follower(strict=False)
    account.webhook.answer = lambda said: b"{}"
    for words in "一二三":
        phone.say(words)
    account.webhook.answer = lambda said: b""
    seen = len(account.webhook.pushes)

    phone.say("四")

    assert phone.last.outcome == "dropped"
    assert len(account.webhook.pushes) == seen
    assert account.api.get("/demo/control/state").json()["paused_until"] is not None
    account.clock.pass_by(61)
    phone.say("五")
    assert phone.last.outcome == "silent"


def test_a_success_between_failures_starts_the_count_anew(account: Account) -> None:
    phone = account.follower(strict=False)
    for words in "坏坏好坏坏好":
        account.webhook.answer = lambda said: b"{}" if said["Content"] == "坏" else b""
        phone.say(words)

    assert phone.last.outcome == "silent"


def test_a_dead_webhook_counts_as_no_answer(make_account: MakeAccount) -> None:
    account = make_account(webhook_url="http://127.0.0.1:9/wechat", redelivery_seconds=0.01)
    phone = account.phone(strict=False)

    phone.follow()

    assert (phone.last.outcome, phone.last.deliveries) == ("unanswered", 3)


def test_a_lost_answer_brings_the_same_push_again(account: Account) -> None:
    phone = account.follower(strict=False)
    account.fault("push", "answer_lost")

    assert phone.say("在吗") == "收到：在吗"
    assert [said["Content"] for said in account.webhook.pushes[-2:]] == ["在吗", "在吗"]


def test_two_copies_can_arrive_at_once(account: Account) -> None:
    phone = account.follower()
    account.fault("push", "twice")

    phone.say("在吗")

    assert [said["Content"] for said in account.webhook.pushes[-2:]] == ["在吗", "在吗"]


def test_the_webhook_may_call_the_api_while_the_push_waits(account: Account) -> None:
    phone = account.follower()

    def answer(said: Said) -> str:
        told = account.get("/cgi-bin/user/info", openid=said["FromUserName"])
        return f"关注={told['subscribe']}"

    account.webhook.answer = answer

    assert phone.say("我是谁") == "关注=1"


def test_many_phones_push_at_the_same_time(account: Account) -> None:
    phones = [account.follower() for _ in range(6)]
    account.webhook.answer = _slow(0.4)
    started = time.monotonic()

    threads = [threading.Thread(target=phone.say, args=("在吗",)) for phone in phones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert time.monotonic() - started < 2.0
    assert [phone.last.outcome for phone in phones] == ["reply"] * 6


def test_a_direct_line_reaches_the_webhook_without_a_simulator(account: Account) -> None:
    line = DirectLine(account.simulator.world.config)
    phone = Phone.on(line)

    assert phone.scan("p_451202") == "收到：subscribe"
    assert phone.scan("p_451202") == "收到：SCAN"
    assert phone.say("你好") == "收到：你好"
    assert len(phone.openid) == 28
    line.close()


def test_a_strict_phone_raises_what_the_platform_would_complain_of(account: Account) -> None:
    phone = account.follower()
    account.webhook.answer = lambda said: b'{"text": "hi"}'

    with pytest.raises(PhoneError, match="JSON"):
        phone.say("在吗")


def _slow(seconds: float) -> Answerer:
    def answer(said: Said) -> str:
        time.sleep(seconds)
        return "来了"

    return answer


def _pause_between(*pieces: bytes, seconds: float, rounds: int) -> Iterator[bytes]:
    for _ in range(rounds):
        for piece in pieces:
            yield piece
            time.sleep(seconds)
