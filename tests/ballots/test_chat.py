"""A leader's ballot in the chat, through the real turn and in the real words."""

import threading

import pytest
from sqlalchemy import select

from core.ballots.codes import new_slip, shown_slip
from core.ballots.drafts import find_draft
from core.ballots.errors import AlreadyUsed, SlipRefused
from core.ballots.models import BallotDraft, Slip, UrnBallot
from core.ballots.slips import count_slips, count_waiting
from core.conversation.incoming import Scanned, Scene
from core.conversation.models import Conversation, Delivery
from tests.ballots.chat import Chat
from tests.ballots.hall import Hall

WEI, LAN = "o-wei-openid", "o-lan-openid"


@pytest.fixture
def chat(hall: Hall) -> Chat:
    return Chat(hall)


def handed_in(hall: Hall) -> tuple[int, int]:
    """Ballots that wait, and slips that are used."""
    with hall.engine.connect() as connection:
        return count_waiting(connection, hall.round_id), count_slips(connection, hall.round_id)[1]


def test_scan_fill_in_check_and_hand_in(chat: Chat) -> None:
    slip = chat.hall.slips(10)[0]

    hello = chat.scans(WEI, slip)
    assert "河池市2021年度领导评价" in hello
    assert "https://example.gov.cn/ballot/privacy" in hello
    assert "【1/55】请评价" in chat.taps(WEI, "开始评价")
    summary = chat.fills_in(WEI, slip, begins=False)
    assert summary.count("好 较好 好 好 较好") >= 5
    assert "交上了" in chat.taps(WEI, "交上")

    assert handed_in(chat.hall) == (1, 1)


def test_the_summary_shows_every_line_and_each_can_be_tapped(chat: Chat) -> None:
    slip = chat.hall.slips(10)[0]
    chat.fills_in(WEI, slip)
    shown = chat.replies[WEI]
    if "下一页" in shown:
        chat.taps(WEI, "下一页")
        shown += chat.replies[WEI]

    for name in ("金城江区", "都安瑶族自治县", "大化瑶族自治县"):
        assert f"{name}：" in shown
        assert "请评价" + name in chat.taps(WEI, name, shown)
        assert f"{name}：差 差 差 差 差" not in chat.replies[WEI]
        chat.says(WEI, "回到汇总")
    assert "交上了" in chat.says(WEI, "交上")


@pytest.mark.parametrize("spelled", ["{}", " {} ", "纸票"])
def test_a_slip_is_typed_as_well_as_scanned(chat: Chat, spelled: str) -> None:
    slip = chat.hall.slips(10)[0]
    words = shown_slip(slip).lower() if spelled == "纸票" else spelled.format(slip)

    assert "开始评价" in chat.says(WEI, words)


def test_a_new_follower_comes_in_by_a_slip(chat: Chat) -> None:
    assert "开始评价" in chat.follows(WEI, chat.hall.slips(10)[0])


def test_slips_that_cannot_be_used_get_one_plain_sentence(chat: Chat) -> None:
    used = chat.hall.slips(10)[0]
    chat.votes(WEI, used)

    assert chat.scans(LAN, used) == SlipRefused.say
    assert chat.says("o-3", new_slip()) == SlipRefused.say
    assert chat.scans("o-4", "AAAA") == SlipRefused.say
    assert chat.says("o-5", "ACDEFGHJKM") == SlipRefused.say


def test_a_thousand_guesses_in_the_chat_find_nothing(sqlite_hall: Hall) -> None:
    chat = Chat(sqlite_hall)
    sqlite_hall.slips(300)

    said = [chat.says(WEI, new_slip()) for _ in range(1000)]

    assert all(words == SlipRefused.say or "请过" in words for words in said)
    # Four free, then one look each time the wait, which doubles, is over.
    assert said.count(SlipRefused.say) < 12
    assert sqlite_hall.count(BallotDraft) == 0


def test_scanning_twice_goes_on_where_it_was(chat: Chat) -> None:
    slip = chat.hall.slips(10)[0]
    chat.scans(WEI, slip)
    chat.taps(WEI, "开始评价")
    chat.says(WEI, "12112", "33333")

    again = chat.scans(WEI, slip)

    assert "接着填" in again
    assert chat.hall.count(BallotDraft) == 1


def test_resumed_within_a_week_on_the_same_phone_and_gone_after_it(chat: Chat) -> None:
    slip = chat.hall.slips(10)[0]
    chat.scans(WEI, slip)
    chat.taps(WEI, "开始评价")
    chat.says(WEI, "12112", "退出")

    chat.hall.clock.advance(days=6)
    chat.hall.mix()
    assert "接着填" in chat.scans(WEI, slip)

    chat.hall.clock.advance(days=8)
    chat.hall.mix()
    assert "开始评价" in chat.scans(WEI, slip)


def test_of_two_phones_with_one_slip_the_second_is_told_used_and_nothing_more(chat: Chat) -> None:
    slip = chat.hall.slips(10)[0]
    chat.fills_in(WEI, slip)
    chat.fills_in(LAN, slip, "55555")

    assert "交上了" in chat.taps(LAN, "交上")
    assert chat.taps(WEI, "交上") == AlreadyUsed.say

    assert handed_in(chat.hall) == (1, 1)
    assert chat.hall.count(BallotDraft) == 1


def test_two_phones_handing_in_at_once_leave_one_ballot(chat: Chat) -> None:
    slip = chat.hall.slips(10)[0]
    phones = [f"o-{n}" for n in range(4)]
    for phone in phones:
        chat.fills_in(phone, slip)
    start = threading.Barrier(len(phones))

    def hand_in(phone: str) -> None:
        start.wait()
        chat.taps(phone, "交上")

    threads = [threading.Thread(target=hand_in, args=(phone,)) for phone in phones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert handed_in(chat.hall) == (1, 1)
    assert sum("交上了" in chat.replies[phone] for phone in phones) == 1


def test_a_delivery_that_comes_again_gets_the_same_words_and_votes_once(chat: Chat) -> None:
    slip = chat.hall.slips(10)[0]
    chat.fills_in(WEI, slip)
    scanned = chat.delivery(LAN, Scanned(Scene("slip", slip, "", f"s_{slip}"), f"s_{slip}"))

    assert chat.turns.take(scanned) == chat.turns.take(scanned)
    assert chat.hall.count(BallotDraft) == 2


def test_stored_replies_are_sealed_to_one_length_and_readable_only_with_the_key(chat: Chat) -> None:
    hall = chat.hall
    chat.fills_in(WEI, hall.slips(10)[0])

    with hall.engine.connect() as connection:
        stored = list(connection.scalars(select(Delivery.reply)))
    assert not any("较好" in reply or "请评价" in reply for reply in stored)
    assert len({len(reply) for reply in stored}) == 1
    again = chat.delivery(WEI, Scanned(None, ""))
    first = chat.turns.take(again)
    hall.keys.destroy(name for name in hall.key_files() if name.startswith("reply-"))
    assert first
    assert chat.turns.take(again) in ("", first)


def test_after_handing_in_nothing_of_it_is_left_with_the_person(chat: Chat) -> None:
    hall = chat.hall
    chat.votes(WEI, hall.slips(10)[0])

    with hall.engine.connect() as connection:
        states = list(connection.scalars(select(Conversation.state)))
        rounds = list(connection.scalars(select(Conversation.round_id)))
        row = connection.execute(select(BallotDraft.__table__)).one()
    assert states == ["{}"]
    assert rounds == [None]
    assert (row.holder, row.slip, row.touched_at) == (None, None, None)


def test_the_round_closing_in_the_middle_is_told_and_the_draft_kept(chat: Chat) -> None:
    hall = chat.hall
    chat.fills_in(WEI, hall.slips(10)[0])
    hall.close()

    assert "已经截止" in chat.taps(WEI, "交上")
    assert handed_in(hall) == (0, 0)
    with hall.engine.connect() as connection:
        assert connection.scalar(select(BallotDraft.holder)) is not None


@pytest.mark.parametrize(
    ("words", "told"),
    [("13112x", "没看明白"), ("123456", "要5个数字"), ("12117", "1到6之间"), ("同上", "前面还没有")],
)
def test_bad_input_is_told_and_nothing_is_lost(chat: Chat, words: str, told: str) -> None:
    chat.scans(WEI, chat.hall.slips(10)[0])
    chat.taps(WEI, "开始评价")

    reply = chat.says(WEI, words)

    assert told in reply
    assert "【1/55】请评价" in reply


def test_a_picture_is_no_grade(chat: Chat) -> None:
    chat.scans(WEI, chat.hall.slips(10)[0])
    chat.taps(WEI, "开始评价")

    assert "请评价" in chat.shows(WEI)


def test_stopping_and_going_on_by_an_old_link(chat: Chat) -> None:
    chat.scans(WEI, chat.hall.slips(10)[0])
    chat.taps(WEI, "开始评价")
    old = chat.replies[WEI]

    assert "先到这里" in chat.says(WEI, "退出")
    chat.says(WEI, "你好")
    assert "【2/55】" in chat.taps(WEI, "一般", old)


def test_another_code_goes_to_the_other_desk_and_the_ballot_waits(chat: Chat) -> None:
    slip = chat.hall.slips(10)[0]
    chat.scans(WEI, slip)
    chat.taps(WEI, "开始评价")
    place = Scene("place", "451203100", "", "p_451203100")

    other = chat.hears(WEI, Scanned(place, place.raw))

    assert "请评价" not in other
    assert "接着填" in chat.scans(WEI, slip)


def test_old_links_of_a_ballot_that_was_handed_in(chat: Chat) -> None:
    chat.fills_in(WEI, chat.hall.slips(10)[0])
    old = chat.replies[WEI]
    chat.taps(WEI, "交上")

    assert "以前那张选票" in chat.taps(WEI, "交上", old)
    assert handed_in(chat.hall) == (1, 1)


def test_declining_deleting_and_starting_over(chat: Chat) -> None:
    one, two = chat.hall.slips(10)[:2]
    chat.scans(WEI, one)
    assert "先不评" in chat.taps(WEI, "暂不评价")
    assert chat.hall.count(BallotDraft) == 0

    chat.scans(WEI, two)
    chat.taps(WEI, "开始评价")
    chat.says(WEI, "12112", "下一步", "重来")
    assert "开始评价" in chat.taps(WEI, "从头再来")
    chat.says(WEI, "删除我的数据")
    assert "删掉" in chat.replies[WEI]
    chat.says(WEI, "删除")
    assert chat.hall.count(BallotDraft) == 0
    with chat.hall.engine.connect() as connection:
        assert not connection.scalar(select(Slip.used).where(Slip.used))


def test_human_leads_to_the_office_and_back_to_the_ballot(chat: Chat) -> None:
    chat.scans(WEI, chat.hall.slips(10)[0])
    chat.taps(WEI, "开始评价")

    assert "要找人的事也记下了" in chat.says(WEI, "人工")
    assert "手机号记下了" in chat.says(WEI, "13812345678")
    assert "【2/55】" in chat.says(WEI, "1")


def test_help_and_progress(chat: Chat) -> None:
    chat.scans(WEI, chat.hall.slips(10)[0])
    chat.taps(WEI, "开始评价")

    assert "回避：" in chat.says(WEI, "帮助")
    assert "填到第1项" in chat.says(WEI, "我的")


def test_a_second_slip_after_the_first_is_another_ballot(chat: Chat) -> None:
    one, two = chat.hall.slips(10)[:2]
    chat.votes(WEI, one)
    chat.votes(WEI, two)

    assert handed_in(chat.hall) == (2, 2)


def test_a_lost_key_is_told_and_the_slip_can_be_used_again(chat: Chat) -> None:
    slip = chat.hall.slips(10)[0]
    chat.scans(WEI, slip)
    chat.taps(WEI, "开始评价")
    chat.hall.keys.destroy(chat.hall.key_files())

    assert "没有保住" in chat.says(WEI, "1")
    assert "开始评价" in chat.scans(WEI, slip)


def test_twenty_leaders_vote_and_are_mixed(chat: Chat) -> None:
    for number, slip in enumerate(chat.hall.slips(20)):
        chat.votes(f"o-{number}", slip, "12345")

    assert chat.hall.mix().mixed == 20
    assert chat.hall.count(UrnBallot) == 20
    with chat.hall.engine.connect() as connection:
        assert find_draft(connection, chat.hall.keys, chat.hall.hasher.holder("chat", "x")) is None
