"""Receipts set what became of a message, whenever they come and however often."""

import pytest
from sqlalchemy import insert, update

from core.outbox.models import OutboxMessage, OutboxReceipt
from core.outbox.receipts import note_receipt, state_said
from core.outbox.states import State
from tests.outbox.office import Office


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
