"""Overrides need two people of the office, are for one content and the rules named, and are logged."""

import logging
from datetime import timedelta

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.coaching.check import check_text
from core.coaching.gate import Steers, refuse_steering_text
from core.coaching.models import CoachingOverride, CoachingRequest
from core.coaching.overrides import (
    AlreadyApproved,
    BadReason,
    NoSuchRequest,
    NothingFound,
    NotOffice,
    SamePerson,
    approve_override,
    ask_override,
    is_overridden,
    list_requests,
    text_hash,
)
from core.people.models import Staff
from core.people.roles import Role
from tests.hand_clock import START

POSTER = "完成问卷可领取纪念品一份。"
HASH = text_hash(POSTER)
REASON = "纪念品发给所有参加的人，海报已经印好，下一批改。"


def person(session: Session, name: str, role: Role = Role.OFFICE, *, is_disabled: bool = False) -> Staff:
    """An account, without the cost of a password."""
    staff = Staff(
        name=name,
        role=role.value,
        password_hash="",
        created_at=START,
        disabled_at=START if is_disabled else None,
    )
    session.add(staff)
    session.flush()
    return staff


def ask(session: Session, asking: Staff, reason: str = REASON, text: str = POSTER) -> CoachingRequest:
    return ask_override(session, text_hash(text), "海报", check_text(text, "海报"), asking, reason, START)


def test_two_people_let_a_text_pass(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with Session(engine) as session, session.begin():
        alice, bob = person(session, "王小明"), person(session, "李小红")
        with pytest.raises(Steers):
            refuse_steering_text(session, POSTER, "海报")

        request = ask(session, alice)
        assert not is_overridden(session, HASH, ["reward"])
        override = approve_override(session, request.id, bob, START + timedelta(hours=1))

        assert is_overridden(session, HASH, ["reward"])
        refuse_steering_text(session, POSTER, "海报")
        assert (override.asked_by, override.approved_by) == (alice.id, bob.id)
        assert (override.rules, override.reason) == ("reward", REASON)

    events = [record.getMessage() for record in caplog.records]
    assert events == ["coaching_override_asked", "coaching_override_approved", "coaching_overridden"]
    assert REASON not in caplog.text


def test_nobody_approves_their_own_request(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        alice = person(session, "王小明")
        request = ask(session, alice)

        with pytest.raises(SamePerson, match="不能自己批准"):
            approve_override(session, request.id, alice, START)

        assert not is_overridden(session, HASH, ["reward"])


def test_the_database_refuses_one_person_in_both_roles(engine: Engine) -> None:
    with Session(engine) as session:
        alice = person(session, "王小明")
        request = ask(session, alice)
        session.add(
            CoachingOverride(
                request_id=request.id,
                content_hash=HASH,
                rules="reward",
                asked_by=alice.id,
                approved_by=alice.id,
                reason=REASON,
                approved_at=START,
            )
        )

        with pytest.raises(IntegrityError):
            session.flush()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OFFICE])
def test_other_roles_neither_ask_nor_approve(role: Role, sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as session:
        outsider = person(session, "外人", role)
        request = ask(session, person(session, "王小明"))

        with pytest.raises(NotOffice):
            ask(session, outsider)
        with pytest.raises(NotOffice):
            approve_override(session, request.id, outsider, START)


def test_a_disabled_account_neither_asks_nor_approves(sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as session:
        left = person(session, "走了", is_disabled=True)
        request = ask(session, person(session, "王小明"))

        with pytest.raises(NotOffice):
            ask(session, left)
        with pytest.raises(NotOffice):
            approve_override(session, request.id, left, START)


def test_an_override_is_for_these_words_and_these_rules_only(sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as session:
        alice, bob = person(session, "王小明"), person(session, "李小红")
        approve_override(session, ask(session, alice).id, bob, START)

        assert not is_overridden(session, HASH, ["reward", "threatens"])
        assert not is_overridden(session, text_hash(POSTER + "！"), ["reward"])


def test_rules_let_pass_one_after_the_other_add_up(sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as session:
        alice, bob = person(session, "王小明"), person(session, "李小红")
        for text in (POSTER, "后果自负。"):
            findings = check_text(text, "海报")
            request = ask_override(session, HASH, "海报", findings, alice, REASON, START)
            approve_override(session, request.id, bob, START)

        assert is_overridden(session, HASH, ["reward", "threatens"])


@pytest.mark.parametrize("reason", ["", "  ", "领导同意", "长" * 501])
def test_a_reason_is_needed(reason: str, sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as session, pytest.raises(BadReason):
        ask(session, person(session, "王小明"), reason)


def test_where_nothing_was_found_nothing_is_asked(sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as session, pytest.raises(NothingFound):
        ask(session, person(session, "王小明"), text="请您如实回答。")


def test_a_request_is_approved_once_and_must_exist(sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as session:
        alice, bob, carol = (person(session, name) for name in ("王小明", "李小红", "韦大海"))
        request = ask(session, alice)
        approve_override(session, request.id, bob, START)

        with pytest.raises(AlreadyApproved):
            approve_override(session, request.id, carol, START)
        with pytest.raises(NoSuchRequest):
            approve_override(session, request.id + 1, bob, START)


def test_requests_are_listed_newest_first_with_their_approval(sqlite_engine: Engine) -> None:
    with Session(sqlite_engine) as session:
        alice, bob = person(session, "王小明"), person(session, "李小红")
        first, second = ask(session, alice), ask(session, bob)
        override = approve_override(session, first.id, bob, START)

        assert list_requests(session) == [(second, None), (first, override)]
