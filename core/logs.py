"""
Log lines that can be counted: a constant event name, then `key=value` of ids and numbers.

    2026-12-01T09:00:00.123+08:00 INFO core.outbox outbox_sent id=17 attempts=2

Set up once by whoever starts a process. Never an openid, a phone number, a name or an answer's words: that is
the duty of whoever writes the line, nothing here could tell.
"""

import json
import logging
import re
import sys
from datetime import datetime
from typing import TextIO

from core.clock import SHANGHAI

# What every record has; the rest was given as `extra`.
_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_PLAIN = re.compile(r"[^\s\"=\x00-\x1f]+")
# These write addresses with access tokens in them, or a line for each step they take.
_QUIET = ("httpx", "httpcore", "alembic", "huey")


class EventFormatter(logging.Formatter):
    """One line a record; a traceback follows on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as text."""
        extra = {name: value for name, value in record.__dict__.items() if name not in _STANDARD}
        parts = [self.formatTime(record), record.levelname, record.name, _told(record.getMessage())]
        parts += [f"{name}={_told(value)}" for name, value in extra.items()]
        line = " ".join(parts)
        if record.exc_info:
            line += f"\n{self.formatException(record.exc_info)}"
        return line

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802  (logging's)
        """The moment on a clock in Shanghai, to the millisecond."""
        return datetime.fromtimestamp(record.created, SHANGHAI).isoformat(timespec="milliseconds")


def setup_logs(level: int | str = logging.INFO, stream: TextIO | None = None) -> None:
    """Send what is logged from `level` up to `stream` (standard error), and nowhere else."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(EventFormatter())
    root = logging.getLogger()
    for before in list(root.handlers):
        root.removeHandler(before)
    root.addHandler(handler)
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _told(value: object) -> str:
    """The value as one word; quoted when it is not one."""
    words = str(value)
    return words if _PLAIN.fullmatch(words) else json.dumps(words, ensure_ascii=False)
