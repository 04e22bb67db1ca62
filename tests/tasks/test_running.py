"""Long work: done once, taken up after a crash, paused, stopped, failed."""

import logging
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from core.errors import Refused
from core.tasks.running import MAX_CRASHES, Made, NotOurs, Paused, TaskHold, run_one
from core.tasks.service import AlreadyOver, FileGone, NoSuchTask, delete_expired, file_of
from tests.tasks.conftest import Workshop


class Crash(BaseException):
    """The process dies here."""


def counting(hold: TaskHold) -> Made:
    """Counts to what was asked."""
    hold.expect(hold.params["to"])
    for _ in range(hold.params["to"]):
        hold.step()
    return Made(f"数到{hold.done}。")


def writing(hold: TaskHold) -> Made:
    """Makes a file."""
    path = hold.path_for("txt")
    path.write_text("好")
    return Made("写好了。", path, "好.txt", rows=1)


def test_work_is_done_with_its_progress_and_its_sentence(workshop: Workshop) -> None:
    task_id = workshop.asks(to=7)

    assert workshop.works(count=counting) == 1

    task = workshop.task(task_id)
    assert (task.state, task.done, task.total, task.say) == ("done", 7, 7, "数到7。")
    assert workshop.works(count=counting) == 0


def test_two_workers_do_each_task_once(workshop: Workshop) -> None:
    for number in range(10):
        workshop.asks(number=number)
    seen: list[int] = []

    def noting(hold: TaskHold) -> Made:
        seen.append(hold.params["number"])
        return Made("")

    workers = [threading.Thread(target=workshop.works, kwargs={"count": noting}) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(seen) == list(range(10))


def test_kinds_this_worker_does_not_know_are_left_for_others(workshop: Workshop) -> None:
    task_id = workshop.asks("paint")

    assert workshop.works(count=counting) == 0
    assert workshop.task(task_id).state == "waiting"


def test_what_a_dead_worker_left_is_taken_up_once_its_claim_lapsed(workshop: Workshop) -> None:
    task_id = workshop.asks(to=3)

    def dying(hold: TaskHold) -> Made:
        raise Crash

    with pytest.raises(Crash):
        workshop.works(count=dying)

    assert workshop.works(count=counting) == 0
    workshop.lets_the_claim_lapse()
    assert workshop.works(count=counting) == 1
    assert workshop.task(task_id).state == "done"


def test_work_that_kills_every_worker_is_given_up(workshop: Workshop) -> None:
    task_id = workshop.asks()

    def dying(hold: TaskHold) -> Made:
        raise Crash

    for _ in range(MAX_CRASHES):
        with pytest.raises(Crash):
            workshop.works(count=dying)
        workshop.lets_the_claim_lapse()

    assert workshop.works(count=dying) == 0
    assert workshop.task(task_id).state == "failed"
    assert "不再重试" in workshop.task(task_id).say


def test_paused_work_goes_on_by_itself_when_it_is_time(workshop: Workshop) -> None:
    task_id = workshop.asks(to=2)
    until = workshop.clock() + timedelta(hours=3)

    def pausing(hold: TaskHold) -> Made:
        raise Paused(until, "今天的次数用完了。")

    workshop.works(count=pausing)
    assert (workshop.task(task_id).state, workshop.task(task_id).next_at) == ("paused", until)
    assert workshop.task(task_id).say == "今天的次数用完了。"

    assert workshop.works(count=counting) == 0
    workshop.clock.now = until
    assert workshop.works(count=counting) == 1
    assert workshop.task(task_id).state == "done"


def test_many_pauses_are_no_crashes(workshop: Workshop) -> None:
    task_id = workshop.asks(to=1)

    def pausing(hold: TaskHold) -> Made:
        raise Paused(workshop.clock() + timedelta(minutes=1), "等一下。")

    for _ in range(MAX_CRASHES + 2):
        workshop.works(count=pausing)
        workshop.clock.advance(minutes=1)

    workshop.works(count=counting)
    assert workshop.task(task_id).state == "done"


def test_a_foreseen_failure_is_its_own_sentence_and_a_bug_is_logged_once(
    workshop: Workshop, caplog: pytest.LogCaptureFixture
) -> None:
    def refusing(hold: TaskHold) -> Made:
        raise Refused("没有可以画的二维码。")

    def faulty(hold: TaskHold) -> Made:
        raise KeyError("secret words")

    foreseen = workshop.asks("refuse")
    bug = workshop.asks("bug")
    workshop.works(refuse=refusing, bug=faulty)

    assert (workshop.task(foreseen).state, workshop.task(foreseen).say) == ("failed", "没有可以画的二维码。")
    assert workshop.task(bug).state == "failed"
    assert "secret" not in workshop.task(bug).say
    assert [record.msg for record in caplog.records if record.levelno >= logging.ERROR] == ["task_failed"]


def test_work_that_is_stopped_meanwhile_leaves_at_the_next_step(workshop: Workshop) -> None:
    task_id = workshop.asks()

    def stopped(hold: TaskHold) -> Made:
        workshop.stops(hold.id)
        with pytest.raises(NotOurs):
            hold.expect(5)
        raise NotOurs

    workshop.works(count=stopped)

    assert workshop.task(task_id).state == "stopped"
    with pytest.raises(AlreadyOver):
        workshop.stops(task_id)


def test_a_worker_that_comes_back_too_late_writes_nothing(workshop: Workshop) -> None:
    task_id = workshop.asks(to=4)

    def slow(hold: TaskHold) -> Made:
        workshop.lets_the_claim_lapse()
        assert workshop.works(count=counting) == 1
        return Made("太迟了。")

    workshop.works(count=slow)

    assert workshop.task(task_id).say == "数到4。"


def test_a_file_is_noted_with_its_checksum_and_goes_when_its_time_is_up(workshop: Workshop) -> None:
    task_id = workshop.asks("write")
    workshop.works(write=writing)

    task = workshop.task(task_id)
    assert (task.file_name, task.file_bytes, task.file_rows) == ("好.txt", 3, 1)
    assert len(task.file_sha256) == 64
    assert file_of(workshop.var, task).read_text() == "好"

    assert delete_expired(workshop.engine, workshop.var, workshop.clock()) == 0
    workshop.clock.advance(days=7)
    assert delete_expired(workshop.engine, workshop.var, workshop.clock()) == 1
    assert workshop.made() == []
    with pytest.raises(FileGone):
        file_of(workshop.var, workshop.task(task_id))


def test_files_that_crashes_left_behind_are_deleted_once_the_task_is_over(workshop: Workshop) -> None:
    task_id = workshop.asks("write")

    def dying(hold: TaskHold) -> Made:
        path = hold.path_for("txt")
        folder = path.parent / f".{path.stem}-half"
        folder.mkdir()
        (folder / path.name).write_text("half")
        writing(hold)
        raise Crash

    with pytest.raises(Crash):
        workshop.works(write=dying)
    assert delete_expired(workshop.engine, workshop.var, workshop.clock()) == 0

    workshop.lets_the_claim_lapse()
    workshop.works(write=writing)
    assert delete_expired(workshop.engine, workshop.var, workshop.clock()) == 2
    assert workshop.made() == [Path(workshop.task(task_id).file_path).name]


def test_a_command_does_its_own_task_at_once(workshop: Workshop) -> None:
    other, mine = workshop.asks(to=1), workshop.asks(to=2)

    assert run_one(workshop.engine, workshop.var, {"count": counting}, workshop.clock, mine)

    assert (workshop.task(mine).state, workshop.task(other).state) == ("done", "waiting")
    assert not run_one(workshop.engine, workshop.var, {"count": counting}, workshop.clock, mine)


def test_nobody_sees_or_takes_what_another_asked_for(workshop: Workshop) -> None:
    task_id = workshop.asks()

    with pytest.raises(NoSuchTask):
        workshop.task(task_id, workshop.bob)
