"""`keys` on a command line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select
from sqlalchemy.orm import Session

from cli.parts import load_settings
from core.ballots.models import RosterName
from core.ballots.roster import roster_of
from core.db.engine import open_engine
from core.people.keys import KeyRing
from core.rounds.models import Round
from tests.cli.conftest import Cli


def test_a_new_key_in_front_is_taken_over_and_the_old_one_can_go(
    migrated: Cli, installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = (installation / "data.key").read_text().strip(), Fernet.generate_key().decode()
    migrated("questionnaire", "load", Path(__file__).parents[2] / "bot/questionnaires/residents-2021.yaml")
    migrated("round", "create", "今年", "--questionnaire", "residents-2021", "--closes", "2099-12-31")
    assert "全部是最新的密钥" in migrated("keys", "status").out

    monkeypatch.setenv("MINYI_DATA_KEY", f"{new},{old}")
    assert "每次调查的钥匙：新密钥0个，旧密钥1个" in migrated("keys", "status").out
    assert migrated("keys", "rotate").out.startswith("换了1个，共1个。")
    monkeypatch.setenv("MINYI_DATA_KEY", new)

    assert migrated("keys", "status").code == 0
    monkeypatch.setenv("MINYI_DATA_KEY", old)
    lost = migrated("keys", "status")
    assert lost.code == 1
    assert "有1个打不开" in lost.err
    assert migrated("keys", "rotate").code == 1


def test_names_that_an_older_program_left_open_are_encrypted_when_the_database_is_brought_up_to_date(
    migrated: Cli, installation: Path
) -> None:
    engine = open_engine(f"sqlite:///{installation / 'minyi.db'}")
    now = datetime(2026, 12, 1, tzinfo=UTC)
    key = KeyRing(load_settings().require_data_key()).new_wrapped_key()
    with Session(engine) as session, session.begin():
        session.add(
            Round(
                id=1, name="今年", state="draft", opens_at=now, closes_at=now, created_at=now, account_key=key
            )
        )
        session.flush()
        session.add(RosterName(round_id=1, name="覃大山".encode(), took_part=True))

    assert migrated("migrate").code == 0

    with Session(engine) as session:
        [row] = session.scalars(select(RosterName))
        assert row.name.startswith(b"gAAAA")
        keys = KeyRing(load_settings().require_data_key())
        assert roster_of(session, keys, 1) == [("覃大山", True)]
    engine.dispose()
    assert "领导评价的名册：新密钥1个，旧密钥0个" in migrated("keys", "status").out
