"""An office with liaisons whose phones follow the simulated account; its outbox, and what arrived on them."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from prometheus_client import CollectorRegistry
from sqlalchemy import Connection, Engine, Row, select

from bot.metrics import BotMetrics
from bot.wechat.client import WeChatClient
from bot.wechat.sender import CALLS, WeChatSender
from bot.wechat.templates import Template, Templates
from bot.wechat.token_stores import DatabaseTokenStore
from cli.serving import note_receipts
from core.clock import Clock
from core.conversation.incoming import Receipt, Told
from core.outbox.kinds import Kind
from core.outbox.models import OutboxEvent, OutboxHalt, OutboxMessage
from core.outbox.queueing import Message, queue
from core.outbox.receipts import note_receipt
from core.outbox.recipients import Address, Recipient
from core.outbox.sender import Sender
from core.outbox.sending import Outbox
from core.outbox.states import Channel
from simulator import Simulator
from tests.bot.platform import APP_ID
from tests.bot.wechat.conftest import account
from tests.hand_clock import HandClock

SEND = CALLS[Channel.TEMPLATE]
TEMPLATE = Template("T" * 43, {"thing1": "{summary}", "number2": "{number}", "time3": "{due}"}, {})
NOTICE = Template("N" * 43, {"thing1": "{summary}"}, {})
ONLY_TEMPLATE = Templates({("default", Channel.TEMPLATE): TEMPLATE})
BOTH = Templates({("default", Channel.TEMPLATE): TEMPLATE, ("default", Channel.NOTICE): NOTICE})
FAST = 1000.0
NOTICE_KEY = b"the key of notices"


@dataclass
class Directory:
    """The `Recipients` of tests: who has which account."""

    openids: dict[int, str] = field(default_factory=dict)
    wrote_at: dict[int, datetime] = field(default_factory=dict)
    unfollowed: set[int] = field(default_factory=set)

    def find(
        self, connection: Connection, wanted: Collection[Recipient], now: datetime
    ) -> Mapping[Recipient, Address]:
        """See `Recipients`."""
        return {
            each: Address(self.openids[each.id], each.id not in self.unfollowed, self.wrote_at.get(each.id))
            for each in wanted
            if each.id in self.openids
        }

    def mark_unfollowed(self, connection: Connection, recipient: Recipient, now: datetime) -> None:
        """See `Recipients`."""
        self.unfollowed.add(recipient.id)


@dataclass
class Office:
    """`address` is where the platform answers; `simulator` is what answers there."""

    engine: Engine
    clock: HandClock
    address: str
    simulator: Simulator
    directory: Directory = field(default_factory=Directory)
    templates: Templates = ONLY_TEMPLATE
    works_now: bool = True
    per_second: float = FAST
    threads: int = 4
    clients: dict[tuple[str, int], WeChatClient] = field(default_factory=dict)

    def hires(self, count: int = 1, *, follow: bool = True) -> list[int]:
        """So many new liaisons with phones; their numbers."""
        world, ids = self.simulator.world, []
        for _ in range(count):
            phone = world.followers.add(self.clock().timestamp())
            if follow:
                world.followers.follow(phone.openid, self.clock().timestamp())
            number = len(self.directory.openids) + 1
            self.directory.openids[number] = phone.openid
            ids.append(number)
        return ids

    def message(self, to: int, key: str = "", **more: Any) -> Message:
        """A message to that liaison."""
        made = Message(
            key=key or f"digest:{to}:2026-12-01",
            kind=Kind.DIGEST,
            to=Recipient("liaison", to),
            about_code="U001",
            fields={
                "summary": f"共3件，{to}号逾期5天", "sort": "整改提醒", "count": "3", "number": str(to),
                "due": "2026-11-26",
            },
            body=f"{to}号 道路破损，11月26日到期，已逾期5天。",
            link="/admin/mine",
        )  # fmt: skip
        return replace(made, **more)

    def queues(self, *messages: Message) -> set[str]:
        """Write them, in a transaction of their own; the keys that were new."""
        with self.engine.begin() as connection:
            return queue(connection, messages, self.clock())

    def tells(self, *to: int) -> None:
        """A message to each of them."""
        self.queues(*(self.message(each) for each in to))

    def outbox(self, sender: Sender, engine: Engine | None = None, clock: Clock | None = None) -> Outbox:
        """What a worker has."""
        return Outbox(
            engine or self.engine, sender, self.directory, clock or self.clock, self.per_second,
            lambda _now: self.works_now, self.threads,
        )  # fmt: skip

    def client(self, address: str = "", engine: Engine | None = None) -> WeChatClient:
        """A client as a worker process of its own has it."""
        used = engine or self.engine
        key = (address or self.address, id(used))
        if key not in self.clients:
            tokens = DatabaseTokenStore(used, APP_ID, self.clock)
            metrics = BotMetrics(CollectorRegistry())
            self.clients[key] = WeChatClient(account(key[0]), tokens, self.clock, metrics)
        return self.clients[key]

    def works(self, *, address: str = "", engine: Engine | None = None) -> Counter[str]:
        """One round of a worker's sending."""
        sender = WeChatSender(self.client(address, engine), self.templates, "https://x.example", NOTICE_KEY)
        return self.outbox(sender, engine).send_due()

    def close(self) -> None:
        """Let go of the connections."""
        for client in self.clients.values():
            client.close()

    def works_on(self, minutes: float = 20.0, step_seconds: float = 30.0) -> None:
        """Rounds of sending, with the clock moved on between them."""
        end = self.clock() + timedelta(minutes=minutes)
        while self.clock() < end:
            self.works()
            self.clock.advance(seconds=step_seconds)

    def receives(self, platform_id: str, status: str = "success") -> None:
        """A receipt came."""
        with self.engine.begin() as connection:
            note_receipt(connection, platform_id, status, self.clock())

    def receives_of_notice(self, to: int, status: str = "success") -> None:
        """A receipt came of a notice: with a number nobody told us, with person and template."""
        told = Told("9876543210123", status, NOTICE.id)
        with self.engine.begin() as connection:
            receipt = Receipt((told,), self.directory.openids[to])
            note_receipts(NOTICE_KEY, connection, receipt, self.clock())

    def agrees(self, to: int, sends: int = 1) -> None:
        """That liaison agreed to so many notices."""
        openid = self.directory.openids[to]
        self.simulator.world.store.change("INSERT INTO consent VALUES (?, ?, ?)", openid, NOTICE.id, sends)

    def rows(self) -> list[Row[Any]]:
        """All messages, oldest first."""
        with self.engine.connect() as connection:
            return list(connection.execute(select(OutboxMessage.__table__).order_by(OutboxMessage.id)))

    def row_texts(self) -> str:
        """Everything that stands in the rows."""
        return str([list(row) for row in self.rows()])

    def row(self) -> Row[Any]:
        """The only message."""
        (row,) = self.rows()
        return row

    def states(self) -> list[str]:
        """How all of them stand."""
        return [row.state for row in self.rows()]

    def history(self) -> list[str]:
        """What happened, in order."""
        with self.engine.connect() as connection:
            return list(connection.scalars(select(OutboxEvent.what).order_by(OutboxEvent.id)))

    def halts(self) -> list[tuple[str, int, bool, bool]]:
        """Scope, code, whether a person is waited for, whether it is an alarm; those that are not ended."""
        with self.engine.connect() as connection:
            halts = connection.execute(
                select(OutboxHalt.__table__).where(OutboxHalt.ended_at.is_(None)).order_by(OutboxHalt.id)
            )
            return [(each.scope, each.code, each.until is None, each.is_alarm) for each in halts]

    def arrived(self, to: int) -> list[str]:
        """What stands on that liaison's phone."""
        chats = self.simulator.world.chats.since(self.directory.openids[to], 0)
        return [str(dict(each.body)) for each in chats if each.sender == "account"]

    def arrivals(self) -> dict[int, int]:
        """How many messages arrived on each phone."""
        return {to: len(self.arrived(to)) for to in self.directory.openids}

    def faults(self, kind: Any, value: float = 0, times: int = 1, path: str = SEND) -> None:
        """The platform's next calls go wrong."""
        self.simulator.world.faults.add(path, kind, value, times)
