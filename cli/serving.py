"""
What one server process is made of, tied together from the settings.

The webhook and the turns it hands deliveries to, and what health and metrics are read from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from prometheus_client import CollectorRegistry
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from bot.metrics import BotMetrics
from bot.render import render
from bot.rendering.pieces import Frame
from bot.robot import build_robot
from bot.webhook import Webhook
from cli.outbox_metrics import OutboxCollector
from core.audit.chain import AuditLog, attach
from core.ballots.desk import BallotDesk
from core.ballots.draft_keys import DraftKeys
from core.ballots.slips import Hasher
from core.clock import Clock, system_clock
from core.config import Office, Settings
from core.conversation.hearing import Render
from core.conversation.incoming import Receipt
from core.conversation.person import Person
from core.conversation.prompts import Prompt
from core.conversation.turns import GroupedTurns, TurnSettings, WorldLoader
from core.conversation.world import World
from core.db.engine import open_engine
from core.liaison_desk.desk import LiaisonDesk
from core.opinions.asking import closing_questions
from core.opinions.book import OpinionBook
from core.outbox.notice_marks import NOTICE_KEY, notice_mark
from core.outbox.receipts import note_receipt
from core.people.keys import PERSON_KEY, KeyRing, named_key
from core.responses.recording import Recorder
from core.rounds.catalog import load_catalog


@dataclass(frozen=True, slots=True)
class Serving:
    """Everything one server process answers with."""

    settings: Settings
    engine: Engine
    clock: Clock
    keys: KeyRing
    turns: GroupedTurns
    webhook: Webhook
    registry: CollectorRegistry

    @classmethod
    def open(cls, settings: Settings, clock: Clock = system_clock) -> "Serving":
        """Tie the parts together; ConfigError when a setting that serving needs is missing."""
        settings.require_serving()
        engine = open_engine(settings.database_url)
        attach(engine, AuditLog.of(settings, clock))
        keys = KeyRing(settings.require_data_key())
        with Session(engine) as session, session.begin():
            person_key = named_key(session, keys, PERSON_KEY, clock())
            notice_key = named_key(session, keys, NOTICE_KEY, clock())
            slips = Hasher.open(session, keys, clock())
        registry = CollectorRegistry()
        turns = GroupedTurns(
            engine,
            person_key=person_key,
            load_world=world_loader(keys, settings.office),
            book=OpinionBook(Recorder(keys.wrap), keys),
            render=renderer(settings.office),
            clock=clock,
            seal=keys.wrap,
            settings=TurnSettings(
                max_waiting=settings.max_waiting_turns,
                erase_on_leaving=settings.unsubscribe_data == "delete",
            ),
            # A ballot that is being filled in comes first: digits are its own.
            side_desks=(
                BallotDesk(slips, DraftKeys(settings.var), _explained_at(settings)),
                LiaisonDesk(keys),
            ),
            note_receipt=partial(note_receipts, notice_key),
        )
        registry.register(OutboxCollector(engine, clock))
        metrics = BotMetrics(registry)
        webhook = Webhook(settings.wechat, build_robot(turns, metrics), clock, metrics)
        return cls(settings, engine, clock, keys, turns, webhook, registry)


def note_receipts(notice_key: bytes, connection: Connection, receipt: Receipt, now: datetime) -> None:
    """Tell the outbox what became of its messages."""
    for told in receipt.told:
        mark = notice_mark(notice_key, receipt.openid, told.template_id) if told.template_id else ""
        note_receipt(connection, told.number, told.status, now, mark)


def _explained_at(settings: Settings) -> str:
    """Where leaders read how nobody can tell who voted what."""
    return f"{settings.public_url.rstrip('/')}/ballot/privacy" if settings.public_url else ""


def world_loader(keys: KeyRing, office: Office) -> WorldLoader:
    """How turns and sweeps get the world of a moment."""

    def load(connection: Connection, before: World | None) -> World:
        catalog = load_catalog(connection, keys, office, before.catalog if before else None)
        return World(catalog, before, closing_questions(connection))

    return load


def renderer(office: Office) -> Render:
    """How prompts become the words of one bubble, with links for the person's current run."""

    def say(prompts: Sequence[Prompt], person: Person) -> str:
        run = person.run
        frame = Frame(
            round_id=run.goal.round_id if run else 0,
            run=run.number if run else 0,
            office_name=office.name,
            office_phone=office.phone,
            office_hours=office.hours,
        )
        return render(prompts, frame)

    return say
