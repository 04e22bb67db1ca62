"""
A liaison of another unit sees and does nothing, whatever they type, tap or send: every word the desk knows
and every link it makes, taken from the desk itself.
"""

import pytest

from core.conversation.incoming import SideTapped
from core.conversation.inputs import Photo, Voice
from core.liaison_desk.grammar import VERBS
from core.liaison_desk.prompts import CannotAct
from core.liaison_desk.taps import DESK, Verb, encode
from tests.liaison_desk.office import PROSECUTORS, Office, claimed
from tests.turns.town import Reply

# Words of item 1, which is not theirs.
SECRETS = ("道路破损", "路基做完了", "动工计划")


@pytest.fixture
def strange(sqlite_office: Office) -> Office:
    """Item 1 is worked on by its own liaison; `other` is bound for a unit that has only item 2."""
    office = sqlite_office
    claimed(office, 1)
    office.town.says("liaison", "1 措施 动工计划")
    office.town.says("liaison", "1 进展 路基做完了")
    office.sends_photo("liaison")
    office.bind("other", PROSECUTORS, name="覃小红")
    return office


def stands(office: Office) -> tuple[object, ...]:
    """All that could be changed of the item."""
    return office.item(1), office.acts(1), office.files(1)


def sees_nothing(reply: Reply) -> None:
    """No word of the item is in the answer."""
    assert not [word for word in SECRETS if word in str(reply)], reply


def test_every_word_about_another_units_item_is_refused(strange: Office) -> None:
    before = stands(strange)

    for words in (*VERBS, ""):
        for said in (f"1 {words} 我来", f"1{words}", f"第1号{words}"):
            reply = strange.town.says("other", said)
            sees_nothing(reply)
            if words and "我来" in said:
                assert reply.kinds == [CannotAct], said
                assert "不归您的单位" in reply[0].words, said

    assert stands(strange) == before


def test_every_link_about_another_units_item_changes_and_shows_nothing(strange: Office) -> None:
    before = stands(strange)
    with strange.town.engine.connect() as connection:
        acts = [row[0] for row in connection.exec_driver_sql("SELECT id FROM item_act WHERE item_number = 1")]

    arguments = {Verb.UNTIL: [20270131], Verb.UNDO: acts}
    for verb in Verb:
        for argument in arguments.get(verb, [1]):
            for first in (None, Photo("stolen"), Voice("stolen-voice", "我来")):
                if first is not None:
                    sees_nothing(strange.town.hears("other", first))
                sees_nothing(strange.town.hears("other", SideTapped(DESK, encode(verb, argument), "x")))

    assert stands(strange) == before


def test_their_list_has_only_their_own(strange: Office) -> None:
    (listed,) = strange.town.says("other", "我的")

    assert [row.number for row in listed.rows] == [2]
