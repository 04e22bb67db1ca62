"""An office that makes codes: its database, the simulated platform, and workers that may die at any step."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry
from sqlalchemy import Engine, Row, select
from sqlalchemy.orm import Session

from bot.metrics import BotMetrics
from bot.wechat.client import WeChatClient
from bot.wechat.codes import CALL, PlatformCodes
from bot.wechat.token_stores import DatabaseTokenStore
from core.codes.creating import create_codes
from core.codes.maker import CodeMaker, Ticket
from core.codes.models import QrCode
from core.codes.planning import TASK_KIND, Wanted, plan_codes
from core.db.reading import reading
from core.people.roles import Role
from core.places.gazetteer import Gazetteer, PlaceNode, UnitNode
from core.places.lists import PlaceList, level_of, parent_of
from core.places.service import load_gazetteer, load_places, load_units
from core.tasks.running import LEASE, Made, TaskHold, run_due
from core.tasks.service import TaskView, Viewer, get_task
from simulator import Simulator
from tests.bot.platform import APP_ID
from tests.bot.wechat.conftest import account
from tests.hand_clock import HandClock

EVERYBODY = Viewer(0, Role.OFFICE)
YIZHOU = Wanted(("451203",))
# In the order in which they are made.
YIZHOU_SCENES = ["p_451203", "p_451203100", "p_451203101"]
PLACES = (
    ("451200", "河池市"),
    ("451203", "宜州区"),
    ("451203100", "庆远镇"),
    ("451203101", "德胜镇"),
    ("451203100001", "城中社区"),
    ("451225", "罗城仫佬族自治县"),
    ("451225100", "东门镇"),
)
UNITS = (
    UnitNode("U001", "河池市财政局", "市财政局", "政府部门"),
    UnitNode("U017", "河池市人民检察院", "市检察院", "司法机关"),
)


class Crash(BaseException):
    """The process dies here."""


Step = Callable[[str], None]


def nothing(_scene: str) -> None:
    """Goes on."""


@dataclass
class Watched:
    """A maker that counts what it is asked, and may die before or after it asks."""

    maker: CodeMaker
    before: Step = nothing
    after: Step = nothing
    asked: list[str] = field(default_factory=list)

    def make(self, scene: str) -> Ticket:
        """See `CodeMaker.make`."""
        self.before(scene)
        self.asked.append(scene)
        ticket = self.maker.make(scene)
        self.after(scene)
        return ticket


@dataclass
class CodeOffice:
    """`address` is where the platform answers; `simulator` is what answers there."""

    engine: Engine
    var: Path
    clock: HandClock
    address: str
    simulator: Simulator
    naps: list[float] = field(default_factory=list)

    def settle(self) -> "CodeOffice":
        """Fill in the places and units; 451281's town of before is 451203's of today."""
        listed = tuple(
            PlaceNode(code, name, name, level_of(code) or "", parent_of(code)) for code, name in PLACES
        )
        with Session(self.engine) as session, session.begin():
            load_places(session, PlaceList(listed, {"451281100": "451203100"}))
            load_units(session, UNITS)
        return self

    @property
    def gazetteer(self) -> Gazetteer:
        """Places and units as they are now."""
        with reading(self.engine) as connection:
            return load_gazetteer(connection)

    def plans(self, wanted: Wanted = YIZHOU) -> int:
        """Somebody asks for codes; the task's number."""
        with Session(self.engine) as session, session.begin():
            return plan_codes(session, wanted, self.gazetteer, "生成二维码", None, self.clock()).id

    def works(self, before: Step = nothing, after: Step = nothing, then: Step = nothing) -> list[str]:
        """
        A worker makes what is planned; the scenes it asked the platform for.

        It may die `before` or `after` asking, or when the row is written (`then`).
        """
        tokens = DatabaseTokenStore(self.engine, APP_ID, self.clock)
        metrics = BotMetrics(CollectorRegistry())
        with WeChatClient(account(self.address), tokens, self.clock, metrics) as client:
            watched = Watched(PlatformCodes(client), before, after)

            def work(hold: TaskHold) -> Made:
                step = hold.step

                def stepped(count: int = 1) -> None:
                    then(watched.asked[-1])
                    step(count)

                hold.step = stepped  # type: ignore[method-assign]
                return create_codes(self.engine, watched, hold, self.clock, self.naps.append)

            try:
                run_due(self.engine, self.var, {TASK_KIND: work}, self.clock)
            except Crash:
                self.clock.now += LEASE + timedelta(seconds=1)
        return watched.asked

    def task(self, task_id: int) -> TaskView:
        """How a task stands."""
        with reading(self.engine) as connection:
            return get_task(connection, task_id, EVERYBODY)

    def rows(self) -> list[Row[Any]]:
        """The whole table, in the order in which it was planned."""
        with reading(self.engine) as connection:
            return list(connection.execute(select(*QrCode.__table__.columns).order_by(QrCode.id)))

    def states(self) -> Counter[str]:
        """How many codes are in which state."""
        return Counter(row.state for row in self.rows())

    def made_by_platform(self) -> dict[str, str]:
        """Scene → ticket of every permanent code the platform has made."""
        found = self.simulator.world.store.rows("SELECT scene, ticket FROM code WHERE by_api AND permanent")
        return {row["scene"]: row["ticket"] for row in found}

    def faults(self, kind: Any, value: float = 0, times: int = 1) -> None:
        """The platform's next codes go wrong."""
        self.simulator.world.faults.add(CALL, kind, value, times)
