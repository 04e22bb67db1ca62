"""An outcome nobody knows: tried again within ten minutes by template, and only by a person otherwise."""

from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.outbox.claiming import MARGIN, WINDOW
from core.outbox.service import resend
from tests.outbox.office import Office, Templates

CUSTOM = "/cgi-bin/message/custom/send"


def test_an_answer_that_was_lost_is_asked_for_again_and_the_message_arrives_once(office: Office) -> None:
    (to,) = office.hires()
    office.tells(to)
    office.faults("answer_lost", times=2)

    office.works_on()

    assert office.states() == ["sent"]
    assert len(office.arrived(to)) == 1
    assert office.history() == ["sending", "again", "sending", "again", "sending", "sent"]


def test_pauses_grow_and_all_tries_fall_within_ten_minutes_of_the_first(office: Office) -> None:
    (to,) = office.hires()
    office.tells(to)
    office.faults("http", 504, times=100)
    times = []

    for _ in range(140):
        before = office.row().attempts
        office.works()
        if office.row().attempts > before:
            times.append(office.clock())
        office.clock.advance(seconds=5)

    pauses = [later - earlier for earlier, later in pairwise(times)]
    assert len(times) == 4
    assert pauses == sorted(pauses)
    assert times[-1] - times[0] < WINDOW - MARGIN
    assert office.row().state == "unsure"
    assert office.row().call == ""


def test_after_ten_minutes_an_unknown_outcome_is_for_a_person(office: Office) -> None:
    (to,) = office.hires()
    office.tells(to)
    office.faults("answer_lost")
    office.works()
    office.clock.advance(minutes=11)

    office.works_on()

    assert office.states() == ["unsure"]
    assert len(office.arrived(to)) == 1


def test_a_person_sends_it_anew_and_then_it_is_another_message(office: Office) -> None:
    (to,) = office.hires()
    office.tells(to)
    office.faults("http", 500, times=4)
    office.works_on()
    assert office.states() == ["unsure"]
    assert office.arrived(to) == []
    message = office.row().id

    with Session(office.engine) as session, session.begin():
        resend(session, message, None, office.clock())
    office.works_on(3)

    assert (office.row().state, office.row().edition) == ("sent", 2)
    assert len(office.arrived(to)) == 1
    assert office.history()[-3:] == ["resent", "sending", "sent"]


def test_on_other_channels_an_unknown_outcome_is_for_a_person_at_once(office: Office) -> None:
    office.templates = Templates({})
    (to,) = office.hires()
    world = office.simulator.world
    world.windows.open(office.directory.openids[to], "message", world.at())
    office.directory.wrote_at[to] = office.clock()
    office.tells(to)
    office.faults("answer_lost", path=CUSTOM)

    office.works_on()

    assert (office.row().state, office.row().attempts) == ("unsure", 1)
    assert len(office.arrived(to)) == 1


def test_a_refusal_after_an_unknown_outcome_leads_to_no_second_way(office: Office) -> None:
    (to,) = office.hires()
    office.directory.wrote_at[to] = office.clock()
    world = office.simulator.world
    world.windows.open(office.directory.openids[to], "message", world.at())
    office.tells(to)
    office.faults("answer_lost")
    office.works()
    office.faults("errcode", 43004)
    office.clock.advance(seconds=20)

    office.works_on()

    # It did arrive the first time; a customer-service message would be the second one.
    assert office.states() == ["unsure"]
    assert len(office.arrived(to)) == 1


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    faults=st.lists(
        st.sampled_from(["ok", "answer_lost", "cut", "http", "errcode-1", "errcode45011", "errcode43004"]),
        max_size=8,
    ),
    pauses=st.lists(st.sampled_from([1, 15, 40, 130, 300, 700]), min_size=8, max_size=8),
)
def test_whatever_goes_wrong_a_message_arrives_at_most_once(
    small_office: Office, faults: list[str], pauses: list[int]
) -> None:
    (to,) = small_office.hires()
    key = f"k{to}"
    small_office.queues(small_office.message(to, key=key))
    small_office.simulator.world.faults.clear()
    row = small_office.rows()[-1]

    for fault, pause in zip(faults, pauses, strict=False):
        if fault.startswith("errcode"):
            small_office.faults("errcode", int(fault.removeprefix("errcode")))
        elif fault != "ok":
            small_office.faults(fault, 500)
        small_office.works()
        small_office.clock.advance(seconds=pause)
    small_office.simulator.world.faults.clear()
    small_office.works_on(15, 130)

    row = small_office.rows()[-1]
    assert len(small_office.arrived(to)) <= 1
    assert row.state in ("sent", "unsure", "failed")
    if row.state == "sent":
        assert len(small_office.arrived(to)) == 1
    if row.state == "failed":
        assert small_office.arrived(to) == []
