"""
How many threads and connections one server process may have.

A thread waits for its turn to be committed. If all threads waited, nobody would be left to answer `success`
to words that are shed, so there are more threads than turns that may wait. The server makes them when they
are needed and lets idle ones go: a process at rest has a handful.
"""

import logging
import resource
from dataclasses import dataclass

from core.conversation.door import ROOM_FOR_REDELIVERIES
from core.conversation.turns import MAX_GROUP

# Events wait however many there are; so many more threads are for them, for health and for pages.
ROOM_FOR_EVENTS = 64
# A connection that is kept alive counts though nothing happens on it; more wait in the kernel.
IDLE_CONNECTIONS = 512
# What a process has open besides connections: the database, logs, the program itself.
OTHER_FILES = 128


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one server process."""

    threads: int
    connections: int

    @classmethod
    def of(cls, max_waiting: int) -> "Limits":
        """The limits under which `max_waiting` turns may wait and all else is still answered."""
        threads = max_waiting * ROOM_FOR_REDELIVERIES + MAX_GROUP + ROOM_FOR_EVENTS
        return cls(threads, threads + IDLE_CONNECTIONS)

    def allow_files(self) -> None:
        """
        Raise this process's and its children's limit of open files, as far as the system lets us.

        Many systems start with 1024, and a connection is a file.
        """
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = self.connections + OTHER_FILES
        if soft == resource.RLIM_INFINITY or soft >= wanted:
            return
        allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


def expect_many_threads() -> None:
    """Keep the server from warning of so many threads: here they wait, they do not compute."""
    logging.getLogger("_granian").addFilter(_is_no_thread_warning)


def _is_no_thread_warning(record: logging.LogRecord) -> bool:
    return "Python threads" not in record.getMessage()
