"""What was kept long enough goes at night, and nothing else."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from huey import MemoryHuey
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from cli.privacy_jobs import schedule_privacy
from core.audit.models import AuditEntry
from core.ballots.models import RosterName
from core.config import Settings
from core.conversation.keeping import from_text, to_text
from core.conversation.models import Conversation, HelpRequest
from core.conversation.person import Done, Goal, Origin, Person, Wish
from core.conversation.state import Owner
from core.db.reading import reading
from core.errors import BadInput
from core.media.models import Media
from core.opinions.models import OutcomeWish
from core.outbox.models import OutboxEvent, OutboxMessage
from core.responses.models import AnswerRow, Response
from core.rounds.models import Round
from core.upkeep.models import RetentionSweep
from core.upkeep.retention import SHIPPED, read_days
from core.upkeep.sweeping import BATCH, RULES, count_due, sweep
from tests.hand_clock import START, HandClock

DAYS = {
    "help_phones": 30,
    "help_phones_waiting": 180,
    "conversations": 180,
    "account_hashes": 365,
    "media": 365,
    "outbox": 730,
    "rosters": 365,
    "answer_texts": 1095,
}
CLOSED = START + timedelta(days=10)


@pytest.fixture
def filled(engine: Engine) -> Engine:
    """A round that closes ten days after START, one that stays open then, and what hangs on both."""
    with Session(engine) as session, session.begin():
        session.add(
            Round(
                id=1,
                name="去年",
                state="closed",
                opens_at=START,
                closes_at=CLOSED,
                created_at=START,
                account_key=b"k",
            )
        )
        session.add(
            Round(
                id=2, name="今年", state="open", opens_at=CLOSED, closes_at=START + timedelta(days=9999),
                created_at=START, account_key=b"k",
            )
        )  # fmt: skip
        session.flush()
        for number in (1, 2):
            session.add(
                Response(
                    id=number, round_id=number, questionnaire_id="q", questionnaire_version=1,
                    status="complete",
                    channel="wechat", account_hash=f"hash{number}", code="", source_kind="", source_code="",
                    subject_kind="", subject_code="", place_code="", started_at=START, finished_at=START,
                    last_question="",
                )
            )  # fmt: skip
        session.flush()
        for number in (1, 2):
            session.add(AnswerRow(response_id=number, question="gov", codes="s1"))
            session.add(AnswerRow(response_id=number, question="suggest", text="修路", media="[]"))
            session.add(
                Media(
                    key=f"m{number}", kind="photo", media_id="", received_at=START, state="kept",
                    next_try_at=START, sha256="a" * 64, response_id=number,
                )
            )  # fmt: skip
            session.add(RosterName(round_id=number, name=b"sealed"))
        session.add(HelpRequest(id=1, person="p1", at=START, done_at=START, phone=b"sealed"))
        session.add(HelpRequest(id=2, person="p2", at=START, phone=b"sealed"))
        for person, heard, state in (
            ("old", START, "{}"),
            ("in the open round", CLOSED + timedelta(days=1), "{}"),
            ("left alone", START, '{"wants_no_more":true}'),
            ("noted", START, '{"notes":{"ballots":1}}'),
        ):
            session.add(Conversation(person=person, state=state, updated_at=heard))
    return engine


def swept(engine: Engine, after_days: int, **days: int) -> dict[str, int]:
    """What a sweep so long after START deletes."""
    return {
        kind: count
        for kind, count in sweep(engine, DAYS | days, START + timedelta(days=after_days)).items()
        if count
    }


def test_each_kind_goes_on_its_day_and_not_before(filled: Engine) -> None:
    assert swept(filled, 30) == {}
    assert swept(filled, 31) == {"help_phones": 1}
    assert swept(filled, 180) == {}
    assert swept(filled, 181) == {"help_phones_waiting": 1, "conversations": 1}
    assert swept(filled, 375) == {}
    assert swept(filled, 376) == {"account_hashes": 1, "media": 1, "rosters": 1}
    assert swept(filled, 1105) == {}
    assert swept(filled, 1106) == {"answer_texts": 1}
    assert swept(filled, 5000) == {}


def test_coded_answers_and_the_open_round_stay(filled: Engine) -> None:
    swept(filled, 5000)

    with Session(filled) as session:
        gone, kept = session.get_one(Response, 1), session.get_one(Response, 2)
        assert (gone.account_hash, kept.account_hash) == (None, "hash2")
        rows = {
            (row.response_id, row.question): (row.codes, row.text, row.media)
            for row in session.scalars(select(AnswerRow))
        }
        assert rows == {
            (1, "gov"): ("s1", None, None),
            (1, "suggest"): (None, None, None),
            (2, "gov"): ("s1", None, None),
            (2, "suggest"): (None, "修路", "[]"),
        }
        assert {row.key: row.state for row in session.scalars(select(Media))} == {
            "m1": "forgotten",
            "m2": "kept",
        }
        assert set(session.scalars(select(Conversation.person))) == {
            "in the open round", "left alone", "noted",
        }  # fmt: skip
        assert session.scalars(select(RosterName.round_id)).all() == [2]
        assert {(row.person, row.phone) for row in session.scalars(select(HelpRequest))} == {("", None)}


def test_of_those_who_want_no_more_only_that_stays(filled: Engine) -> None:
    """Their row would tell for ever which responses were theirs."""
    done = Done("1/q", Goal(1, "q"), 1, 1, "complete", START)
    left_alone = Person(
        runs=1, wants_no_more=True, done=(done,), broken_off=(7,), home="451203", wishes=(Wish(1, 0),),
        origins={"1/q": Origin("p_451203", Owner("place", "451203", "宜州区"))},
    )  # fmt: skip
    with Session(filled) as session, session.begin():
        session.add(Conversation(person="answered", state=to_text(left_alone), updated_at=START))

    assert swept(filled, 181)["conversations"] == 2

    with Session(filled) as session:
        stays = session.get_one(Conversation, "answered").state
    assert from_text(stays) == Person(runs=1, wants_no_more=True)


def test_who_wished_to_hear_is_cut_loose_with_the_account(filled: Engine) -> None:
    with Session(filled) as session, session.begin():
        session.add_all(
            OutcomeWish(response_id=number, person="old", openid=b"sealed", wished_at=START, state="waiting")
            for number in (1, 2)
        )

    swept(filled, 376)

    with Session(filled) as session:
        assert session.scalars(select(OutcomeWish.response_id)).all() == [2]


def test_the_worker_sweeps_at_night(filled: Engine, settings: Settings, clock: HandClock) -> None:
    queue = MemoryHuey(immediate=True, utc=True)
    clock.advance(days=31)

    schedule_privacy(queue, filled, settings, clock)

    [job] = queue._registry.periodic_tasks
    assert [job.validate_datetime(datetime(2026, 12, 1, hour, 30)) for hour in (17, 18, 19)] == [
        False, True, False,
    ]  # fmt: skip
    queue.execute(job)
    with Session(filled) as session:
        assert session.get_one(RetentionSweep, "help_phones").last_count == 1


def test_what_has_no_days_is_kept_for_ever(filled: Engine) -> None:
    assert swept(filled, 5000, **dict.fromkeys(DAYS, 0)) == {}


def test_a_count_beforehand_changes_nothing(filled: Engine) -> None:
    with reading(filled) as connection:
        due = count_due(connection, DAYS, START + timedelta(days=5000))

    assert {kind: count for kind, count in due.items() if count} == swept(filled, 5000)


def test_more_than_a_batch_goes(filled: Engine) -> None:
    with Session(filled) as session, session.begin():
        for number in range(BATCH + 5):
            session.add(HelpRequest(id=100 + number, person="p", at=START, done_at=START, phone=b"x"))

    assert swept(filled, 31) == {"help_phones": BATCH + 6}


def test_messages_that_are_over_go_with_their_history_and_those_that_wait_stay(engine: Engine) -> None:
    later = START + timedelta(days=100)
    with Session(engine) as session, session.begin():
        for number, state, settled_at in (
            (1, "delivered", START), (2, "failed", START), (3, "queued", None), (4, "review", START),
            (5, "sent", later),
        ):  # fmt: skip
            session.add(
                OutboxMessage(
                    id=number, key=f"k{number}", kind="digest", to_kind="liaison", to_id=1, about_code="U001",
                    fields="{}", body="共3件", link="", state=state, queued_at=START, next_try_at=START,
                    settled_at=settled_at,
                )
            )  # fmt: skip
            session.flush()
            session.add(OutboxEvent(message_id=number, at=START, what="sending"))

    assert swept(engine, 731) == {"outbox": 2}

    with Session(engine) as session:
        assert set(session.scalars(select(OutboxMessage.id))) == {3, 4, 5}
        assert set(session.scalars(select(OutboxEvent.message_id))) == {3, 4, 5}


def test_a_sweep_is_noted_and_written_down_only_when_something_went(filled: Engine) -> None:
    swept(filled, 10)
    swept(filled, 31)
    swept(filled, 32)

    with Session(filled) as session:
        row = session.get_one(RetentionSweep, "help_phones")
        assert (row.last_at, row.last_count, row.total_count) == (START + timedelta(days=32), 0, 1)
        [entry] = session.scalars(select(AuditEntry))
        assert (entry.act, entry.who_kind) == ("data_swept", "program")
        assert entry.details == '{"等回电话的号码（办完的）": 1}'
        assert session.scalar(select(func.count()).select_from(RetentionSweep)) == len(RULES)


def test_the_shipped_file_has_every_kind_and_no_other(tmp_path: Path) -> None:
    assert set(read_days(tmp_path)) == {rule.kind for rule in RULES}


def test_the_offices_own_file_goes_before_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / SHIPPED.name).write_text("media: 90\n", "utf-8")

    assert read_days(tmp_path)["media"] == 90
    assert read_days(tmp_path)["conversations"] == 180


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("medai: 90", "没有“medai”这一种"),
        ("media: 九十天", "要是0到36500的整数"),
        ("media: -1", "要是0到36500的整数"),
        ("media: yes", "要是0到36500的整数"),
        ("- media", "要一行一种"),
        ("media: [", "读不了"),
    ],
)
def test_a_file_nobody_can_read_is_refused_with_what_is_wrong(
    tmp_path: Path, text: str, sentence: str
) -> None:
    (tmp_path / SHIPPED.name).write_text(text, "utf-8")

    with pytest.raises(BadInput, match=sentence):
        read_days(tmp_path)
