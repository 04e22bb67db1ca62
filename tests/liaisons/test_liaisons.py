"""Liaisons are added, changed and let go; what is personal lies encrypted and is masked."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from core.liaisons.accounts import HasAccount, account_for_wechat, make_account, reset_password
from core.liaisons.binding import let_go
from core.liaisons.kinds import Kind
from core.liaisons.recipients import openid_of, phone_of, recipients
from core.liaisons.service import (
    BadLiaison,
    NoSuchLiaison,
    change_liaison,
    find_liaison,
    list_liaisons,
)
from core.people.keys import KeyRing
from core.people.models import Staff
from core.people.reach import EVERYTHING, NOTHING, Reach
from core.people.service import verify_staff
from tests.hand_clock import START
from tests.liaisons.makers import facts, make_bound, make_liaison

TODAY = date(2026, 12, 1)


def listed(engine: Engine, keys: KeyRing, reach: Reach = EVERYTHING) -> list[str]:
    with engine.connect() as connection:
        return [each.name for each in list_liaisons(connection, keys, reach)]


def test_name_and_phone_lie_encrypted_and_are_masked(city: Engine, keys: KeyRing) -> None:
    liaison_id = make_liaison(city, keys)

    with city.connect() as connection:
        stored = b"".join(
            bytes(each) for each in connection.execute(text("SELECT name, phone FROM liaison")).one()
        )
        known = find_liaison(connection, keys, EVERYTHING, liaison_id)
    assert "韦小明".encode() not in stored
    assert b"13977812345" not in stored
    assert (known.name, known.phone) == ("韦小明", "13977812345")
    assert (known.masked_name, known.masked_phone) == ("韦**", "139****2345")


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"name": ""}, "姓名"),
        ({"phone": "1397781234"}, "电话"),
        ({"phone": "15400012345"}, "假号码"),
        ({"subject_code": "U999"}, "U999"),
        ({"subject_code": "451228100"}, "451228100"),
        ({"kind": Kind.STANDIN}, "从哪天到哪天"),
        ({"kind": Kind.STANDIN, "from_day": date(2026, 12, 9), "until_day": date(2026, 12, 1)}, "对调"),
        ({"from_day": date(2026, 12, 9)}, "假期代班"),
        ({"kind": Kind.STANDIN, "from_day": TODAY, "until_day": TODAY, "stands_in_for": 99}, "本单位"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    city: Engine, keys: KeyRing, known: dict[str, Any], words: str
) -> None:
    with pytest.raises(BadLiaison, match=words):
        make_liaison(city, keys, **known)

    assert listed(city, keys) == []


def test_a_unit_has_several_but_nobody_twice(city: Engine, keys: KeyRing) -> None:
    make_liaison(city, keys)
    make_liaison(city, keys, name="覃小红", kind=Kind.HEAD)

    with pytest.raises(BadLiaison, match="已经有一位韦小明"):
        make_liaison(city, keys)
    assert listed(city, keys) == ["韦小明", "覃小红"]


def test_facts_are_changed_but_not_the_unit(city: Engine, keys: KeyRing) -> None:
    liaison_id = make_liaison(city, keys)
    with Session(city) as session, session.begin():
        change_liaison(session, keys, liaison_id, facts(phone="13800001111"))

    with city.connect() as connection:
        assert find_liaison(connection, keys, EVERYTHING, liaison_id).phone == "13800001111"
    with Session(city) as session, pytest.raises(BadLiaison, match="换了单位"):
        change_liaison(session, keys, liaison_id, facts(subject_code="U018"))


def test_nobody_sees_the_liaisons_of_another_unit_or_county(city: Engine, keys: KeyRing) -> None:
    liaison_id = make_liaison(city, keys)
    make_liaison(city, keys, subject_code="451228", name="蓝小山")

    assert listed(city, keys, Reach("unit", "U017")) == ["韦小明"]
    assert listed(city, keys, Reach("county", "451228")) == ["蓝小山"]
    assert listed(city, keys, Reach("unit", "U018")) == listed(city, keys, NOTHING) == []
    with city.connect() as connection, pytest.raises(NoSuchLiaison):
        find_liaison(connection, keys, Reach("unit", "U018"), liaison_id)


def test_who_left_is_listed_no_more_and_cannot_sign_in(city: Engine, keys: KeyRing) -> None:
    liaison_id = make_bound(city, keys)
    with Session(city) as session, session.begin():
        make_account(session, liaison_id, "检察院联络员", "long enough 2026", START)
        let_go(session, liaison_id, START)

    assert listed(city, keys) == []
    with Session(city) as session:
        assert verify_staff(session, "检察院联络员", "long enough 2026") is None
        assert openid_of(session.connection(), keys, liaison_id) is None
        with pytest.raises(NoSuchLiaison):
            let_go(session, liaison_id, START)


def test_an_account_reaches_the_liaisons_own_unit(city: Engine, keys: KeyRing) -> None:
    liaison_id = make_liaison(city, keys)
    with Session(city) as session, session.begin():
        made = make_account(session, liaison_id, "检察院联络员", "long enough 2026", START)
        assert (made.role, made.unit_code, made.county_code) == ("liaison", "U017", "")
        assert account_for_wechat(session, liaison_id, START) is made
        with pytest.raises(HasAccount):
            make_account(session, liaison_id, "又一个", "long enough 2026", START)
        assert reset_password(session, liaison_id, "another one 2027") == "检察院联络员"

    with Session(city) as session:
        assert verify_staff(session, "检察院联络员", "another one 2027") is not None


def test_an_account_made_through_wechat_has_no_password(city: Engine, keys: KeyRing) -> None:
    liaison_id = make_liaison(city, keys, subject_code="451228")
    with Session(city) as session, session.begin():
        made = account_for_wechat(session, liaison_id, START)
        name, account = made.name, made.id

    with Session(city) as session:
        for guess in ("", "!", "password1234"):
            assert verify_staff(session, name, guess) is None
        assert session.get_one(Staff, account).county_code == "451228"


def test_reminders_go_to_whom_they_concern_that_day(city: Engine, keys: KeyRing) -> None:
    away = make_bound(city, keys)
    deputy = make_liaison(city, keys, name="覃小红", kind=Kind.DEPUTY)
    make_liaison(city, keys, name="莫局长", kind=Kind.HEAD)
    stand_in = make_bound(
        city,
        keys,
        person="b" * 32,
        name="蓝小山",
        kind=Kind.STANDIN,
        from_day=date(2026, 12, 1),
        until_day=date(2026, 12, 7),
        stands_in_for=away,
    )

    def who(day: date, *kinds: Kind) -> list[tuple[int, bool]]:
        with city.connect() as connection:
            found = recipients(connection, ["U017", "U018"], day, *([kinds] if kinds else []))
        assert found["U018"] == ()
        return [(each.liaison_id, each.can_be_pushed) for each in found["U017"]]

    assert who(date(2026, 11, 30)) == [(away, True), (deputy, False)]
    assert who(date(2026, 12, 7)) == [(deputy, False), (stand_in, True)]
    assert who(date(2026, 12, 8)) == [(away, True), (deputy, False)]
    assert len(who(TODAY, Kind.HEAD)) == 1
    with city.connect() as connection:
        assert openid_of(connection, keys, away) == "oOpenid"
        assert phone_of(connection, keys, deputy) == ("覃小红", "13977812345")
