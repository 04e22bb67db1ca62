"""Filling in a ballot, without a database: digits at once, 同上, 回避, the summary, command words."""

from collections.abc import Callable

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.ballots import ballot as ballots
from core.ballots.ballot import Ballot, BallotStep
from core.ballots.cards import cards_of
from core.ballots.contents import Sizes, ballot_bytes, cast_of, draft_bytes, read_ballot, read_draft
from core.ballots.prompts import AtOnce, BallotFault, BallotHelp, BallotProgress, Summary, Sure
from core.conversation.inputs import Act, Input, Photo, Said, Tapped, Voice
from core.conversation.prompts import AskPrompt, ConsentPrompt, NotUnderstood, Problem
from core.conversation.script import Script
from core.places.gazetteer import Gazetteer
from core.questionnaires.reader import load_text
from tests.ballots.hall import LEADERS, shipped_text


@pytest.fixture(scope="module")
def script(gazetteer: Gazetteer) -> Script:
    """The shipped questionnaire."""
    return Script(load_text(shipped_text(), f"{LEADERS}.yaml"), gazetteer, "绩效办", "0778-1")


class Voter:
    """Somebody filling in a ballot; what is kept is written out and read back after every message."""

    def __init__(self, script: Script, seed: int = 1) -> None:
        self.script = script
        self.sizes = Sizes.of(script)
        self.step = ballots.begin(script, channel="wechat", seed=seed)

    def does(self, *given: Input) -> BallotStep:
        """One input after the other; what the last led to."""
        for each in given:
            kept = read_draft(draft_bytes(self.step.ballot, self.sizes))
            assert kept == self.step.ballot
            self.step = ballots.step(self.script, kept, each)
        return self.step

    def says(self, *words: str) -> BallotStep:
        """Type one message after the other."""
        return self.does(*map(Said, words))

    def taps(self, choice: int, slot: int | None = None) -> BallotStep:
        """Tap an act or option of the question that was asked last."""
        asked = next((p for p in reversed(self.step.prompts) if isinstance(p, AskPrompt)), None)
        return self.does(Tapped(1, 3, slot if slot is not None else asked.slot if asked else 0, choice, ""))

    @property
    def ballot(self) -> Ballot:
        return self.step.ballot

    @property
    def asked(self) -> str:
        """The key of the question that was asked last."""
        return next(p.key for p in reversed(self.step.prompts) if isinstance(p, AskPrompt))

    @property
    def county(self) -> str:
        """The key of the card it stands on."""
        return ballots.card_key_of(self.script, self.asked)

    def grades(self, place: int) -> list[str]:
        """The codes given on the card at this place, counted from 0."""
        card = cards_of(self.script, self.ballot.run)[place]
        return [
            code for slot in card.grades if (a := self.ballot.run.answers.get(slot.key)) for code in a.codes
        ]

    def fault(self) -> str:
        """The kind of fault that was told last."""
        return next((p.kind for p in self.step.prompts if isinstance(p, BallotFault)), "")

    def fills_in(self) -> "Voter":
        """Every county by digits, up to the summary."""
        self.says("1")
        for _ in range(11):
            self.says("12112")
        self.says("下一步", "下一步")
        assert isinstance(self.step.prompts[-1], Summary)
        return self


@pytest.fixture
def voter(script: Script) -> Voter:
    return Voter(script)


def test_it_begins_with_consent_and_declining_ends_it(voter: Voter) -> None:
    assert isinstance(voter.step.prompts[0], ConsentPrompt)
    assert voter.says("暂不评价").outcome == "declined"


def test_the_order_of_counties_is_the_ballots_own(script: Script) -> None:
    orders = {
        tuple(card.name for card in cards_of(script, Voter(script, seed).ballot.run)) for seed in range(6)
    }

    assert len(orders) > 3
    assert len({frozenset(order) for order in orders}) == 1


def test_criteria_one_by_one(voter: Voter) -> None:
    voter.says("开始评价", "1", "较好", "一般", "④", "６")

    assert voter.grades(0) == ["g4", "g3", "g2", "g1", "dk"]


@pytest.mark.parametrize(
    "words", ["12112", "１２１１２", "一二一一二", "1 2 1 1 2", "1,2,1,1,2", "①②①①②", "1、2、1、1、2"]
)
def test_five_digits_at_once_however_they_are_written(voter: Voter, words: str) -> None:
    voter.says("1", words)

    assert voter.grades(0) == ["g4", "g3", "g4", "g4", "g3"]
    assert voter.asked.startswith("comment@")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("13112x", "other"),
        ("123456", "count"),
        ("1211", "count"),
        ("12", "count"),
        ("12117", "range"),
        ("01111", "range"),
    ],
)
def test_digits_that_are_no_grades_are_told_and_nothing_is_lost(voter: Voter, words: str, kind: str) -> None:
    voter.says("1", "2")
    before = voter.ballot.run.answers

    voter.says(words)

    assert voter.fault() == kind or isinstance(voter.step.prompts[0], NotUnderstood)
    assert voter.ballot.run.answers == before
    assert voter.asked.startswith("rural@")


def test_digits_in_the_middle_of_a_county_replace_what_was_given_there(voter: Voter) -> None:
    voter.says("1", "6", "6", "11111")

    assert voter.grades(0) == ["g4"] * 5


def test_same_as_above_at_the_first_county_is_told(voter: Voter) -> None:
    voter.says("1", "同上")

    assert voter.fault() == "nothing_above"
    assert voter.grades(0) == []


@pytest.mark.parametrize("how", ["typed", "tapped"])
def test_same_as_above_takes_the_whole_county_before(voter: Voter, how: str) -> None:
    voter.says("1", "12112", "下一步")
    if how == "typed":
        voter.says("同上")
    else:
        assert Act.SAME in [
            act.choice for p in voter.step.prompts if isinstance(p, AskPrompt) for act in p.acts
        ]
        voter.taps(Act.SAME)

    assert voter.grades(1) == voter.grades(0) == ["g4", "g3", "g4", "g4", "g3"]


def test_same_as_above_looks_past_a_county_that_was_recused(voter: Voter) -> None:
    voter.says("1", "12112", "下一步", "回避", "同上")

    assert voter.grades(1) == []
    assert voter.grades(2) == voter.grades(0)


def test_the_next_countys_digits_or_same_as_above_pass_over_a_comment(voter: Voter) -> None:
    voter.says("1", "12112", "33333", "同上", "路不好走")

    assert voter.grades(1) == voter.grades(2) == ["g2"] * 5
    assert [answer.text for answer in voter.ballot.run.answers.values() if answer.text] == ["路不好走"]


def test_wrong_digits_are_no_comment(voter: Voter) -> None:
    voter.says("1", "12112", "12117")

    assert voter.fault() == "range"
    assert not any(answer.text for answer in voter.ballot.run.answers.values())


def test_recusing_passes_over_one_county_wherever_in_it(voter: Voter) -> None:
    voter.says("1", "2", "2")
    first = voter.county

    voter.taps(Act.RECUSE)

    assert voter.ballot.recused == (first,)
    assert voter.grades(0) == []
    assert voter.county != first


def test_dont_know_is_offered_at_every_grade(voter: Voter) -> None:
    voter.says("1")
    while isinstance(asked := voter.step.prompts[-1], AskPrompt):
        if asked.choices:
            assert "不了解" in [choice.label for choice in asked.choices]
        voter.says("6" if asked.choices else "下一步")


def test_the_summary_has_a_line_for_each_county_and_hands_in(voter: Voter) -> None:
    voter.fills_in()

    summary = voter.step.prompts[-1]
    assert isinstance(summary, Summary)
    assert len(summary.lines) == 12
    assert summary.lines[0].change.label.endswith("：好 较好 好 好 较好")
    assert voter.says("交上").outcome == "handed_in"


@pytest.mark.parametrize("words", ["好", "满意", "谢谢", "13"])
def test_nothing_is_handed_in_by_accident(voter: Voter, words: str) -> None:
    assert voter.fills_in().says(words).outcome == ""


@pytest.mark.parametrize("how", ["3", "name", "tap"])
def test_any_line_can_be_taken_up_again_and_leads_back(voter: Voter, how: str) -> None:
    voter.fills_in()
    card = cards_of(voter.script, voter.ballot.run)[2]
    if how == "tap":
        voter.taps(Act.CHANGE, slot=card.slots[0].number)
    else:
        voter.says(card.name if how == "name" else how)
    assert voter.county == card.key

    voter.says("55555")

    assert voter.grades(2) == ["g0"] * 5
    assert voter.asked == f"poor_why@{card.slots[0].item}"
    assert isinstance(voter.says("太慢").prompts[-1], Summary)


def test_a_line_one_criterion_at_a_time_and_back_at_any_moment(voter: Voter) -> None:
    voter.fills_in().says("1", "3")
    assert voter.asked.startswith("rural@")

    voter.says("回到汇总")

    assert voter.grades(0) == ["g2", "g3", "g4", "g4", "g3"]
    assert isinstance(voter.step.prompts[-1], Summary)


def test_a_recused_line_taken_up_again_is_open_and_may_be_recused_again(voter: Voter) -> None:
    voter.says("1", "回避")
    for _ in range(10):
        voter.says("11111")
    voter.says("下一步", "下一步")
    key = voter.ballot.recused[0]

    voter.says("1")
    assert voter.county == key
    assert voter.ballot.recused == ()
    assert isinstance(voter.says("回避").prompts[-1], Summary)
    assert voter.ballot.recused == (key,)


def test_an_old_bubbles_option_changes_that_answer_even_from_the_summary(voter: Voter) -> None:
    voter.fills_in()
    slot = cards_of(voter.script, voter.ballot.run)[4].grades[1]

    voter.taps(6, slot=slot.number)

    assert voter.grades(4)[1] == "dk"
    assert isinstance(voter.step.prompts[-1], Summary)


def test_words_understood_anywhere(voter: Voter) -> None:
    voter.says("1", "12112", "33333", "下一步")
    kinds: Callable[[], list[type]] = lambda: [type(p) for p in voter.step.prompts]  # noqa: E731

    assert voter.says("帮助").outcome == ""
    assert BallotHelp in kinds()
    voter.says("我的")
    assert BallotProgress in kinds()
    assert voter.says("退出").outcome == "paused"
    assert (voter.says("人工").outcome, voter.step.word) == ("word", "人工")
    before = voter.ballot.run
    voter.says("重来")
    assert Sure in kinds()
    voter.says("接着答")
    assert voter.ballot.run == before
    assert voter.says("重来", "从头再来").outcome == "restarted"
    assert voter.says("删除我的数据", "删除").outcome == "deleted"


def test_after_being_asked_whether_they_are_sure_an_answer_is_an_answer(voter: Voter) -> None:
    voter.says("1", "重来", "2")

    # 2 is 接着答, the second choice offered.
    assert voter.ballot.asking == ""
    voter.says("重来", "较好")
    assert voter.grades(0) == ["g3"]


def test_the_previous_question(voter: Voter) -> None:
    voter.says("1", "3", "上一题")

    assert voter.asked.startswith("economy@")


def test_pictures_and_voices_are_no_grades(voter: Voter) -> None:
    voter.says("1")
    for given_ in (Photo("m"), Voice("m")):
        voter.does(given_)
        assert isinstance(voter.step.prompts[0], Problem)


def test_how_to_write_digits_at_once_is_told_at_the_first_county_only(voter: Voter) -> None:
    assert AtOnce(5, 6) in voter.says("1").prompts
    assert not any(isinstance(p, AtOnce) for p in voter.says("11111", "下一步").prompts)


def test_units_of_a_category_are_judged_if_the_questionnaire_says_so(gazetteer: Gazetteer) -> None:
    text = shipped_text().replace("places:county", "units:党委部门")
    units = Script(load_text(text, f"{LEADERS}.yaml"), gazetteer, "绩效办", "0778-1")
    voter = Voter(units)
    voter.says("1")
    for _ in range(13):
        voter.says("12112")
    voter.says("下一步", "下一步")

    summary = voter.step.prompts[-1]
    assert isinstance(summary, Summary)
    assert len(summary.lines) == 14
    assert {slot.item[0] for slot in units.slots if slot.item} == {"U"}


def test_what_is_handed_in_has_neither_order_nor_person(voter: Voter) -> None:
    voter.says("1", "回避")
    for _ in range(10):
        voter.says("12345")
    voter.says("下一步", "下一步", "下一步")
    cast = cast_of(voter.ballot)

    stored = ballot_bytes(cast, voter.sizes)

    assert len(stored) == voter.sizes.ballot + 4
    read = orjson.loads(stored[4:].rstrip(b"\0"))
    assert set(read) == {"a", "r"}
    assert list(read["a"]) == sorted(read["a"])
    assert read_ballot(stored).recused == voter.ballot.recused
    assert len(read_ballot(stored).answers) == 50


def test_the_longest_ballot_there_can_be_has_room(script: Script) -> None:
    voter = Voter(script)
    voter.says("1")
    long = "𠀀" * 500
    while not voter.ballot.is_complete:
        asked = voter.step.prompts[-1]
        assert isinstance(asked, AskPrompt)
        limit = {"poor_why": 200, "comment": 300, "suggest": 500}.get(asked.key.partition("@")[0], 0)
        voter.says(long[:limit] if limit else "55555")

    assert len(ballot_bytes(cast_of(voter.ballot), voter.sizes)) == voter.sizes.ballot + 4


SAYINGS = """
1 2 6 7 12112 123456 13112x 同上 回避 下一步 上一题 重来 接着答 从头再来 帮助 退出 继续 交上 回到汇总 跳过
金城江 删除我的数据 不删 乱七八糟 重选 我的 人工
"""
WORDS = st.sampled_from(["", *SAYINGS.split()])
TAPS = st.builds(
    Tapped, st.just(1), st.just(3), st.integers(0, 80),
    st.sampled_from([1, 3, 6, 9, *range(900, 917), 931, 938]), st.just("点"),
)  # fmt: skip


@settings(max_examples=40)
@given(st.lists(st.one_of(WORDS.map(Said), TAPS, st.just(Photo("p"))), max_size=40), st.integers(0, 20))
def test_anything_in_any_order_is_answered_and_kept(script: Script, given_: list[Input], ahead: int) -> None:
    voter = Voter(script)
    voter.says("1", *["12112"] * ahead)

    for each in given_:
        step = voter.does(each)
        assert step.prompts or step.outcome
        if step.outcome in ("handed_in", "declined", "deleted", "restarted"):
            break
