"""Codes are made once each, wherever the making breaks; the platform's refusals pause or are told."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.codes.creating import RETRY_PAUSES_SECONDS, after_midnight
from core.codes.models import QrCode
from core.codes.planning import (
    MAX_PERMANENT_CODES,
    NothingToMake,
    TooManyCodes,
    Wanted,
    count_left_over,
    plan_left_over,
    preview,
)
from core.db.reading import reading
from tests.codes.office import UNITS, YIZHOU, YIZHOU_SCENES, CodeOffice, Crash, Step


def test_a_countys_codes_are_planned_made_and_kept(office: CodeOffice) -> None:
    task_id = office.plans()
    assert office.states() == {"planned": 3}

    assert office.works() == YIZHOU_SCENES

    assert {row.scene: row.ticket for row in office.rows()} == office.made_by_platform()
    assert all(row.url.startswith("http://weixin.qq.com/q/") for row in office.rows())
    task = office.task(task_id)
    assert (task.state, task.done, task.total, task.say) == ("done", 3, 3, "生成了3个二维码。")


def test_units_villages_and_materials_are_planned_on_request(small_office: CodeOffice) -> None:
    wanted = Wanted(("451203",), ("county", "township", "village"), units=True, materials=("", "bus"))

    small_office.plans(wanted)

    scenes = {row.scene for row in small_office.rows()}
    assert len(scenes) == 2 * (4 + len(UNITS))
    assert {"p_451203100_bus", "p_451203100001", "u_U017_bus", "u_U001"} <= scenes


def test_what_is_there_is_not_made_again(office: CodeOffice) -> None:
    office.plans()
    office.works()

    with pytest.raises(NothingToMake):
        office.plans()

    office.plans(Wanted(materials=("", "bus")))
    assert not set(office.works()) & set(YIZHOU_SCENES)
    assert Counter(row.scene for row in office.rows()).most_common(1)[0][1] == 1


# Broken at each step -----------------------------------------------------------------------------------


def dies_once_at(scene: str) -> Step:
    """The worker dies the first time it comes to this scene."""
    deaths: list[str] = []

    def step(at: str) -> None:
        if at == scene and not deaths:
            deaths.append(at)
            raise Crash

    return step


@pytest.mark.parametrize("scene", YIZHOU_SCENES)
@pytest.mark.parametrize("where", ["before", "after", "then"])
def test_a_worker_that_dies_at_any_step_is_gone_on_after(office: CodeOffice, where: str, scene: str) -> None:
    task_id = office.plans()

    first = office.works(**{where: dies_once_at(scene)})
    second = office.works()

    # Only a call whose outcome was lost is made again, and it gives the same code.
    again = {scene} if where == "after" else set()
    assert set(first) & set(second) == again
    assert {row.scene: row.ticket for row in office.rows()} == office.made_by_platform()
    assert list(office.made_by_platform()) == YIZHOU_SCENES
    assert office.states() == {"created": 3}
    assert (office.task(task_id).done, office.task(task_id).total) == (3, 3)


def test_a_plan_that_breaks_leaves_nothing(office: CodeOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    def dying(*_arguments: object) -> None:
        raise Crash

    with monkeypatch.context() as patch:
        patch.setattr("core.codes.planning._take_over", dying)
        with pytest.raises(Crash):
            office.plans()

    assert office.rows() == []
    assert office.works() == []
    office.plans()
    assert office.works() == YIZHOU_SCENES


def test_two_plans_of_the_same_codes_make_each_once(small_office: CodeOffice) -> None:
    small_office.plans()
    with pytest.raises(NothingToMake):
        small_office.plans()
    both = small_office.plans(Wanted(("451203", "451225")))

    assert small_office.task(both).total == 2
    assert len(small_office.works()) == 5
    assert set(small_office.states()) == {"created"}


def test_what_an_ended_task_left_is_taken_over_by_the_next(small_office: CodeOffice) -> None:
    small_office.faults("errcode", 48001)
    failed = small_office.plans()
    small_office.works()
    assert small_office.task(failed).state == "failed"
    with reading(small_office.engine) as connection:
        assert count_left_over(connection) == 3

    small_office.plans()
    assert small_office.works() == YIZHOU_SCENES


def test_everything_left_over_can_be_gone_on_with_at_once(small_office: CodeOffice) -> None:
    small_office.faults("errcode", 48001)
    small_office.plans(Wanted(materials=("", "bus")))
    small_office.works()

    with Session(small_office.engine) as session, session.begin():
        plan_left_over(session, "接着生成", None, small_office.clock())
    small_office.works()
    small_office.clock.advance(days=1)
    small_office.works()

    assert set(small_office.states()) == {"created"}
    with Session(small_office.engine) as session, pytest.raises(NothingToMake):
        plan_left_over(session, "接着生成", None, small_office.clock())


# What the platform says --------------------------------------------------------------------------------


def test_a_day_that_is_used_up_pauses_until_after_midnight_and_goes_on_there(office: CodeOffice) -> None:
    task_id = office.plans(Wanted(materials=("", "bus")))

    assert len(office.works()) == 9  # eight a day, and the one that was refused
    task = office.task(task_id)
    assert (task.state, task.done, task.total) == ("paused", 8, 10)
    assert task.next_at == after_midnight(office.clock())
    assert "今天的调用次数用完了" in task.say
    assert "12月2日 00:05自动接着做" in task.say

    office.works()
    assert office.task(task_id).state == "paused"
    office.clock.now = task.next_at
    office.works()
    assert office.task(task_id).state == "done"
    assert len(office.made_by_platform()) == 10


@pytest.mark.parametrize(
    ("code", "minutes"), [(45011, 1), (40001, 60), (42001, 60), (40014, 60), (41001, 60)]
)
def test_codes_that_pass_by_themselves_pause(small_office: CodeOffice, code: int, minutes: int) -> None:
    small_office.faults("errcode", code, times=2 if code in (40001, 42001, 40014) else 1)
    task_id = small_office.plans()

    small_office.works()

    task = small_office.task(task_id)
    assert task.state == "paused"
    assert task.next_at == small_office.clock() + timedelta(minutes=minutes)
    assert "自动接着做" in task.say
    small_office.clock.now = task.next_at
    small_office.works()
    assert small_office.states() == {"created": 3}


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (45029, "旧的二维码微信不让删除"),
        (48001, "认证过的服务号"),
        (40164, "白名单"),
        (40013, "AppID"),
        (40125, "AppSecret"),
        (40243, "解冻"),
        (89503, "管理员"),
        (48004, "站内通知"),
        (50002, "站内通知"),
        (43002, "POST"),
        (47001, "JSON"),
        (61450, "没见过的返回码"),
    ],
)
def test_codes_that_somebody_has_to_mend_are_a_plain_sentence(
    small_office: CodeOffice, code: int, advice: str
) -> None:
    small_office.faults("errcode", code)
    task_id = small_office.plans()

    small_office.works()

    task = small_office.task(task_id)
    assert task.state == "failed"
    assert advice in task.say
    assert str(code) in task.say
    assert small_office.states() == {"planned": 3}


def test_a_scene_the_platform_refuses_is_noted_and_the_others_are_made(small_office: CodeOffice) -> None:
    small_office.faults("errcode", 40053)
    task_id = small_office.plans()

    small_office.works()

    assert small_office.states() == {"failed": 1, "created": 2}
    assert "二维码的参数不对" in small_office.rows()[0].reason
    assert small_office.task(task_id).say == "生成了2个二维码。有1个微信没有收，原因写在清单里。"
    # Asked for again, it is tried again.
    small_office.plans()
    small_office.works()
    assert small_office.states() == {"created": 3}


@pytest.mark.parametrize(("kind", "value"), [("http", 502), ("cut", 0), ("errcode", -1)])
def test_without_an_answer_it_is_asked_again_and_then_later(
    small_office: CodeOffice, kind: str, value: float
) -> None:
    small_office.faults(kind, value, times=2)
    small_office.plans()
    small_office.works()
    assert small_office.states() == {"created": 3}
    assert small_office.naps == list(RETRY_PAUSES_SECONDS)

    small_office.faults(kind, value, times=3)
    task_id = small_office.plans(Wanted(("451203",), materials=("bus",)))
    small_office.works()
    task = small_office.task(task_id)
    assert (task.state, task.next_at) == ("paused", small_office.clock() + timedelta(minutes=5))
    small_office.clock.now = task.next_at
    small_office.works()
    assert small_office.task(task_id).state == "done"
    assert len(small_office.made_by_platform()) == 6


def test_more_than_the_platform_keeps_is_refused_before_anything_is_planned(
    small_office: CodeOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.codes.planning.MAX_PERMANENT_CODES", 4)

    with pytest.raises(TooManyCodes, match="这样会到5个"):
        small_office.plans(Wanted())

    assert small_office.rows() == []
    assert MAX_PERMANENT_CODES == 100_000


def test_a_preview_tells_what_has_to_be_made_and_writes_nothing(small_office: CodeOffice) -> None:
    small_office.plans()
    small_office.works()
    with Session(small_office.engine) as session, session.begin():
        session.execute(update(QrCode).where(QrCode.scene == "p_451203101").values(state="retired"))
    small_office.plans(Wanted(("451225",), ("county",)))

    with reading(small_office.engine) as connection:
        found = preview(connection, Wanted(units=True), small_office.gazetteer)

    assert (found.to_make, found.there, found.being_made, found.retired) == (3, 2, 1, 1)
    assert found.by_level == {"county": 2, "township": 3, "unit": 2}
    assert found.in_all_after == 7
    assert len(small_office.rows()) == 4
    assert YIZHOU.levels == ("county", "township")
