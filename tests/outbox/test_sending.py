"""A message leaves once: by template, else as a notice or customer-service message, else by telephone."""

import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import text

from core.db.engine import open_engine
from core.outbox.claiming import CUSTOM_MOST
from core.outbox.queueing import queue, withdraw
from core.outbox.states import Channel
from tests.outbox.office import BOTH, NOTICE, ONLY_TEMPLATE, SEND, Office, Templates


def test_a_queued_message_arrives_and_its_row_says_so(office: Office) -> None:
    (to,) = office.hires()
    office.tells(to)

    assert office.works() == {"sent": 1}

    row = office.row()
    assert (row.state, row.channel, row.attempts, row.call) == ("sent", "template", 1, "")
    assert int(row.platform_id) > 2**32
    assert office.history() == ["sending", "sent"]
    assert len(office.arrived(to)) == 1
    assert f"共3件，{to}号逾期5天" in office.arrived(to)[0]
    assert office.works() == {}


def test_the_same_key_is_written_once_whoever_writes_it(office: Office) -> None:
    (to,) = office.hires()
    messages = [office.message(to, key=f"k{number}") for number in range(5)]
    written: list[str] = []

    def write() -> None:
        engine = open_engine(office.engine.url)
        with engine.begin() as connection:
            written.extend(queue(connection, messages, office.clock()))
        engine.dispose()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(written) == [f"k{number}" for number in range(5)]
    assert office.queues(*messages, office.message(to, key="new")) == {"new"}


def test_a_message_of_a_transaction_that_fails_was_never_there(office: Office) -> None:
    (to,) = office.hires()
    with office.engine.connect() as connection:
        queue(connection, [office.message(to)], office.clock())
        connection.rollback()

    assert office.rows() == []


def test_two_workers_share_the_queue_and_send_each_message_once(office: Office) -> None:
    people = office.hires(40)
    office.tells(*people)
    engines = [open_engine(office.engine.url) for _ in range(2)]
    workers = [threading.Thread(target=office.works, kwargs={"engine": engine}) for engine in engines]

    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert set(office.states()) == {"sent"}
    assert set(office.arrivals().values()) == {1}
    for engine in engines:
        engine.dispose()


def test_no_transaction_is_open_while_the_platform_is_slow(office: Office) -> None:
    (to,) = office.hires()
    office.works()  # fetches the token
    office.tells(to)
    office.faults("slow", 1.0)
    worker = threading.Thread(target=office.works)
    worker.start()
    time.sleep(0.4)

    started = time.monotonic()
    with office.engine.begin() as connection:
        connection.execute(text("UPDATE outbox_message SET about_code = 'U002'"))
        connection.execute(text("UPDATE outbox_pace SET trouble = 0"))
    took = time.monotonic() - started

    was_sending = office.states() == ["sending"]
    worker.join()
    assert was_sending
    assert took < 0.3
    assert office.states() == ["sent"]


# Channels -----------------------------------------------------------------------------------------------


def test_who_has_no_account_is_listed_for_a_call(office: Office) -> None:
    office.tells(7)

    assert office.works() == {}

    row = office.row()
    assert (row.state, row.reason, row.call) == ("failed", "no_account", "needed")
    assert office.history() == ["failed"]


def test_who_stopped_following_gets_a_notice_if_they_agreed_to_one(office: Office) -> None:
    office.templates = BOTH
    agreed, not_agreed = office.hires(2, follow=False)
    office.agrees(agreed)
    office.tells(agreed, not_agreed)

    office.works()

    assert office.directory.unfollowed == {agreed, not_agreed}
    first, second = office.rows()
    assert (first.state, first.channel) == ("sent", "notice")
    assert (second.state, second.reason, second.call) == ("failed", "unfollowed", "needed")
    assert office.arrivals() == {agreed: 1, not_agreed: 0}


def test_a_customer_service_message_goes_out_only_within_48_hours_of_theirs(office: Office) -> None:
    office.templates = Templates({})
    (to,) = office.hires()
    world = office.simulator.world
    world.windows.open(office.directory.openids[to], "message", world.at())
    office.directory.wrote_at[to] = office.clock()
    office.clock.advance(hours=40)
    office.queues(office.message(to, key="in time"))
    office.works()
    office.clock.advance(hours=8)

    office.queues(office.message(to, key="too late"))
    office.works()

    in_time, too_late = office.rows()
    assert (in_time.state, in_time.channel) == ("sent", "custom")
    assert (too_late.state, too_late.reason, too_late.call) == ("failed", "no_channel", "needed")
    (arrived,) = office.arrived(to)
    assert "道路破损" in arrived
    assert "打开清单" in arrived


def test_no_more_customer_service_messages_than_the_window_allows(office: Office) -> None:
    office.templates = Templates({})
    (to,) = office.hires()
    world = office.simulator.world
    world.windows.open(office.directory.openids[to], "message", world.at())
    office.directory.wrote_at[to] = office.clock()
    for number in range(CUSTOM_MOST + 2):
        office.clock.advance(minutes=1)
        office.queues(office.message(to, key=f"k{number}"))
        office.works()

    assert office.states() == ["sent"] * CUSTOM_MOST + ["failed"] * 2
    # The platform was not even asked.
    assert world.store.rows("SELECT * FROM refusal") == []


def test_when_the_platform_says_the_window_is_closed_the_next_way_is_taken(office: Office) -> None:
    (to,) = office.hires()
    office.directory.wrote_at[to] = office.clock()
    office.templates = Templates({})
    office.tells(to)

    office.works()

    row = office.row()
    assert (row.state, row.refused, row.code, row.call) == ("failed", "custom", 45015, "needed")


# When ---------------------------------------------------------------------------------------------------


def test_nothing_leaves_outside_working_hours_but_what_was_begun_is_finished(office: Office) -> None:
    begun, fresh = office.hires(2)
    office.tells(begun)
    office.faults("answer_lost")
    office.works()
    office.works_now = False
    office.tells(fresh)
    office.clock.advance(seconds=20)

    office.works()

    assert office.arrivals() == {begun: 1, fresh: 0}
    assert office.states() == ["sent", "queued"]
    office.works_now = True
    office.works()
    assert office.states() == ["sent", "sent"]


def test_a_notice_waits_its_minute_and_can_be_taken_back_meanwhile(office: Office) -> None:
    kept, taken_back = office.hires(2)
    later = office.clock() + timedelta(minutes=1)
    office.queues(
        office.message(kept, key="kept", not_before=later),
        office.message(taken_back, key="no", not_before=later),
    )

    assert office.works() == {}
    with office.engine.begin() as connection:
        assert withdraw(connection, ["no"], office.clock()) == 1
    office.clock.advance(minutes=1)
    assert office.works() == {"sent": 1}

    assert office.states() == ["sent", "withdrawn"]
    with office.engine.begin() as connection:
        assert withdraw(connection, ["kept"], office.clock()) == 0


def test_what_nobody_wants_any_more_is_not_sent(office: Office) -> None:
    (to,) = office.hires()
    office.queues(office.message(to, send_before=office.clock() + timedelta(hours=9)))
    office.works_now = False
    office.works()
    office.clock.advance(hours=10)
    office.works_now = True

    office.works()

    row = office.row()
    assert (row.state, row.reason, row.call) == ("failed", "too_late", "needed")
    assert office.arrived(to) == []


def test_the_pace_is_kept_by_all_workers_together(office: Office) -> None:
    people = office.hires(40)
    office.per_second = 40.0
    office.tells(*people)
    engines = [open_engine(office.engine.url) for _ in range(2)]
    real = office.clock

    class Ticking:
        def __call__(self):  # type: ignore[no-untyped-def]
            return real.now + timedelta(seconds=time.monotonic() - started)

    started = time.monotonic()
    office.clock = Ticking()  # type: ignore[assignment]
    workers = [threading.Thread(target=office.works, kwargs={"engine": engine}) for engine in engines]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    took = time.monotonic() - started

    assert set(office.states()) == {"sent"}
    # 40 messages, 40 a second: the last one leaves 39/40 of a second after the first.
    assert 0.95 < took < 8.0
    for engine in engines:
        engine.dispose()


def test_the_openid_stands_in_no_row_and_no_log_line(
    small_office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    good, gone = small_office.hires(2)
    small_office.tells(good, gone)
    small_office.faults("errcode", 40003)

    small_office.works()

    told = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    kept = "".join(str(tuple(row)) for row in small_office.rows())
    assert "outbox_sent" in told
    for openid in small_office.directory.openids.values():
        assert openid not in told
        assert openid not in kept


def test_a_message_that_lacks_a_value_or_is_too_long_is_a_bug_of_whoever_made_it(
    small_office: Office,
) -> None:
    fields = dict(small_office.message(1).fields)
    for wrong in ({**fields, "due": ""}, {**fields, "summary": "字" * 21}, {"summary": "x"}):
        with pytest.raises(ValueError, match=r"message|longer"):
            small_office.message(1, fields=wrong)


def test_templates_of_a_kind_go_before_the_default(small_office: Office) -> None:
    own = ONLY_TEMPLATE.by_use[("default", Channel.TEMPLATE)]
    templates = Templates({("default", Channel.TEMPLATE): own, ("digest", Channel.TEMPLATE): NOTICE})
    (to,) = small_office.hires()
    small_office.templates = templates
    small_office.tells(to)

    small_office.works()

    assert templates.find("digest", Channel.TEMPLATE) == NOTICE
    assert templates.find("urge", Channel.TEMPLATE) == own
    assert len(small_office.arrived(to)) == 1
    assert SEND.endswith("template/send")
