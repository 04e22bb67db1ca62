"""`demo`: everything for a first look, once and again, and never in a real installation."""

import re
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import local_day, system_clock
from core.config import Settings
from core.db.engine import open_engine
from core.liaisons.binding import living_codes
from core.liaisons.kinds import Kind
from core.liaisons.service import list_liaisons
from core.people.keys import KeyRing
from core.people.models import Staff
from core.people.reach import EVERYTHING
from core.people.roles import Role
from core.people.service import verify_staff
from core.rectification.figures import figures_by_unit, total
from core.rounds.catalog import load_catalog
from tests.cli.conftest import Cli

PASSWORD = "demo horse 2026"


def test_it_sets_up_places_units_questionnaires_accounts_and_a_round(cli: Cli, installation: Path) -> None:
    outcome = cli("demo")

    assert outcome.code == 0
    settings = Settings.load({"MINYI_DEMO": "1", "MINYI_VAR": str(installation)})
    engine = open_engine(settings.database_url)
    with engine.connect() as connection:
        held = load_catalog(connection, KeyRing(settings.data_key), settings.office)
    (entry,) = held.rounds
    assert entry.is_open(system_clock())
    assert set(entry.questionnaires) == {"residents", "service_users", "leaders"}
    assert 363 <= (entry.closes_at - system_clock()).days <= 365
    assert len(held.gazetteer.at_level("village")) == 1666
    assert len(held.gazetteer.units) == 82
    shown = re.search(r"只显示这一次）：(\S+)", outcome.out)
    assert shown
    with Session(engine) as session:
        assert {staff.role for staff in session.scalars(select(Staff))} == set(Role)
        assert verify_staff(session, "办公室", shown[1]) is not None
        now = system_clock()
        figures = total(figures_by_unit(session, EVERYTHING, local_day(now)))
        assert (figures.assigned, figures.closed, round(figures.completion_rate or 0, 3)) == (625, 541, 0.866)
        keys = KeyRing(settings.require_data_key())
        known = list_liaisons(session.connection(), keys, EVERYTHING)
        assert {each.kind for each in known} == set(Kind)
        assert all(each.phone.startswith("154000") for each in known), "numbers nobody has"
        assert sum(each.is_reachable for each in known) == 3
        assert len(living_codes(session.connection(), keys, now)) == 3
    engine.dispose()


def test_again_it_changes_nothing_and_shows_no_password(cli: Cli) -> None:
    cli("demo")

    outcome = cli("demo")

    assert outcome.code == 0
    assert "新增0，改名0，停用0" in outcome.out
    assert "“演示调查”已经开放" in outcome.out
    assert "只显示这一次" not in outcome.out
    assert "联络员：已经有61位" in outcome.out
    assert "已经有绑定好的" in outcome.out


def test_a_given_password_is_everybodys_and_is_not_shown(
    cli: Cli, installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli("demo")
    monkeypatch.setenv("MINYI_DEMO_PASSWORD", PASSWORD)

    outcome = cli("demo")

    assert outcome.code == 0
    assert PASSWORD not in outcome.out
    engine = open_engine(f"sqlite:///{installation / 'minyi.db'}")
    with Session(engine) as session:
        assert verify_staff(session, "话务员", PASSWORD) is not None
    engine.dispose()


def test_a_round_of_the_persons_own_is_left_in_peace(cli: Cli) -> None:
    cli("demo")
    cli("round", "close", "演示调查")
    cli("round", "create", "我的", "--questionnaire", "residents-2021", "--closes", "2099-12-31")
    cli("round", "open", "我的")

    outcome = cli("demo")

    assert outcome.code == 0
    assert "没有另开演示调查" in outcome.out
    assert "我的　进行中" in cli("round", "list").out


def test_a_closed_demo_round_is_followed_by_another(cli: Cli) -> None:
    cli("demo")
    cli("round", "close", "演示调查")

    assert re.search(r"“演示调查\d{8}”开放了", cli("demo").out)


def test_a_real_installation_is_refused(
    cli: Cli, installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINYI_DEMO", "0")

    outcome = cli("demo")

    assert outcome.code == 1
    assert "MINYI_DEMO=1" in outcome.err
    assert not (installation / "minyi.db").exists()
