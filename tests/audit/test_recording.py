"""Acts are stored with what was done, or neither is; and the chain stays one whoever writes."""

import multiprocessing
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.audit.acts import ACTS, Act, about
from core.audit.chain import AuditLog, NoAuditLog, attach
from core.audit.kept_head import KeptHead, Link
from core.audit.models import AuditEntry
from core.audit.service import MAX_DETAILS_CHARS, Done, catch_up, record, record_all
from core.audit.who import PROGRAM, Who
from core.clock import system_clock
from core.db.engine import open_engine
from tests.audit.conftest import WANG, note, troubles
from tests.hand_clock import START, HandClock


def entries(engine: Engine) -> list[AuditEntry]:
    with Session(engine) as session:
        return list(session.scalars(select(AuditEntry).order_by(AuditEntry.number)))


def test_an_act_is_stored_with_the_transaction_it_belongs_to(engine: Engine, audit_log: AuditLog) -> None:
    with Session(engine) as session, session.begin():
        record(session, Act.ROUND_OPENED, WANG, about("round", 3), {"名称": "年终"})

    [entry] = entries(engine)
    assert (entry.number, entry.at, entry.act) == (1, START, "round_opened")
    assert (entry.who_kind, entry.who_id, entry.who_name) == ("staff", 1, "王小明")
    assert (entry.about, entry.details) == ("round:3", '{"名称": "年终"}')
    assert audit_log.kept.read() == Link(1, entry.mac)
    assert troubles(engine, audit_log) == []


def test_nothing_is_stored_when_the_transaction_is_taken_back(engine: Engine, audit_log: AuditLog) -> None:
    def fail() -> None:
        with Session(engine) as session, session.begin():
            record(session, Act.ROUND_OPENED, WANG)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert entries(engine) == []
    assert audit_log.kept.read() is None


def test_a_session_closed_without_a_commit_forgets_what_it_was_told(engine: Engine) -> None:
    session = Session(engine)
    record(session, Act.ROUND_OPENED, WANG)
    session.close()

    session.execute(text("SELECT 1"))
    session.commit()
    session.close()

    assert entries(engine) == []


def test_what_a_savepoint_takes_back_is_not_stored(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        record(session, Act.ROUND_CREATED, WANG)
        with session.begin_nested():
            record(session, Act.ROUND_OPENED, WANG)
        outer = session.begin_nested()
        with session.begin_nested():
            record(session, Act.ROUND_CLOSED, WANG)
        outer.rollback()

    assert [entry.act for entry in entries(engine)] == ["round_created", "round_opened"]


def test_a_session_can_be_used_again(engine: Engine, audit_log: AuditLog) -> None:
    with Session(engine) as session:
        for _ in range(3):
            record(session, Act.SIGNED_IN, WANG)
            session.commit()

    assert [entry.number for entry in entries(engine)] == [1, 2, 3]
    assert audit_log.kept.read() == Link(3, entries(engine)[-1].mac)


def test_without_a_log_nothing_can_be_recorded(database_url: str) -> None:
    engine = open_engine(database_url)
    with Session(engine) as session, pytest.raises(NoAuditLog):
        record(session, Act.SIGNED_IN, WANG)
    engine.dispose()


def test_a_transaction_without_a_session_records_too_and_the_worker_keeps_the_link(
    engine: Engine, audit_log: AuditLog
) -> None:
    with engine.begin() as connection:
        record_all(connection, [Done(Act.SIGNED_IN, Who.liaison(4)), Done(Act.SIGNED_OUT, Who.liaison(4))])
    assert audit_log.kept.read() is None

    assert catch_up(engine)

    assert [entry.act for entry in entries(engine)] == ["signed_in", "signed_out"]
    assert audit_log.kept.read() == Link(2, entries(engine)[-1].mac)


def test_a_session_inside_somebody_elses_transaction_leaves_the_file_alone(
    engine: Engine, audit_log: AuditLog
) -> None:
    def fail() -> None:
        with engine.begin() as connection:
            with Session(connection) as session:
                record(session, Act.ROUND_OPENED, WANG)
                session.commit()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert entries(engine) == []
    assert audit_log.kept.read() is None


def test_mobile_numbers_are_struck_out_of_details(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        record(
            session, Act.HELP_DONE, WANG, details={"备注": "打了13800138000，没人接", "编号": 20211380013800}
        )

    assert entries(engine)[0].details == '{"备注": "打了1**********，没人接", "编号": 20211380013800}'


def test_details_that_tell_a_novel_are_a_bug(engine: Engine) -> None:
    with Session(engine) as session, pytest.raises(ValueError, match="details of"):
        record(session, Act.HELP_DONE, WANG, details={"备注": "长" * MAX_DETAILS_CHARS})


def test_an_act_is_about_something_that_has_a_name_on_the_screen() -> None:
    with pytest.raises(ValueError, match="ABOUT_TITLES"):
        about("gadget", 1)


def test_every_act_has_its_kind_and_words() -> None:
    assert set(ACTS) == set(Act)
    assert len({words for _kind, words in ACTS.values()}) == len(ACTS)


def test_the_database_refuses_to_change_an_entry(engine: Engine) -> None:
    note(engine)

    for statement in ("UPDATE audit_entry SET who_id = 2", "DELETE FROM audit_entry"):
        with pytest.raises(DBAPIError, match="only added to"), engine.begin() as connection:
            connection.execute(text(statement))


def test_threads_that_write_at_once_make_one_chain(engine: Engine, audit_log: AuditLog) -> None:
    threads = [threading.Thread(target=note, args=(engine, 10)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [entry.number for entry in entries(engine)] == list(range(1, 61))
    assert troubles(engine, audit_log) == []
    assert audit_log.kept.read() == Link(60, entries(engine)[-1].mac)


def _write_in_a_process(url: str, key: bytes, folder: Path, file_key: bytes) -> None:
    engine = open_engine(url)
    attach(engine, AuditLog(key, system_clock, KeptHead(folder, file_key)))
    note(engine, 10)
    engine.dispose()


def test_processes_that_write_at_once_make_one_chain(
    engine: Engine, database_url: str, audit_log: AuditLog
) -> None:
    spawn = multiprocessing.get_context("spawn")
    arguments = (database_url, audit_log.key, audit_log.kept.folder, audit_log.kept.key)
    processes = [spawn.Process(target=_write_in_a_process, args=arguments) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert troubles(engine, audit_log) == []
    assert audit_log.kept.read() == Link(30, entries(engine)[-1].mac)


def test_two_that_change_the_same_rows_do_not_lock_each_other_out(engine: Engine) -> None:
    """Each records before it changes what the other holds: the chain is locked only at the commit."""
    start = threading.Barrier(2)

    def act() -> None:
        with Session(engine) as session, session.begin():
            record(session, Act.ROUND_OPENED, WANG)
            if engine.dialect.name == "postgresql":
                start.wait(10)
            session.execute(text("UPDATE catalog_version SET version = version + 1"))

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(entries(engine)) == 2


def test_the_file_never_goes_back(audit_log: AuditLog) -> None:
    audit_log.kept.advance(Link(7, "seven"))
    audit_log.kept.advance(Link(5, "five"))

    assert audit_log.kept.read() == Link(7, "seven")


def test_a_full_disk_does_not_undo_what_was_done(
    engine: Engine, audit_log: AuditLog, caplog: pytest.LogCaptureFixture
) -> None:
    audit_log.kept.folder.parent.mkdir(parents=True, exist_ok=True)
    audit_log.kept.folder.write_text("a file where the folder should be")

    note(engine)

    assert len(entries(engine)) == 1
    assert "audit_newest_unreadable" in caplog.messages


def test_a_clock_that_goes_on_is_in_the_entries(engine: Engine, clock: HandClock) -> None:
    note(engine)
    clock.advance(minutes=5)
    note(engine)

    assert entries(engine)[1].at - entries(engine)[0].at == timedelta(minutes=5)


def test_the_program_itself_can_be_the_one_who_did_it(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        record(session, Act.LIST_LOADED, replace(PROGRAM, name="worker"))

    assert (entries(engine)[0].who_kind, entries(engine)[0].who_id) == ("program", -1)
