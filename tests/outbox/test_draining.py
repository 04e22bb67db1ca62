"""Many reminders drain as fast as the rate allows: the small form of `benchmarks/outbox.py`."""

from benchmarks.outbox import drain


def test_reminders_drain_at_the_rate_that_is_set(database_url: str) -> None:
    done = drain(database_url, messages=120, per_second=60.0, workers=2)

    assert (done.arrived, done.doubled) == (120, 0)
    # 120 at 60 a second: the last one leaves after 119/60 seconds.
    assert 1.9 < done.seconds < 8.0
