"""Liaisons with everything defaulted, so that a test names only what it is about."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.liaisons.binding import bind, code_key, make_code
from core.liaisons.kinds import Kind
from core.liaisons.service import Facts, add_liaison
from core.people.keys import KeyRing, person_hash
from tests.hand_clock import START


def facts(**known: Any) -> Facts:
    """A liaison of unit U017."""
    defaults: dict[str, Any] = {
        "subject_code": "U017",
        "kind": Kind.LIAISON,
        "name": "韦小明",
        "phone": "13977812345",
    }
    return Facts(**(defaults | known))


def make_liaison(engine: Engine, keys: KeyRing, now: datetime = START, **known: Any) -> int:
    """Add one; its id."""
    with Session(engine) as session, session.begin():
        return add_liaison(session, keys, facts(**known), now).id


def make_bound(
    engine: Engine, keys: KeyRing, person: str = "a" * 32, now: datetime = START, **known: Any
) -> int:
    """Add one and bind a phone to them; the liaison's id."""
    liaison_id = make_liaison(engine, keys, now, **known)
    bind_phone(engine, keys, liaison_id, person, now=now)
    return liaison_id


def bind_phone(
    engine: Engine,
    keys: KeyRing,
    liaison_id: int,
    person: str,
    openid: str = "oOpenid",
    now: datetime = START,
) -> None:
    """Bind a phone by a fresh code."""
    with Session(engine) as session, session.begin():
        code = make_code(session, keys, liaison_id, now).code
        digest = person_hash(code_key(session, keys, now), code)
        assert bind(session.connection(), keys, digest, person, openid, now) is not None
