"""
A worker process that dies (SIGKILL, no cleaning up) at a named place: `python -m … DATABASE PLATFORM WHERE
IDS`.

`IDS` is JSON: liaison's number → openid. Exit by signal is the point; a worker that outlives its death
exits 3.
"""

import json
import os
import signal
import sys
from typing import Any, NoReturn

from prometheus_client import CollectorRegistry
from sqlalchemy import event

from bot.metrics import BotMetrics
from bot.wechat.client import WeChatClient
from bot.wechat.sender import WeChatSender
from bot.wechat.token_stores import DatabaseTokenStore
from core.clock import system_clock
from core.db.engine import open_engine
from core.outbox.sender import Letter
from core.outbox.sending import Outbox
from tests.bot.platform import APP_ID
from tests.bot.wechat.conftest import account
from tests.outbox.office import NOTICE_KEY, ONLY_TEMPLATE, Directory

# In the order a worker comes by.
PLACES = ("claiming", "claimed", "sent", "recording", "recorded")


def die() -> NoReturn:
    """At once, as by a power cut."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


class Watched(WeChatSender):
    """Dies before a message leaves, or after."""

    where = ""

    def send(self, letter: Letter) -> str:
        """See `Sender`."""
        if self.where == "claimed":
            die()
        number = super().send(letter)
        if self.where == "sent":
            die()
        return number


def main(database: str, platform: str, where: str, openids: str) -> int:
    """Work until the place is reached."""
    engine = open_engine(database)
    seen = {"claims": 0, "records": 0}

    @event.listens_for(engine, "before_cursor_execute")
    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith("INSERT INTO outbox_event"):
            seen["records" if seen["claims"] else "claims"] += 1

    @event.listens_for(engine, "commit")
    def about_to_commit(_connection: Any) -> None:
        if where == "claiming" and seen["claims"]:
            die()
        if where == "recording" and seen["records"]:
            die()

    tokens = DatabaseTokenStore(engine, APP_ID, system_clock)
    with WeChatClient(account(platform), tokens, system_clock, BotMetrics(CollectorRegistry())) as client:
        client.tokens.current()
        sender = Watched(client, ONLY_TEMPLATE, "", NOTICE_KEY)
        sender.where = where
        directory = Directory({int(number): openid for number, openid in json.loads(openids).items()})
        Outbox(engine, sender, directory, system_clock, 1000.0, lambda _now: True, 1).send_due()
    if where == "recorded":
        die()
    return 3


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
