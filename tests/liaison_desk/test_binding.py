"""A phone becomes a liaison's by a code, scanned or typed; wrong codes wait; the old phone is told."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core.conversation.incoming import Followed, Scanned, Scene
from core.conversation.prompts import AskPrompt, HelpText
from core.liaison_desk.prompts import (
    BindingOver,
    BoundNow,
    CodeMustWait,
    CodeWrong,
    ItemList,
    ItemShown,
    LiaisonHelp,
    NotBound,
    NotYourDays,
)
from core.liaisons.binding import revoke
from core.liaisons.codes import in_groups
from core.liaisons.kinds import Kind
from core.liaisons.recipients import openid_of
from tests.liaison_desk.office import DUAN, PROSECUTORS, Office


def scan(office: Office, who: str, code: str) -> list[type]:
    return office.town.hears(who, Scanned(Scene("bind", code, "", f"b_{code}"), f"b_{code}")).kinds


@pytest.mark.parametrize("way", ["scanned", "typed", "lower case in groups"])
def test_a_code_binds_the_phone_that_brings_it(office: Office, way: str) -> None:
    liaison_id = office.add()
    code = office.code(liaison_id)

    if way == "scanned":
        kinds = scan(office, "liaison", code)
    else:
        kinds = office.town.says("liaison", code if way == "typed" else in_groups(code).lower()).kinds

    assert kinds == [BoundNow]
    with office.town.engine.connect() as connection:
        assert openid_of(connection, office.town.keys, liaison_id) == "liaison"
    assert office.town.says("liaison", "我的").kinds == [ItemList]


def test_who_was_asked_where_they_live_is_not_any_more_once_bound(office: Office) -> None:
    """Following the account brings that question; a number sent then would be a county's."""
    asked = office.town.hears("liaison", Followed())
    assert asked.kinds[-1] is not BoundNow
    office.town.says("liaison", office.code(office.add()))

    assert office.town.says("liaison", "1").kinds == [ItemShown]


def test_a_redelivered_scan_binds_once_and_gets_the_same_words(office: Office) -> None:
    code = office.code(office.add())
    what = Scanned(Scene("bind", code, "", f"b_{code}"), f"b_{code}")
    delivery = office.town.delivery("liaison", what)

    first, again = office.town.turns.take(delivery), office.town.turns.take(delivery)

    assert first == again
    assert office.town.said[first].kinds == [BoundNow]


def test_a_new_phone_replaces_the_old_one_which_is_told_when_it_writes(office: Office) -> None:
    liaison_id = office.bind("old phone")
    (bound,) = office.town.hears(
        "new phone", Scanned(Scene("bind", (code := office.code(liaison_id)), "", f"b_{code}"), f"b_{code}")
    )
    assert bound.replaced

    told = office.town.says("old phone", "帮助")

    assert told[0] == BindingOver("replaced")
    assert HelpText in told.kinds
    assert LiaisonHelp not in told.kinds
    assert office.town.says("old phone", "12 进展 修好了").kinds == [NotBound]
    assert BindingOver not in office.town.says("old phone", "帮助").kinds


def test_a_revoked_phone_does_nothing_more(office: Office) -> None:
    liaison_id = office.bind("liaison")
    with Session(office.town.engine) as session, session.begin():
        revoke(session, liaison_id, office.now)

    assert office.town.says("liaison", "1 领取").kinds == [BindingOver, NotBound]
    assert office.acts(1) == []


def test_wrong_codes_in_a_row_have_to_wait_longer_each_time(office: Office) -> None:
    right = office.code(office.add())
    for _ in range(5):
        assert office.town.says("somebody", "K7PM3QXR").kinds == [CodeWrong]

    assert office.town.says("somebody", right).kinds == [CodeMustWait]
    assert scan(office, "somebody", right) == [CodeMustWait]
    assert scan(office, "somebody else", right) == [BoundNow]

    office.town.clock.advance(minutes=1)
    assert office.town.says("somebody", "K7PM3QXR").kinds == [CodeWrong]
    office.town.clock.advance(minutes=1)
    assert office.town.says("somebody", "K7PM3QXR").kinds == [CodeMustWait]


def test_a_code_that_is_over_is_told_politely(office: Office) -> None:
    liaison_id = office.add()
    code = office.code(liaison_id)
    office.town.clock.advance(days=7)
    assert office.town.says("somebody", code).kinds == [CodeWrong]

    newer = office.code(liaison_id)
    assert scan(office, "first", newer) == [BoundNow]
    assert scan(office, "second", newer) == [CodeWrong]


def test_an_unbound_phone_is_told_how_to_get_bound(office: Office) -> None:
    assert office.town.says("somebody", "12 进展").kinds == [NotBound]
    assert office.town.says("somebody", "12号进展 路基做完了").kinds == [NotBound]


def test_inside_an_open_question_the_words_of_an_unbound_phone_are_the_answer(office: Office) -> None:
    town = office.town
    reply = town.scans("villager")
    while not (isinstance(reply[-1], AskPrompt) and reply[-1].manner in ("text", "media")):
        reply = town.goes_one_on("villager", reply)

    for words in ("12 进展 太慢", "K7PM3QXR"):
        assert not {NotBound, CodeWrong} & set(town.says("villager", words).kinds)


def test_a_stand_in_works_on_its_days_only(office: Office) -> None:
    first = (office.now + timedelta(days=3)).date()
    liaison_id = office.add(kind=Kind.STANDIN, from_day=first, until_day=first)
    (bound,) = office.town.hears(
        "stand-in", Scanned(Scene("bind", (code := office.code(liaison_id)), "", f"b_{code}"), f"b_{code}")
    )
    assert (bound.from_day, bound.until_day) == (first, first)

    assert office.town.says("stand-in", "1 领取").kinds == [NotYourDays]
    office.town.clock.advance(days=3)
    assert NotYourDays not in office.town.says("stand-in", "1 领取").kinds
    office.town.clock.advance(days=1)
    assert office.town.says("stand-in", "1 进展 好了").kinds == [NotYourDays]
    assert [act for act, _code, _id in office.acts(1)] == ["claim"]


def test_who_leaves_the_account_and_comes_back_is_known_to_reminders(office: Office) -> None:
    liaison_id = office.bind("liaison")

    def reachable() -> bool:
        with office.town.engine.connect() as connection:
            return openid_of(connection, office.town.keys, liaison_id) is not None

    office.town.leaves("liaison")
    assert not reachable()
    office.town.follows("liaison")
    assert reachable()


def test_one_phone_may_act_for_two_units(office: Office) -> None:
    office.bind("liaison", DUAN)
    office.bind("liaison", PROSECUTORS, name="覃小红")

    (listed,) = office.town.says("liaison", "我的")

    assert [row.number for row in listed.rows] == [3, 2, 1]
    assert len({row.subject for row in listed.rows} - {""}) == 2
    office.town.says("liaison", "1 领取", "2 领取")
    assert [office.acts(number)[0][:2] for number in (1, 2)] == [("claim", DUAN), ("claim", PROSECUTORS)]
