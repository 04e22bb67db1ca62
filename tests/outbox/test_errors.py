"""Each error code of the platform has its reaction: for the message, for all others, and for people."""

import pytest
from sqlalchemy.orm import Session

from bot.wechat.errors import Reaction
from bot.wechat.sender import _THEN
from core.outbox.service import NotNow, go_on, resend
from tests.outbox.office import Office

# Which codes a send can bring, and what the message's row says at once.
DROPS = (40003, 43019, 43116, 40249, 46004, 50005)
CONTENT = (47001, 47003, 45002, 40033)
STOPS = (40013, 40125, 40164, 40243, 89503, 48001, 48004, 48006, 50002)
KINDS = (40036, 40037, 40053, 43002, 99999)


def test_every_reaction_has_something_to_follow() -> None:
    assert set(_THEN) == set(Reaction)


@pytest.mark.parametrize("code", DROPS)
def test_who_cannot_be_reached_is_dropped_and_listed_for_a_call(small_office: Office, code: int) -> None:
    bad, good = small_office.hires(2)
    small_office.tells(bad, good)
    small_office.threads = 1  # the first call is the first message's
    small_office.faults("errcode", code)

    small_office.works()
    small_office.clock.advance(seconds=5)
    small_office.works()

    first, second = small_office.rows()
    assert (first.state, first.reason, first.code, first.call) == ("failed", "refused", code, "needed")
    assert second.state == "sent"
    assert small_office.halts() == []


@pytest.mark.parametrize("code", CONTENT)
def test_content_that_is_refused_is_never_sent_again_as_it_is(small_office: Office, code: int) -> None:
    (to,) = small_office.hires()
    small_office.tells(to)
    small_office.faults("errcode", code)

    small_office.works_on()

    row = small_office.row()
    assert (row.state, row.reason, row.code, row.attempts, row.call) == (
        "failed",
        "content",
        code,
        1,
        "needed",
    )


@pytest.mark.parametrize("code", STOPS)
def test_what_trying_again_cannot_help_stops_all_with_an_alarm_until_a_person_goes_on(
    small_office: Office, code: int
) -> None:
    people = small_office.hires(3)
    small_office.threads = 1
    small_office.tells(*people)
    small_office.faults("errcode", code)

    small_office.works_on()

    assert small_office.halts() == [("", code, True, True)]
    assert small_office.states() == ["queued"] * 3
    assert sum(small_office.arrivals().values()) == 0
    with Session(small_office.engine) as session, session.begin():
        go_on(session, "", None, small_office.clock())
    small_office.works_on(1)
    assert small_office.states() == ["sent"] * 3
    assert set(small_office.arrivals().values()) == {1}


@pytest.mark.parametrize("code", KINDS)
def test_a_kind_of_message_is_tried_once_more_and_then_stopped_with_an_alarm(
    small_office: Office, code: int
) -> None:
    (to,) = small_office.hires()
    small_office.tells(to)
    small_office.faults("errcode", code, times=2)

    small_office.works()
    assert small_office.halts() == []
    small_office.works_on()

    assert small_office.halts() == [("digest", code, True, True)]
    assert (small_office.row().state, small_office.row().attempts) == ("queued", 2)


def test_a_burst_of_a_bad_template_id_that_passes_stops_nothing(small_office: Office) -> None:
    (to,) = small_office.hires()
    small_office.tells(to)
    small_office.faults("errcode", 40037)

    small_office.works_on(1)

    assert (small_office.states(), small_office.halts()) == (["sent"], [])


def test_the_minutes_limit_makes_all_wait_a_minute(office: Office) -> None:
    people = office.hires(2)
    office.threads = 1
    office.tells(*people)
    office.faults("errcode", 45011)

    office.works()
    assert office.halts() == [("", 45011, False, False)]
    office.clock.advance(seconds=50)
    assert office.works() == {}
    office.clock.advance(seconds=20)
    office.works()
    office.clock.advance(seconds=5)
    office.works()

    assert office.states() == ["sent", "sent"]
    assert office.halts() == []


def test_a_days_quota_that_is_used_up_parks_the_queue_until_midnight_with_an_alarm(office: Office) -> None:
    (to,) = office.hires()
    office.tells(to)
    office.faults("errcode", 45009)

    office.works()
    assert office.halts() == [("", 45009, False, True)]
    office.clock.advance(hours=14)  # it was nine in the morning
    assert office.works() == {}
    office.clock.advance(hours=1, minutes=6)
    assert office.works() == {"sent": 1}


def test_a_refused_token_is_renewed_once_and_the_message_arrives(office: Office) -> None:
    first, second = office.hires(2)
    office.tells(first)
    office.works()
    office.simulator.world.tokens.forget_all()
    office.tells(second)

    assert office.works() == {"sent": 1}
    assert office.arrivals() == {first: 1, second: 1}
    assert office.halts() == []


def test_a_token_refused_again_makes_all_wait_with_an_alarm_and_loses_nothing(office: Office) -> None:
    (to,) = office.hires()
    office.tells(to)
    office.faults("errcode", 40001, times=2)

    office.works()
    assert office.halts() == [("", 40001, False, True)]
    office.clock.advance(minutes=6)

    assert office.works() == {"sent": 1}


def test_what_is_under_review_is_never_sent_again(office: Office) -> None:
    (to,) = office.hires()
    office.tells(to)
    office.faults("errcode", 40252)

    office.works_on(30)
    assert (office.row().state, office.row().attempts) == ("review", 1)
    office.works_on(30)

    assert (office.row().state, office.row().reason, office.row().attempts) == ("unsure", "review", 1)
    with Session(office.engine) as session, pytest.raises(NotNow, match="不能重发"):
        resend(session, office.row().id, None, office.clock())
    assert office.arrived(to) == []


def test_a_platform_that_cannot_be_reached_loses_nothing_and_makes_nothing_unsure(office: Office) -> None:
    people = office.hires(20)
    office.tells(*people)
    dead = "http://127.0.0.1:1"

    for _ in range(100):
        office.works(address=dead)
        office.clock.advance(seconds=30)
    alarms = office.halts()
    office.clock.advance(minutes=3)
    office.works_on(5)

    assert [(scope, is_alarm) for scope, _code, _person, is_alarm in alarms] == [("", True)]
    assert set(office.states()) == {"sent"}
    assert set(office.arrivals().values()) == {1}


def test_a_platform_that_takes_calls_and_never_answers_leaves_few_messages_unsure(office: Office) -> None:
    people = office.hires(60)
    office.works()
    office.per_second = 20.0
    office.tells(*people)
    office.faults("http", 502, times=1000)

    office.works_on(20)
    unsure = office.states().count("unsure")
    office.simulator.world.faults.clear()
    office.clock.advance(minutes=3)
    office.works_on(5)

    # One a probe after the first few; everything else is still there and goes out afterwards.
    assert 0 < unsure < 25
    assert office.states().count("sent") == 60 - office.states().count("unsure")
