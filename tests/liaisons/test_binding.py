"""A phone binds once with a code that lives; a new phone replaces the old one."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from core.liaisons.binding import (
    CODE_LIVES,
    NoLivingCode,
    bind,
    bound_to,
    code_key,
    living_code,
    make_code,
    note_following,
    note_picture,
    revoke,
    why_ended,
)
from core.liaisons.codes import ALPHABET, in_groups, new_code, typed_code
from core.liaisons.kinds import Kind
from core.liaisons.models import Binding
from core.liaisons.recipients import openid_of
from core.liaisons.service import list_liaisons
from core.people.keys import KeyRing, person_hash
from core.people.reach import EVERYTHING
from tests.hand_clock import START
from tests.liaisons.makers import bind_phone, make_bound, make_liaison

FIRST, SECOND = "a" * 32, "b" * 32


def a_code(engine: Engine, keys: KeyRing, liaison_id: int) -> str:
    with Session(engine) as session, session.begin():
        return make_code(session, keys, liaison_id, START).code


def tries(
    engine: Engine, keys: KeyRing, code: str, person: str = FIRST, later: timedelta = timedelta()
) -> bool:
    with Session(engine) as session, session.begin():
        digest = person_hash(code_key(session, keys, START), code)
        return bind(session.connection(), keys, digest, person, "oOpenid", START + later) is not None


def phones(engine: Engine, liaison_id: int) -> list[str]:
    with engine.connect() as connection:
        return [
            person
            for person in (FIRST, SECOND)
            if any(bound.liaison_id == liaison_id for bound in bound_to(connection, person, START))
        ]


@pytest.mark.parametrize("code", [new_code() for _ in range(50)], ids=lambda _: "")
def test_no_character_of_a_code_can_be_mistaken(code: str) -> None:

    assert re.fullmatch(f"[{ALPHABET}]{{8}}", code)
    assert not set(code) & set("0O1IL")
    assert any(map(str.isdigit, code))
    assert any(map(str.isalpha, code))
    for typed in (
        code,
        code.lower(),
        in_groups(code),
        f" {code[:4]}-{code[4:]} ",
        f"绑定 {code}",
        f"绑定：{code}",
    ):
        assert typed_code(typed) == code
    assert typed_code("".join(chr(ord(each) + 0xFEE0) for each in code)) == code


@pytest.mark.parametrize(
    "words", ["", "满意", "20261121", "ABCDEFGH", "23456789", "K7PM3QX", "K7PM3QXRR", "K7PM3Q0R", "x" * 99]
)
def test_other_words_are_no_code(words: str) -> None:
    assert typed_code(words) is None


def test_a_code_binds_once(city: Engine, keys: KeyRing) -> None:
    liaison_id = make_liaison(city, keys)
    code = a_code(city, keys, liaison_id)

    assert tries(city, keys, code)
    assert not tries(city, keys, code, SECOND)
    assert phones(city, liaison_id) == [FIRST]


def test_a_code_that_expired_was_revoked_or_replaced_binds_nobody(city: Engine, keys: KeyRing) -> None:
    liaison_id = make_liaison(city, keys)
    code = a_code(city, keys, liaison_id)
    assert not tries(city, keys, code, later=CODE_LIVES)

    newer = a_code(city, keys, liaison_id)
    assert not tries(city, keys, code)
    with Session(city) as session, session.begin():
        revoke(session, liaison_id, START)
    assert not tries(city, keys, newer)
    assert not tries(city, keys, new_code())
    assert phones(city, liaison_id) == []


def test_a_code_can_be_printed_again_while_it_lives_and_lies_nowhere_in_clear(
    city: Engine, keys: KeyRing
) -> None:
    liaison_id = make_liaison(city, keys)
    code = a_code(city, keys, liaison_id)
    with Session(city) as session, session.begin():
        note_picture(session, living_code(session.connection(), keys, liaison_id, START).id, "http://wx/q/1")

    with city.connect() as connection:
        shown = living_code(connection, keys, liaison_id, START)
        stored = str(connection.execute(text("SELECT digest, sealed FROM liaison_code")).one())
    assert (shown.code, shown.url) == (code, "http://wx/q/1")
    assert code not in stored
    assert tries(city, keys, code)
    with city.connect() as connection:
        with pytest.raises(NoLivingCode):
            living_code(connection, keys, liaison_id, START)
        assert connection.execute(text("SELECT sealed, url FROM liaison_code")).one() == (None, "")


def test_a_new_phone_replaces_the_old_one_whose_openid_is_gone(city: Engine, keys: KeyRing) -> None:
    liaison_id = make_bound(city, keys, person=FIRST)
    bind_phone(city, keys, liaison_id, SECOND, openid="oNew")

    assert phones(city, liaison_id) == [SECOND]
    with city.connect() as connection:
        assert openid_of(connection, keys, liaison_id) == "oNew"
        assert why_ended(connection, FIRST, [liaison_id]) == "replaced"
        assert why_ended(connection, SECOND, [liaison_id]) == ""
        left = connection.execute(select(Binding.openid).where(Binding.person == FIRST)).scalar_one()
    assert left is None


def test_one_phone_may_act_for_two_units_and_a_stand_in_only_on_its_days(city: Engine, keys: KeyRing) -> None:
    own = make_bound(city, keys, person=FIRST)
    stands_in = make_bound(
        city,
        keys,
        person=FIRST,
        subject_code="451228",
        kind=Kind.STANDIN,
        from_day=(START + timedelta(days=3)).date(),
        until_day=(START + timedelta(days=4)).date(),
    )

    def acting(days: int) -> list[int]:
        with city.connect() as connection:
            return [
                each.liaison_id
                for each in bound_to(connection, FIRST, START + timedelta(days=days))
                if each.acts
            ]

    assert acting(0) == acting(6) == [own]
    assert acting(3) == [own, stands_in]


def test_who_left_the_account_cannot_be_pushed_until_they_come_back(city: Engine, keys: KeyRing) -> None:
    liaison_id = make_bound(city, keys)

    def reachable() -> bool:
        with city.connect() as connection:
            (known,) = list_liaisons(connection, keys, EVERYTHING)
            assert known.is_reachable == (openid_of(connection, keys, liaison_id) is not None)
        return known.is_reachable

    assert reachable()
    for follows in (False, True):
        with city.begin() as connection:
            note_following(connection, FIRST, follows=follows, now=START)
        assert reachable() is follows
