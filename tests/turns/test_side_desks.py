"""
Side desks take part in the turn: asked before the questionnaires, exactly once, and at no cost to others.

The one tried here counts how often somebody rings: a row of its own, written in the turn.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Connection, Engine, event, select, text

from core.conversation.incoming import Happening, Incoming, Scanned, Scene, SideTapped
from core.conversation.inputs import Said
from core.conversation.models import Conversation, Delivery
from core.conversation.person import Person
from core.conversation.prompts import (
    AskPrompt,
    ConsentPrompt,
    DataDeleted,
    HelpText,
    NotUnderstood,
    SidePrompt,
    StaleTap,
    WasShed,
)
from core.conversation.side_desk import SideDesk, SideDesks, SideOutcome, Visitor
from tests.turns.town import Town

BELL = Scene("bind", "bell", "", "b_bell")


@dataclass(frozen=True, slots=True)
class Rung(SidePrompt):
    """So many rings were heard of this person."""

    rings: int


class BellBroken(Exception):
    """The bell cannot be rung by this one."""


@dataclass
class Bell:
    """Rings: said `叮`, scanned as a bind code, or tapped. Who rang once is marked and always asked about."""

    name: str = "bell"
    asked: list[Happening] = field(default_factory=list)
    fernet: Fernet = field(default_factory=lambda: Fernet(Fernet.generate_key()))

    def wants(self, person: Person, what: Happening) -> bool:
        return (
            self.name in person.notes
            or (isinstance(what, Scanned) and what.scene is not None and what.scene.kind == "bind")
            or (isinstance(what, Said) and what.text.startswith("叮"))
        )

    def take(self, connection: Connection, visitor: Visitor, what: Happening) -> SideOutcome | None:
        self.asked.append(what)
        if not isinstance(what, SideTapped) and not self.wants(Person(), what):
            return None
        rings = 1 + (visitor.note(self.name) or 0)
        connection.execute(
            text("INSERT INTO ring (openid, nth) VALUES (:who, :nth)"), {"who": visitor.openid, "nth": rings}
        )
        if isinstance(what, Said) and what.text == "叮坏":
            raise BellBroken
        person = visitor.person.with_note(self.name, rings)
        if isinstance(what, Said) and what.text.startswith("叮，"):
            return SideOutcome(person, (Rung(rings),), then=Said(what.text.removeprefix("叮，")))
        secret = isinstance(what, Said) and what.text == "叮密"
        return SideOutcome(person, (Rung(rings),), is_sealed=secret)

    def seal(self, reply: str) -> str:
        return self.fernet.encrypt(reply.encode()).decode()

    def unseal(self, stored: str) -> str:
        return self.fernet.decrypt(stored.encode()).decode()


@pytest.fixture
def bell(town: Town) -> Bell:
    """A bell in the town, with its table."""
    with town.engine.begin() as connection:
        connection.execute(text("CREATE TABLE ring (openid VARCHAR(40), nth INTEGER)"))
    desk: SideDesk = Bell()
    town.side_desks = (desk,)
    town.turns = town.new_turns()
    assert isinstance(desk, Bell)
    return desk


def rings(town: Town) -> list[tuple[str, int]]:
    with town.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text("SELECT openid, nth FROM ring ORDER BY 1, 2"))]


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Every statement that SQLAlchemy sends, savepoints included."""
    seen: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    def saved(_conn: object, name: str) -> None:
        seen.append(f"SAVEPOINT {name}")

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "savepoint", saved)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
        event.remove(engine, "savepoint", saved)


def test_a_side_desk_reads_and_writes_rows_of_its_own_in_the_turn(town: Town, bell: Bell) -> None:
    assert town.says("liaison", "叮") == (Rung(1),)
    assert town.scans("liaison", BELL) == (Rung(2),)
    assert town.hears("liaison", SideTapped(2, 7, "叮")) == (Rung(3),)

    assert rings(town) == [("liaison", 1), ("liaison", 2), ("liaison", 3)]


def test_a_redelivery_gets_the_same_words_and_rings_once(town: Town, bell: Bell) -> None:
    first = town.delivery("liaison", Said("叮"))
    again = Incoming("liaison", first.delivery_key, "other:stamp", first.created_at, first.what)

    replies = [town.turns.take(first), town.turns.take(again), town.new_turns().take(again)]

    assert len(set(replies)) == 1
    assert town.said[replies[0]] == (Rung(1),)
    assert rings(town) == [("liaison", 1)]


def test_a_failure_leaves_nothing_and_the_next_try_succeeds(town: Town, bell: Bell) -> None:
    with pytest.raises(BellBroken):
        town.says("liaison", "叮坏")

    assert rings(town) == []
    assert town.count(Conversation) == town.count(Delivery) == 0
    assert town.says("liaison", "叮") == (Rung(1),)


def test_a_failure_in_words_takes_the_side_desks_rows_back_too(
    town: Town, bell: Bell, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> str:
        raise RuntimeError("the renderer has a bug")

    monkeypatch.setattr(town.turns._hearing, "_render", fail)
    with pytest.raises(RuntimeError, match="has a bug"):
        town.says("liaison", "叮")

    assert rings(town) == []


def test_in_a_group_one_failure_does_not_disturb_the_others(
    town: Town, bell: Bell, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes: dict[str, object] = {}
    said = {"leads": "你好", "first": "叮", "broken": "叮坏", "second": "叮", "resident": "你好"}
    is_leading, may_go_on = threading.Event(), threading.Event()
    render = town.turns._hearing._render

    def slowly(*prompts: Any) -> str:
        is_leading.set()
        assert may_go_on.wait(30)
        return render(*prompts)

    def take(delivery: Incoming) -> None:
        try:
            outcomes[delivery.openid] = town.turns.take(delivery)
        except BellBroken as error:
            outcomes[delivery.openid] = error

    monkeypatch.setattr(town.turns._hearing, "_render", slowly)
    threads = [
        threading.Thread(target=take, args=[town.delivery(who, Said(words))]) for who, words in said.items()
    ]
    for thread in threads:
        thread.start()
        assert is_leading.wait(30)
    while town.turns.waiting < len(said) - 1:
        threading.Event().wait(0.01)
    may_go_on.set()
    for thread in threads:
        thread.join(30)

    assert town.turns.counts.groups == 2
    assert isinstance(outcomes["broken"], BellBroken)
    assert rings(town) == [("first", 1), ("second", 1)]
    assert town.said[str(outcomes["first"])] == (Rung(1),)
    assert str(outcomes["resident"]) in town.said


def test_others_pay_no_statement_for_side_desks(town: Town, bell: Bell) -> None:
    town.begins("villager")
    town.says("villager", "1")
    with statements(town.engine) as with_desk:
        town.says("villager", "2")
    town.side_desks = ()
    town.turns = town.new_turns()
    town.says("villager", "1")

    with statements(town.engine) as without:
        town.says("villager", "2")

    assert with_desk == without
    assert bell.asked == []


def test_what_a_side_desk_leaves_goes_on_to_the_questionnaire(town: Town, bell: Bell) -> None:
    town.begins("liaison")
    town.says("liaison", "叮")

    assert isinstance(town.says("liaison", "1")[-1], AskPrompt)
    assert isinstance(bell.asked[-1], Said)


def test_a_side_desk_may_say_something_and_pass_other_words_on(town: Town, bell: Bell) -> None:
    reply = town.says("liaison", "叮，帮助")

    assert reply.kinds[:2] == [Rung, HelpText]
    assert rings(town) == [("liaison", 1)]


def test_its_note_outlives_deleting_ones_data_and_any_questionnaire(town: Town, bell: Bell) -> None:
    town.says("liaison", "叮")
    town.answers_all("liaison")

    assert DataDeleted in town.says("liaison", "删除我的数据", "删除").kinds
    assert town.says("liaison", "叮") == (Rung(2),)


def test_who_was_shed_is_told_by_a_side_desks_reply_as_well(town: Town, bell: Bell) -> None:
    town.says("liaison", "叮")
    with town.engine.begin() as connection:
        person = connection.scalar(select(Conversation.person))
        connection.execute(
            text("INSERT INTO shed_mark (person, at) VALUES (:person, :at)"),
            {"person": person, "at": town.clock().isoformat(sep=" ")},
        )

    assert town.says("liaison", "叮").kinds == [WasShed, Rung]
    assert town.says("liaison", "叮").kinds == [Rung]


def test_a_sealed_reply_is_not_readable_in_the_database_and_comes_back_in_clear(
    town: Town, bell: Bell
) -> None:
    first = town.delivery("leader", Said("叮密"))
    again = Incoming("leader", first.delivery_key, "other:stamp", first.created_at, first.what)

    words = town.turns.take(first)

    with town.engine.connect() as connection:
        stored = connection.scalar(select(Delivery.reply))
    assert stored
    assert words not in stored
    assert town.turns.take(again) == town.new_turns().take(again) == words


def test_a_reply_sealed_by_a_desk_that_is_gone_is_silence(town: Town, bell: Bell) -> None:
    sealed = town.delivery("leader", Said("叮密"))
    town.turns.take(sealed)
    town.side_desks = ()

    assert town.new_turns().take(sealed) == ""


def test_a_link_of_a_side_desk_that_nobody_takes_is_answered_politely(town: Town) -> None:
    assert StaleTap in town.hears("somebody", SideTapped(2, 7, "12 进展")).kinds


def test_two_side_desks_are_asked_in_their_order_until_one_takes_it(town: Town, bell: Bell) -> None:
    second = Bell(name="second")
    town.side_desks = (bell, second)
    town.turns = town.new_turns()

    assert town.says("liaison", "叮") == (Rung(1),)
    assert second.asked == []
    assert town.says("liaison", "叮，叮").kinds == [Rung, Rung]
    assert second.asked == [Said("叮")]


def test_side_desks_need_names_of_their_own() -> None:
    with pytest.raises(ValueError, match="names of their own"):
        SideDesks([Bell(), Bell()])


def test_the_open_question_is_seen_by_the_side_desk(town: Town, bell: Bell) -> None:
    seen: list[str] = []

    class Looking(Bell):
        def take(self, connection: Connection, visitor: Visitor, what: Happening) -> SideOutcome | None:
            seen.append(visitor.open_question.manner if visitor.open_question else "")
            return None

    town.side_desks = (Looking(),)
    town.turns = town.new_turns()
    reply = town.scans("liaison")
    while not (isinstance(reply[-1], AskPrompt) and reply[-1].manner in ("text", "media")):
        town.says("liaison", "叮")
        assert isinstance(reply[-1], ConsentPrompt | AskPrompt | NotUnderstood)
        reply = town.goes_one_on("liaison", reply)
    town.says("liaison", "叮")

    assert seen[-1] in ("text", "media")
    assert not any(seen[:-1])
