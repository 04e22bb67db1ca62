"""Receipts set what became of a message, whenever they come and however often."""

import pytest
from sqlalchemy import insert, select, update

from bot.wechat.sender import CALLS, WeChatSender
from core.outbox.models import OutboxMessage, OutboxReceipt
from core.outbox.receipts import note_receipt, state_said
from core.outbox.sender import Letter
from core.outbox.states import Channel, State
from tests.outbox.office import NOTICE, NOTICE_KEY, Office, Templates


@pytest.mark.parametrize(
    ("status", "state", "reason", "call"),
    [
        ("success", "delivered", "", ""),
        ("failed:user block", "blocked", "blocked", "needed"),
        ("failed: user block", "blocked", "blocked", "needed"),
        ("failed: system failed", "failed", "system", "needed"),
        ("failed:system failed", "failed", "system", "needed"),
    ],
)
def test_a_receipt_says_what_became_of_it(
    small_office: Office, status: str, state: str, reason: str, call: str
) -> None:
    (to,) = small_office.hires()
    small_office.tells(to)
    small_office.works()

    small_office.receives(small_office.row().platform_id, status)
    small_office.receives(small_office.row().platform_id, status)

    row = small_office.row()
    assert (row.state, row.reason, row.call) == (state, reason, call)
    assert small_office.history() == ["sending", "sent", state]


def test_an_unheard_of_status_is_a_failure() -> None:
    assert state_said("failed:sth new") is State.FAILED


def test_a_receipt_that_comes_before_we_know_the_number_is_kept_and_applied(office: Office) -> None:
    (to,) = office.hires()
    office.tells(to)
    office.faults("answer_lost")
    office.works()
    number = office.simulator.world.store.value("SELECT id FROM template_message")

    office.receives(str(number))
    assert office.states() == ["queued"]
    office.clock.advance(seconds=20)
    office.works()

    assert office.states() == ["delivered"]


def test_a_receipt_written_in_the_same_moment_as_the_number_is_applied_by_the_next_round(
    office: Office,
) -> None:
    (to,) = office.hires()
    office.tells(to)
    office.works()
    number = office.row().platform_id
    with office.engine.begin() as connection:
        connection.execute(
            insert(OutboxReceipt).values(platform_id=number, state="blocked", at=office.clock())
        )

    office.works()

    assert office.states() == ["blocked"]


def test_a_receipt_of_nobody_changes_nothing(office: Office) -> None:
    (to,) = office.hires()
    office.tells(to)
    with office.engine.begin() as connection:
        note_receipt(connection, "", "success", office.clock())
        note_receipt(connection, "123", "success", office.clock())
        note_receipt(connection, "123", "success", office.clock())

    assert office.works() == {"sent": 1}


def test_a_receipt_after_a_review_says_that_it_went_out(office: Office) -> None:
    (to,) = office.hires()
    office.tells(to)
    office.works()
    with office.engine.begin() as connection:
        connection.execute(update(OutboxMessage).values(state="review"))

    office.receives(office.row().platform_id)

    assert office.states() == ["delivered"]


# Notices, whose number the call that sends them does not tell -----------------------------------------------


def noticed(office: Office, *to: int) -> None:
    """So many agreed to a notice, do not follow, and are told."""
    office.templates = Templates({("default", Channel.NOTICE): NOTICE})
    for each in set(to):
        office.agrees(each, sends=9)
    office.queues(*(office.message(each, key=f"{index}") for index, each in enumerate(to)))


def test_a_notices_receipt_finds_it_by_person_and_template(office: Office) -> None:
    first, second = office.hires(2)
    noticed(office, first, second)
    office.works()
    assert office.states() == ["sent", "sent"]

    office.receives_of_notice(second)
    office.receives_of_notice(second)
    assert office.states() == ["sent", "delivered"]
    office.receives_of_notice(first, "failed:user refuse to accept the msg")
    assert office.states() == ["blocked", "delivered"]
    assert office.directory.openids[first] not in office.row_texts()


def test_of_two_notices_to_one_person_each_gets_one_receipt(office: Office) -> None:
    (to,) = office.hires()
    noticed(office, to, to)
    office.works()

    office.receives_of_notice(to)
    assert office.states() == ["delivered", "sent"]
    office.receives_of_notice(to, "failed")
    assert office.states() == ["delivered", "failed"]


def test_a_receipt_settles_a_notice_nobody_knew_of_whether_it_arrived(office: Office) -> None:
    (to,) = office.hires()
    noticed(office, to)
    office.faults("answer_lost", path=CALLS[Channel.NOTICE])
    office.works()
    assert office.states() == ["unsure"]

    office.receives_of_notice(to)
    assert office.states() == ["delivered"]


def test_a_notices_receipt_that_overtakes_the_answer_is_applied_when_that_is_written(office: Office) -> None:
    (to,) = office.hires()
    noticed(office, to)

    class Overtaken(WeChatSender):
        """The receipt comes while the call is still under way."""

        def send(self, letter: Letter) -> str:
            number = super().send(letter)
            office.receives_of_notice(to)
            return number

    sender = Overtaken(office.client(), office.templates, "", NOTICE_KEY)
    office.outbox(sender).send_due()

    assert office.states() == ["delivered"]
    with office.engine.connect() as connection:
        assert connection.scalar(select(OutboxReceipt.platform_id)) is None
