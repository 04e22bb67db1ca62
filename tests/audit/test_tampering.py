"""What somebody with the database's password might do to the log, and that each of it is found."""

import json
from dataclasses import replace

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from core.audit.chain import AuditLog, Content, attach
from core.audit.kept_head import KeptHead, Link
from core.audit.models import AuditEntry
from core.audit.service import catch_up, newest
from tests.audit.conftest import Tamper, note, troubles


def found(engine: Engine, audit_log: AuditLog) -> list[tuple[str, int]]:
    return [(each.kind, each.number) for each in troubles(engine, audit_log)]


@pytest.mark.parametrize(
    "change",
    [
        "act = 'round_closed'",
        "who_id = 2",
        "who_name = '别人'",
        "who_kind = 'command'",
        "about = 'round:9'",
        "details = '{}'",
        "at = '2026-11-30 01:00:00+00:00'",
        "mac = 'f' || substr(mac, 2)",
    ],
)
def test_an_edit_is_found(engine: Engine, audit_log: AuditLog, tamper: Tamper, change: str) -> None:
    note(engine, 5)

    tamper(f"UPDATE audit_entry SET {change} WHERE number = 3")

    kinds = found(engine, audit_log)
    assert kinds[0] == ("edited", 3)


def test_an_entry_sealed_anew_without_the_key_is_found(
    engine: Engine, audit_log: AuditLog, tamper: Tamper
) -> None:
    note(engine, 5)
    forger = AuditLog(b"guessed", audit_log.clock, audit_log.kept)
    with Session(engine) as session:
        before = session.get_one(AuditEntry, 2)
        third = session.get_one(AuditEntry, 3)
        content = Content(**{name: getattr(third, name) for name in Content.__slots__})
        mac = forger.mac(before.mac, replace(content, who_name="别人"))

    tamper(f"UPDATE audit_entry SET who_name = '别人', mac = '{mac}' WHERE number = 3")

    assert found(engine, audit_log) == [("edited", 3), ("edited", 4)]


def test_a_removed_entry_is_found(engine: Engine, audit_log: AuditLog, tamper: Tamper) -> None:
    note(engine, 5)

    tamper("DELETE FROM audit_entry WHERE number = 3")

    assert found(engine, audit_log) == [("missing", 3)]
    assert "第3条被删掉了" in troubles(engine, audit_log)[0].words


def test_a_removed_entry_is_found_when_the_others_are_numbered_anew(
    engine: Engine, audit_log: AuditLog, tamper: Tamper
) -> None:
    note(engine, 5)

    tamper("DELETE FROM audit_entry WHERE number = 3")
    tamper("UPDATE audit_entry SET number = 3 WHERE number = 4")
    tamper("UPDATE audit_entry SET number = 4 WHERE number = 5")

    assert ("edited", 3) in found(engine, audit_log)
    assert ("cut", 5) in found(engine, audit_log)


def test_a_removed_beginning_is_found(engine: Engine, audit_log: AuditLog, tamper: Tamper) -> None:
    note(engine, 5)

    tamper("DELETE FROM audit_entry WHERE number < 3")

    assert found(engine, audit_log) == [("missing", 1)]
    assert "第1到2条" in troubles(engine, audit_log)[0].words


def cut_tail(tamper: Tamper, after: int) -> None:
    """As an attacker would: the row that says which is the newest is set back, too."""
    tamper(f"DELETE FROM audit_entry WHERE number > {after}")
    kept = f"SELECT mac FROM audit_entry WHERE number = {after}"
    tamper(f"UPDATE audit_head SET number = {after}, mac = coalesce(({kept}), '')")


@pytest.mark.parametrize("after", [4, 1, 0])
def test_a_cut_tail_is_found(engine: Engine, audit_log: AuditLog, tamper: Tamper, after: int) -> None:
    note(engine, 5)

    cut_tail(tamper, after)

    assert found(engine, audit_log) == [("cut", after + 1)]


def test_a_cut_tail_is_found_when_acts_were_added_since(
    engine: Engine, audit_log: AuditLog, tamper: Tamper
) -> None:
    """The file still says what the fifth entry was: it is not overwritten by what does not fit it."""
    note(engine, 5)
    cut_tail(tamper, 3)

    note(engine, 4)

    assert found(engine, audit_log) == [("replaced", 5)]
    assert not catch_up(engine)
    assert found(engine, audit_log) == [("replaced", 5)]


def test_a_head_row_set_back_alone_is_found(engine: Engine, audit_log: AuditLog, tamper: Tamper) -> None:
    note(engine, 3)

    tamper("UPDATE audit_head SET number = 2")

    assert found(engine, audit_log) == [("head_differs", 3)]


def test_a_file_that_is_gone_or_made_up_is_found(engine: Engine, audit_log: AuditLog) -> None:
    note(engine, 3)
    kept = audit_log.kept.path.read_text()

    audit_log.kept.path.unlink()
    assert found(engine, audit_log) == [("file_missing", 3)]

    with engine.connect() as connection:
        first = connection.execute(select(AuditEntry.mac).where(AuditEntry.number == 1)).scalar_one()
    audit_log.kept.path.write_text(json.dumps(json.loads(kept) | {"number": 1, "mac": first}))
    assert found(engine, audit_log) == [("file_broken", 3)]

    for nonsense in ("", "{", "[]", '{"number": "x", "mac": 1, "seal": null}', "\x00"):
        audit_log.kept.path.write_text(nonsense)
        assert found(engine, audit_log) == [("file_broken", 3)]


def test_a_broken_file_is_not_written_over_by_the_next_act(engine: Engine, audit_log: AuditLog) -> None:
    note(engine, 3)
    audit_log.kept.path.write_text("{}")

    note(engine)

    assert audit_log.kept.path.read_text() == "{}"


def test_entries_under_another_key_are_told_as_such(engine: Engine, audit_log: AuditLog) -> None:
    other = AuditLog(b"another machine's key", audit_log.clock, KeptHead(audit_log.kept.folder, b"other"))
    note(engine, 2)
    audit_log.kept.path.unlink()
    attach(engine, other)
    note(engine)
    other.kept.path.unlink()
    attach(engine, audit_log)
    catch_up(engine)

    assert found(engine, audit_log) == [("other_key", 3)]


def test_an_empty_log_is_whole(engine: Engine, audit_log: AuditLog) -> None:
    assert found(engine, audit_log) == []
    with engine.connect() as connection:
        assert newest(connection) == Link(0, "")


def test_a_log_emptied_with_its_file_left_is_found(
    engine: Engine, audit_log: AuditLog, tamper: Tamper
) -> None:
    note(engine, 2)

    tamper("DELETE FROM audit_entry")

    assert [kind for kind, _number in found(engine, audit_log)] == ["cut", "head_differs"]
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit_entry")).scalar_one() == 0
