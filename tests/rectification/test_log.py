"""What the log keeps, and what it offers."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from core.media.models import Media
from core.media.receiving import key_of, note_received
from core.rectification.details import Details, Facts, dump, load
from core.rectification.service import (
    attach_later,
    do,
    get_item,
)
from core.rectification.timeline import timeline
from core.rectification.words import Act, State, Why
from core.rectification.workflow import NoSuchItem, Who, possible
from tests.hand_clock import START
from tests.rectification.cast import (
    OFFICE,
    STRANGER,
    UNITS_LIAISON,
    claimed,
    refusal,
)


def test_details_come_back_as_they_were() -> None:
    details = Details(
        text="好",
        percent=0,
        until=date(2027, 1, 1),
        why=Why.ACROSS,
        codes=("U024",),
        numbers=(1, 2),
        facts=Facts(assist=("U031",), state=State.CLOSED, done_on=date(2026, 1, 1), county_first=False),
    )

    assert load(dump(details)) == details
    assert dump(Details()) == "{}"


def test_possible_acts_follow_the_table(session: Session) -> None:
    _item, standing = get_item(session, claimed(session), UNITS_LIAISON)

    acts = (Act.MEASURES, Act.PROGRESS, Act.APPLY, Act.ASK_EXTENSION, Act.TRANSCRIBE)
    assert possible(standing, Who.LEAD) == acts


def test_only_a_voice_of_the_item_itself_is_typed_up(session: Session) -> None:
    number = claimed(session)
    done = do(session, number, Act.PROGRESS, UNITS_LIAISON, START, Details(text="见语音"))
    voice, photo = "a" * 32, "b" * 32
    for key, kind in ((voice, "voice"), (photo, "photo")):
        note_received(session.connection(), kind, key, START)
    voice, photo = key_of(voice), key_of(photo)

    attach_later(session, done.act_id, [voice, photo, "c" * 32], UNITS_LIAISON, START)

    assert "没有这条语音" in refusal(session, number, Act.TRANSCRIBE, OFFICE, Details(text="x", file=photo))
    do(session, number, Act.TRANSCRIBE, OFFICE, START, Details(text="路基做完了", file=voice))
    entries = timeline(session, number, OFFICE, START)
    assert [file.kind for file in entries[1].files] == ["voice", "photo"]
    assert session.get_one(Media, voice).held_by == "item"
    with pytest.raises(NoSuchItem):
        attach_later(session, done.act_id, [voice], STRANGER, START)
