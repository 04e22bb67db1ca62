"""An outcome is pushed to whoever asked for it: by its own template, once, and the openid goes with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from huey import MemoryHuey
from prometheus_client import CollectorRegistry
from sqlalchemy import Row, select, update
from sqlalchemy.orm import Session

from bot.metrics import BotMetrics
from bot.wechat.client import WeChatClient
from bot.wechat.sender import CALLS, WeChatSender
from bot.wechat.templates import Templates
from bot.wechat.token_stores import DatabaseTokenStore
from cli.demo_phone import demo_templates
from cli.opinion_jobs import schedule_opinions
from cli.outbox_jobs import everybody, templates_of
from core.conversation.prompts import OpinionNews
from core.opinions import arriving
from core.opinions.models import Opinion, OutcomeWish
from core.opinions.outcomes import KEEP_FOR_PUSH, carry_outcomes, forget_openids
from core.opinions.pushing import MARKS_STAY, OutcomePushes, forget_marks, forget_pushed
from core.opinions.states import State
from core.outbox.kinds import Kind
from core.outbox.models import OutboxMessage
from core.outbox.sending import Outbox
from core.outbox.service import NotNow, mark_called
from core.outbox.states import Channel
from simulator import SimulatorConfig, build
from simulator.serve import serving
from tests.bot.platform import AES_KEY, APP_ID, TOKEN
from tests.bot.wechat.conftest import account
from tests.turns.test_telling_outcomes import finishes, wishes
from tests.turns.town import Town


@dataclass
class Pushed:
    """A town whose villager said something and wants to hear of it, with a phone of the platform's."""

    town: Town
    simulator: Any
    who: str
    outbox: Outbox
    templates: Templates

    def settle(self, state: State) -> None:
        """The office has dealt with it, and the worker has looked twice."""
        town = self.town
        arriving.advance(town.engine, lambda _connection: town.world().catalog, town.clock())
        with town.engine.begin() as connection:
            connection.execute(update(Opinion).values(state=state.value))
        fits = partial(self.templates.fits, Kind.OUTCOME)
        for _ in range(2):
            carry_outcomes(town.engine, {}, town.clock(), OutcomePushes(fits))
            forget_pushed(town.engine)

    def works(self) -> None:
        """The worker's own job, as it runs each minute."""
        queue = MemoryHuey("test", immediate=True)
        schedule_opinions(queue, self.town.engine, self.town.settings, self.town.clock)
        (job,) = (kind for name, kind in queue._registry._registry.items() if "take_in" in name)
        job().execute()

    def sends(self) -> None:
        """A worker's round, and the tidying after it."""
        self.outbox.send_due()
        forget_pushed(self.town.engine)

    def messages(self) -> list[Row[Any]]:
        """What the outbox has."""
        with self.town.engine.connect() as connection:
            return list(connection.execute(select(OutboxMessage.__table__).order_by(OutboxMessage.id)))

    def arrived(self) -> list[Any]:
        """The cards on the phone."""
        chats = self.simulator.world.chats.since(self.who, 0)
        return [each.body["rows"] for each in chats if each.sender == "account"]

    @property
    def keeps_openid(self) -> bool:
        """Whether it is known still whom it goes to."""
        with self.town.engine.connect() as connection:
            return connection.scalar(select(OutcomeWish.openid)) is not None


@contextmanager
def pushing(town: Town) -> Iterator[Pushed]:
    """Everything in place; they said what they had to say, and 要."""
    config = SimulatorConfig(
        webhook_url="http://127.0.0.1:1/wechat", token=TOKEN, app_id=APP_ID, app_secret="the-secret",
        aes_key=AES_KEY, clock=town.clock, templates=demo_templates(town.settings), report_delay_seconds=3600,
    )  # fmt: skip
    with build(config) as simulator, serving(simulator) as address:
        phone = simulator.world.followers.add(0)
        simulator.world.followers.follow(phone.openid, 0)
        tokens = DatabaseTokenStore(town.engine, APP_ID, town.clock)
        metrics = BotMetrics(CollectorRegistry())
        with WeChatClient(account(address), tokens, town.clock, metrics) as client:
            templates = templates_of(town.settings)
            outbox = Outbox(
                town.engine, WeChatSender(client, templates, "https://x.example", b""), everybody(town.keys),
                town.clock, 1000.0, lambda _now: True,
            )  # fmt: skip
            finishes(town, phone.openid)
            town.says(phone.openid, "1")
            yield Pushed(town, simulator, phone.openid, outbox, templates)


@pytest.fixture
def pushed(town: Town) -> Iterator[Pushed]:
    """On each database."""
    with pushing(town) as made:
        yield made


@pytest.fixture
def small(sqlite_town: Town) -> Iterator[Pushed]:
    """On SQLite, for what does not depend on the database."""
    with pushing(sqlite_town) as made:
        yield made


def test_by_what_a_message_was_to_be_known_again_goes_a_day_after_it_was_settled(small: Pushed) -> None:
    """A mark made of the openid would join what one person said in different rounds."""
    small.settle(State.DONE)
    small.sends()
    [message] = small.messages()
    assert message.platform_id

    assert forget_marks(small.town.engine, small.town.clock() + MARKS_STAY) == 0
    assert forget_marks(small.town.engine, small.town.clock() + MARKS_STAY + timedelta(minutes=1)) == 1

    assert [each.platform_id for each in small.messages()] == [""]
    assert forget_marks(small.town.engine, small.town.clock() + MARKS_STAY * 9) == 0


def test_an_outcome_reaches_the_phone_by_its_own_template_and_the_openid_goes(pushed: Pushed) -> None:
    pushed.works()
    with pushed.town.engine.begin() as connection:
        connection.execute(update(Opinion).values(state="done"))
    pushed.works()
    [wish] = wishes(pushed.town)
    assert wish.openid is not None, "until it has left"

    pushed.sends()
    pushed.works()

    [message] = pushed.messages()
    assert (message.kind, message.to_kind, message.to_id) == ("outcome", "wish", wish.response_id)
    assert message.to_id > 2**31
    assert (message.state, message.channel, message.call) == ("sent", "template", "")
    assert pushed.arrived() == [
        [
            ["反馈内容", "您12月1日说的事办好了"],
            ["办理结果", "已办好"],
            ["办理单位", "办公室"],
            ["反馈日期", "2026-12-01"],
        ]
    ]
    assert not pushed.keeps_openid
    assert isinstance(pushed.town.says(pushed.who, "帮助")[0], OpinionNews)


def test_without_a_template_of_its_own_nothing_is_pushed(small: Pushed) -> None:
    default = {use: made for use, made in small.templates.by_use.items() if use[0] == "default"}
    small.templates = Templates(default)
    small.settle(State.DONE)

    assert small.messages() == []
    assert not small.keeps_openid


def test_a_template_whose_rules_the_words_break_does_not_fit(small: Pushed) -> None:
    use = (Kind.OUTCOME, Channel.TEMPLATE)
    own = replace(small.templates.by_use[use], keywords={"number1": "{summary}"})
    small.templates = Templates({use: own})
    small.settle(State.NOTHING)

    assert small.messages() == []


def test_what_was_told_in_the_chat_meanwhile_is_not_pushed_too(pushed: Pushed) -> None:
    pushed.settle(State.DONE)
    assert isinstance(pushed.town.says(pushed.who, "帮助")[0], OpinionNews)
    pushed.sends()

    assert [message.state for message in pushed.messages()] == ["withdrawn"]
    assert pushed.arrived() == []


def test_what_turned_back_before_it_left_is_not_pushed_and_the_new_outcome_is(pushed: Pushed) -> None:
    pushed.settle(State.DONE)
    pushed.town.clock.advance(minutes=1)
    pushed.settle(State.TODO)
    pushed.sends()
    assert pushed.arrived() == []
    assert pushed.keeps_openid

    pushed.town.clock.advance(minutes=1)
    pushed.settle(State.NOTHING)
    pushed.sends()

    assert [message.state for message in pushed.messages()] == ["withdrawn", "sent"]
    assert [rows[1][1] for rows in pushed.arrived()] == ["已看过"]


def test_whoever_had_their_data_deleted_is_not_written_to(pushed: Pushed) -> None:
    pushed.settle(State.DONE)
    pushed.town.says(pushed.who, "删除我的数据", "1")
    pushed.sends()

    assert [message.state for message in pushed.messages()] == ["withdrawn"]
    assert pushed.arrived() == []


def test_one_who_cannot_be_reached_is_forgotten_and_nobody_has_to_telephone(pushed: Pushed) -> None:
    pushed.settle(State.DONE)
    pushed.simulator.world.followers.unfollow(pushed.who)
    pushed.sends()

    [message] = pushed.messages()
    assert (message.state, message.call) == ("failed", "")
    assert not pushed.keeps_openid


def test_nobody_knows_whether_it_arrived_so_a_person_may_send_it_again_for_three_days(small: Pushed) -> None:
    small.settle(State.DONE)
    small.simulator.world.faults.add(CALLS[Channel.TEMPLATE], "answer_lost", 0, 9)
    for _ in range(30):
        small.sends()
        small.town.clock.advance(seconds=30)

    [message] = small.messages()
    assert (message.state, message.call) == ("unsure", "")
    assert small.keeps_openid
    with Session(small.town.engine) as session, pytest.raises(NotNow):
        mark_called(session, message.id, 1, small.town.clock())
    small.town.clock.now += KEEP_FOR_PUSH
    forget_openids(small.town.engine, small.town.clock())
    assert not small.keeps_openid
