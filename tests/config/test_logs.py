"""Log lines: an event and its keys on one line, whatever the values hold."""

import io
import logging
from collections.abc import Iterator

import pytest

from core.logs import setup_logs


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged, with the logging of the tests put back afterwards."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    out = io.StringIO()
    setup_logs(stream=out)
    yield out
    root.handlers[:] = handlers
    root.setLevel(level)


def test_an_event_is_one_line_with_its_keys(lines: io.StringIO) -> None:
    logging.getLogger("core.outbox").info("outbox_sent", extra={"id": 17, "unit": "U001"})

    assert lines.getvalue().endswith("+08:00 INFO core.outbox outbox_sent id=17 unit=U001\n")


def test_a_value_with_spaces_or_line_breaks_stays_on_the_line(lines: io.StringIO) -> None:
    logging.getLogger("x").warning("odd", extra={"words": '两 行\n"a=b"', "empty": ""})

    assert 'odd words="两 行\\n\\"a=b\\"" empty=""' in lines.getvalue()
    assert lines.getvalue().count("\n") == 1


def test_a_traceback_follows(lines: io.StringIO) -> None:
    try:
        raise LookupError("lost")
    except LookupError:
        logging.getLogger("x").exception("turn_failed")

    first, *rest = lines.getvalue().splitlines()
    assert first.endswith("ERROR x turn_failed")
    assert rest[-1] == "LookupError: lost"


def test_libraries_that_log_addresses_are_quiet_and_setting_up_twice_is_once(lines: io.StringIO) -> None:
    setup_logs(stream=lines)

    logging.getLogger("httpx").info("GET https://x/?access_token=secret")
    logging.getLogger("y").info("once")
    logging.getLogger("y").debug("not at this level")

    assert lines.getvalue().count("\n") == 1
    assert "secret" not in lines.getvalue()
