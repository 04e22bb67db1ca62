"""Rounds: what opening does, and every reason a round is refused."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.clock import SHANGHAI
from core.coaching.gate import Steers
from core.coaching.overrides import approve_override, ask_override
from core.config import Office
from core.errors import BadInput
from core.people.roles import Role
from core.people.service import add_staff
from core.questionnaires.models import QuestionnaireVersion
from core.questionnaires.service import NoSuchQuestionnaire, QuestionnaireFrozen
from core.rounds.models import Round
from core.rounds.service import (
    AudienceTaken,
    BadRound,
    NoSuchRound,
    OfficeUnknown,
    WrongState,
    close_round,
    create_round,
    find_round,
    list_rounds,
)
from tests.hand_clock import START
from tests.rounds.drafts import KEYS, load, make, open_

DAY = timedelta(days=1)
EDIT = ("title: ", "title: 新")


def close(engine: Engine, name: str = "2026年度", now: datetime = START) -> None:
    with Session(engine) as session, session.begin():
        close_round(session, name, now)


def stored(engine: Engine, name: str = "2026年度") -> Round:
    with Session(engine) as session:
        return find_round(session, name)


def test_opening_freezes_the_questionnaire_and_keeps_its_hash(engine: Engine) -> None:
    load(engine)
    make(engine)

    open_(engine)

    found = stored(engine)
    assert found.state == "open"
    with Session(engine) as session:
        version = session.get_one(QuestionnaireVersion, ("residents-2021", 1))
        assert version.frozen_at == START
        assert [entry.content_hash for entry in found.questionnaires] == [version.content_hash]


def test_a_draft_is_opened_with_the_newest_version(engine: Engine) -> None:
    load(engine)
    make(engine)
    load(engine, version=2, edit=EDIT)

    open_(engine)

    assert [entry.questionnaire_version for entry in stored(engine).questionnaires] == [2]


def test_times_not_given_are_the_questionnaires_own(engine: Engine) -> None:
    load(engine)
    load(engine, "units-2021")
    with Session(engine) as session, session.begin():
        create_round(session, "去年", ["residents-2021", "units-2021"], None, None, START, KEYS)

    made = stored(engine, "去年")
    assert made.opens_at == datetime(2021, 4, 1, tzinfo=SHANGHAI)
    assert made.closes_at == datetime(2021, 12, 31, 23, 59, 59, tzinfo=SHANGHAI)


def test_closing_early_moves_the_end_to_now(engine: Engine) -> None:
    load(engine)
    make(engine)
    open_(engine)

    close(engine, now=START + DAY)

    found = stored(engine)
    assert (found.state, found.closes_at) == ("closed", START + DAY)


def test_closing_before_it_began_keeps_its_times(engine: Engine) -> None:
    load(engine)
    make(engine, opens_at=START + DAY, closes_at=START + 2 * DAY)
    open_(engine)

    close(engine)

    assert stored(engine).opens_at == START + DAY
    assert stored(engine).closes_at == START + 2 * DAY


def test_every_round_has_a_key_of_its_own(engine: Engine) -> None:
    load(engine)
    make(engine, "一")
    make(engine, "二")

    with Session(engine) as session:
        keys = {KEYS.unwrap(found.account_key) for found in list_rounds(session)}
    assert len(keys) == 2


def test_an_end_not_after_the_beginning_is_refused(engine: Engine) -> None:
    load(engine)

    with pytest.raises(BadRound, match="要晚于开始时间"):
        make(engine, opens_at=START, closes_at=START)


def test_two_questionnaires_for_one_audience_are_refused(sqlite_engine: Engine) -> None:
    load(sqlite_engine)
    with pytest.raises(BadRound, match="每类对象只能有一份问卷"):
        make(sqlite_engine, "一次", "residents-2021", "residents-2021")


def test_two_open_rounds_for_one_audience_are_refused(engine: Engine) -> None:
    load(engine)
    load(engine, "units-2021")
    make(engine, "先")
    make(engine, "后", "residents-2021", "units-2021")
    open_(engine, "先")

    with pytest.raises(AudienceTaken, match="对群众只能开放一次调查：“先”"):
        open_(engine, "后")

    assert stored(engine, "后").state == "draft"
    close(engine, "先")
    open_(engine, "后")


def test_rounds_one_after_the_other_and_of_other_audiences_may_be_open(engine: Engine) -> None:
    load(engine)
    load(engine, "units-2021")
    make(engine, "先")
    make(engine, "接着", opens_at=START + 30 * DAY, closes_at=START + 60 * DAY)
    make(engine, "单位", "units-2021")

    for name in ("先", "接着", "单位"):
        open_(engine, name)


def test_an_open_round_whose_time_is_over_stands_in_nobodys_way(sqlite_engine: Engine) -> None:
    load(sqlite_engine)
    make(sqlite_engine, "先", closes_at=START + DAY)
    open_(sqlite_engine, "先")
    make(sqlite_engine, "后", closes_at=START + 9 * DAY)

    open_(sqlite_engine, "后", now=START + 2 * DAY)


def test_an_edited_questionnaire_in_an_open_round_is_refused(engine: Engine) -> None:
    load(engine)
    make(engine)
    open_(engine)

    with pytest.raises(QuestionnaireFrozen, match="version 改成2"):
        load(engine, edit=EDIT)

    assert load(engine) == "unchanged"
    assert load(engine, version=2, edit=EDIT) == "added"


def test_a_closed_rounds_questionnaire_stays_frozen(sqlite_engine: Engine) -> None:
    load(sqlite_engine)
    make(sqlite_engine)
    open_(sqlite_engine)
    close(sqlite_engine)

    with pytest.raises(QuestionnaireFrozen):
        load(sqlite_engine, edit=EDIT)


@pytest.mark.parametrize("office", [Office("", "0778-1", "白天"), Office("市绩效办", "", "白天")])
def test_without_the_offices_name_or_phone_nothing_opens(office: Office, sqlite_engine: Engine) -> None:
    load(sqlite_engine)
    make(sqlite_engine)

    with pytest.raises(OfficeUnknown, match="办公室的名称和电话"):
        open_(sqlite_engine, office=office)


def test_an_unknown_questionnaire_is_refused(sqlite_engine: Engine) -> None:
    with pytest.raises(NoSuchQuestionnaire, match="没有问卷“nobody-2026”"):
        make(sqlite_engine, "一次", "nobody-2026")


def test_an_unknown_round_is_told(sqlite_engine: Engine) -> None:
    with pytest.raises(NoSuchRound, match="没有叫“哪次”的调查"):
        open_(sqlite_engine, "哪次")
    with pytest.raises(NoSuchRound):
        close(sqlite_engine, "哪次")


def test_a_steering_questionnaire_is_not_opened_until_two_people_let_it_pass(engine: Engine) -> None:
    load(engine, edit=("没有对错，照您自己的想法选。", "请您都选满意。"))
    make(engine)

    with pytest.raises(Steers, match="“residents-2021”有诱导的地方") as caught:
        open_(engine)

    assert "开头的话“请您都选满意”：告诉人家该怎么答" in str(caught.value)
    with Session(engine) as session:
        assert find_round(session, "2026年度").state == "draft"
        assert session.get_one(QuestionnaireVersion, ("residents-2021", 1)).frozen_at is None
    with Session(engine) as session, session.begin():
        content_hash = session.get_one(QuestionnaireVersion, ("residents-2021", 1)).content_hash
        asking = add_staff(session, "王小明", Role.OFFICE, "correct horse 9", START)
        approving = add_staff(session, "李小红", Role.OFFICE, "another horse 8", START)
        findings = caught.value.findings
        request = ask_override(
            session, content_hash, "居民问卷", findings, asking, "培训用的例子，不对外公布。", START
        )
        approve_override(session, request.id, approving, START)

    open_(engine)

    assert stored(engine).state == "open"


def test_only_a_draft_is_opened_and_only_an_open_round_closed(sqlite_engine: Engine) -> None:
    load(sqlite_engine)
    make(sqlite_engine)

    with pytest.raises(WrongState, match="还没有开放"):
        close(sqlite_engine)
    open_(sqlite_engine)
    with pytest.raises(WrongState, match="已经开放"):
        open_(sqlite_engine)
    close(sqlite_engine)
    with pytest.raises(WrongState, match="已经关闭了"):
        close(sqlite_engine)
    with pytest.raises(WrongState, match="不能再开放"):
        open_(sqlite_engine)


def test_a_round_past_its_end_is_not_opened(sqlite_engine: Engine) -> None:
    load(sqlite_engine)
    make(sqlite_engine, closes_at=START + DAY)

    with pytest.raises(WrongState, match="结束时间（12月2日 09:00）已经过了"):
        open_(sqlite_engine, now=START + DAY)


@pytest.mark.parametrize("name", ["", " 前有空格", "两\n行", "长" * 81])
def test_a_name_that_cannot_be_shown_is_refused(name: str, sqlite_engine: Engine) -> None:
    load(sqlite_engine)
    with pytest.raises(BadRound, match="调查名称"):
        make(sqlite_engine, name)


def test_a_name_is_used_once(sqlite_engine: Engine) -> None:
    load(sqlite_engine)
    make(sqlite_engine)
    with pytest.raises(BadRound, match="已经有叫“2026年度”的调查"):
        make(sqlite_engine)


def test_a_round_needs_a_questionnaire(sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as session, pytest.raises(BadRound, match="至少要有一份问卷"):
        create_round(session, "空", [], None, None, START, KEYS)


def test_a_stored_questionnaire_that_todays_rules_refuse_is_not_opened(sqlite_engine: Engine) -> None:
    load(sqlite_engine)
    make(sqlite_engine)
    with Session(sqlite_engine) as session, session.begin():
        version = session.get_one(QuestionnaireVersion, ("residents-2021", 1))
        version.text = version.text.replace("subject:", "sujet:")

    with pytest.raises(BadInput):
        open_(sqlite_engine)

    assert stored(sqlite_engine).state == "draft"
