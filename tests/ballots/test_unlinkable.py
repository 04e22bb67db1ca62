"""
Nothing joins a person to a ballot: tried by value, identity, ciphertext, order, rowid, xmin, time, size, log.

First on the system as it is; then with leaks planted on purpose, each of which has to be found.
"""

import itertools
import logging
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from admin.ballot.app import create_ballot_app
from admin.parts import Parts
from core.ballots import contents, drafts, mixing
from core.ballots.contents import cast_of
from core.conversation.incoming import Scanned, Scene
from tests.ballots.chat import Chat
from tests.ballots.evidence import Evidence, Voter, distinct_words, findings, opened, tables_of, watched
from tests.ballots.hall import Hall
from tests.ballots.test_page import Browser

IN_CHAT, ON_PAGE, VOTERS = 2, 1, 40
# Enough to be mixed, where a leak is planted that is found whatever else chance brings.
FEW = 20

# A copy of every table after every ballot takes its time on a busy machine.
pytestmark = pytest.mark.timeout(300)


def vote(evidence: Evidence, voters: int = VOTERS, *, mix_each: bool = False) -> None:
    """So many leaders, some in the chat, some on the page; a backup after each ballot; then mixing."""
    hall = evidence.hall
    chat = Chat(hall)
    app = create_ballot_app(
        Parts(engine=hall.engine, settings=hall.settings, clock=hall.clock, keys=hall.ring)
    )
    slips = hall.slips(voters)
    for number in range(voters):
        words, slip, openid = distinct_words(number), slips[number], f"o-openid-of-{number:02}-abcdefghijkl"
        if number < IN_CHAT:
            in_chat(chat, openid, slip, words)
        elif number < IN_CHAT + ON_PAGE:
            on_page(app, slip, words)
        else:
            held = hall.begins(openid, slip, hall.filled(number, comment=words))
            with hall.engine.begin() as connection:
                drafts.hand_in(
                    connection, hall.keys, hall.sizes, held, cast_of(hall.filled(number, comment=words))
                )
        evidence.voters.append(
            Voter(number, (openid, slip, hall.hasher.slip(slip), hall.hasher.holder("chat", openid)), words)
        )
        hall.clock.advance(minutes=3)
        evidence.back_up()
        if mix_each:
            hall.mix()
    hall.mix()


def in_chat(chat: Chat, openid: str, slip: str, words: str) -> None:
    chat.hears(openid, Scanned(Scene("slip", slip, "", f"s_{slip}"), f"s_{slip}"))
    chat.taps(openid, "开始评价")
    chat.says(openid, "12312", words[:290])
    for _ in range(10):
        chat.says(openid, "13131")
    chat.says(openid, "下一步", "下一步")
    assert "交上了" in chat.taps(openid, "交上")


def on_page(app: Flask, slip: str, words: str) -> None:
    browser = Browser(app.test_client())
    browser.begins(slip)
    for number in range(1, 13):
        page = browser.get(f"/card/{number}").text
        comment = page.partition('<textarea id="')[2].partition('"')[0]
        browser.grades(number, "g3", **({comment: words[:290]} if number == 1 else {}))
    assert "交上了" in browser.post("/hand-in").text


def test_nothing_joins_a_person_to_a_ballot(hall: Hall) -> None:
    with watched(hall) as evidence:
        vote(evidence)

        assert findings(evidence) == []
        assert len(evidence.voters) == VOTERS
        assert hall.key_files() == {name for name in hall.key_files() if name.startswith("reply-")}


def kinds(hall: Hall, plant: Callable[[Evidence], None] | None = None, **how: Any) -> set[str]:
    """The kinds of findings, with a leak planted after the votes, if any."""
    with watched(hall) as evidence:
        vote(evidence, **how)
        if plant is not None:
            plant(evidence)
        return {found.partition(":")[0] for found in findings(evidence)}


def in_true_order(evidence: Evidence) -> list[str]:
    """The urn's keys in the order of handing in."""
    with evidence.hall.engine.connect().execution_options(read_only=True) as connection:
        urn = tables_of(connection)["ballot_urn"]
    owners = opened(evidence, urn)
    return sorted(owners, key=lambda key: owners[key])


def test_a_time_on_ballots_is_found(hall: Hall) -> None:
    def plant(evidence: Evidence) -> None:
        with hall.engine.begin() as connection:
            connection.execute(text("ALTER TABLE ballot_urn ADD COLUMN at TEXT"))
        moment = datetime(2026, 12, 1, tzinfo=UTC)
        ordered = in_true_order(evidence)
        with hall.engine.begin() as connection:
            for number, key in enumerate(ordered):
                at = (moment + timedelta(minutes=3 * number)).isoformat()
                connection.execute(
                    text("UPDATE ballot_urn SET at = :at WHERE key = :key"), {"at": at, "key": key}
                )

    assert "order" in kinds(hall, plant, voters=FEW)


def test_ordered_numbers_are_found(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = itertools.count()

    class InOrder:
        def shuffle(self, _items: list[Any]) -> None:
            """Leaves them as they are."""

    monkeypatch.setattr(secrets, "token_hex", lambda size=16: f"{next(numbers):0{2 * size}}")
    monkeypatch.setattr(mixing.secrets, "SystemRandom", InOrder)

    assert "order" in kinds(hall)


def test_a_log_line_that_names_a_draft_or_a_ballot_is_found(hall: Hall) -> None:
    def plant(evidence: Evidence) -> None:
        draft = evidence.backups[3]["ballot_draft"][0]["id"]
        logging.getLogger("core.ballots").info("ballot_handed_in", extra={"draft": draft})

    assert kinds(hall, plant) == {"log"}


def test_a_ballot_that_lies_unwrapped_before_it_is_mixed_is_found(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "wrap", lambda plain, _key: plain)
    monkeypatch.setattr(drafts, "unwrap", lambda wrapped, _key: wrapped)
    monkeypatch.setattr(mixing, "unwrap", lambda wrapped, _key: wrapped)

    found = kinds(hall, voters=FEW)

    assert "ciphertext" in found
    # PostgreSQL packs long values, so the words stand in its write-ahead log, but not as they were written.
    assert ("value" in found) == (hall.engine.dialect.name == "sqlite")


def test_a_length_that_follows_the_words_is_found(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "pad", lambda content, _size: len(content).to_bytes(4, "big") + content)

    found = kinds(hall)

    assert "size" in found
    # SQLite's log has whole pages, and how long a row is does not show in their number.
    assert ("wal" in found) == (hall.engine.dialect.name == "postgresql")


def test_mixing_one_by_one_is_found(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mixing, "ENOUGH", 1)

    found = kinds(hall, voters=FEW, mix_each=True)

    assert "batch" in found
    assert ("xmin" in found) == (hall.engine.dialect.name == "postgresql")


def test_a_slip_kept_beside_the_ballot_is_found(hall: Hall) -> None:
    def plant(evidence: Evidence) -> None:
        with hall.engine.begin() as connection:
            connection.execute(text("ALTER TABLE ballot_urn ADD COLUMN slip TEXT"))
        ordered = in_true_order(evidence)
        with hall.engine.begin() as connection:
            connection.execute(
                text("UPDATE ballot_urn SET slip = :slip WHERE key = :key"),
                {"slip": evidence.voters[0].secrets[2], "key": ordered[0]},
            )

    assert "identity" in kinds(hall, plant, voters=FEW)
