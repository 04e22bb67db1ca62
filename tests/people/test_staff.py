"""Staff accounts: added with a good password, let in by it and nothing else."""

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.people.roles import ROLE_TITLES, Role
from core.people.service import (
    BadName,
    BadPassword,
    NameTaken,
    NoSuchStaff,
    add_staff,
    set_password,
    verify_staff,
)
from tests.hand_clock import START

PASSWORD = "correct horse 9"


def test_the_right_password_lets_in_and_another_does_not(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        add_staff(session, "王主任", Role.OFFICE, PASSWORD, START)

    with Session(engine) as session:
        staff = verify_staff(session, "王主任", PASSWORD)
        assert staff is not None
        assert staff.role == "office"
        assert PASSWORD not in staff.password_hash
        assert verify_staff(session, "王主任", PASSWORD + "x") is None
        assert verify_staff(session, "李主任", PASSWORD) is None


def test_a_disabled_account_is_not_let_in(sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as session:
        add_staff(session, "王", Role.OFFICE, PASSWORD, START).disabled_at = START

        assert verify_staff(session, "王", PASSWORD) is None


def test_a_new_password_replaces_the_old(sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as session:
        add_staff(session, "王", Role.AUDITOR, PASSWORD, START)
        set_password(session, "王", "another horse 8")

        assert verify_staff(session, "王", PASSWORD) is None
        assert verify_staff(session, "王", "another horse 8") is not None


@pytest.mark.parametrize(
    "password",
    [
        "",
        "short",
        "a" * 12,
        "x" * 200,
        "wang-jianguo-1",
        "1234567890",
        "a1234567890",
        "Password123",
        "abcdefghijkl",
        "9876543210",
        "121212121212",
        "qwertyuiop!",
    ],
)
def test_a_bad_password_is_refused_with_the_rules(password: str, sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as session, pytest.raises(BadPassword, match="密码要有10到128个字符"):
        add_staff(session, "Wang-JianGuo", Role.OFFICE, password, START)


@pytest.mark.parametrize("name", ["", " 王", "王\n", "王" * 41])
def test_a_bad_name_is_refused(name: str, sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as session, pytest.raises(BadName):
        add_staff(session, name, Role.OFFICE, PASSWORD, START)


def test_a_name_is_used_once_and_only_known_ones_get_a_password(sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as session:
        add_staff(session, "王", Role.OFFICE, PASSWORD, START)

        with pytest.raises(NameTaken):
            add_staff(session, "王", Role.OFFICE, PASSWORD, START)
        with pytest.raises(NoSuchStaff, match="没有账号“李”"):
            set_password(session, "李", PASSWORD)


def test_every_role_has_a_title() -> None:
    assert set(ROLE_TITLES) == set(Role)
