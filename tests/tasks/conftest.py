"""A place where long work is asked for and done, by as many workers as a test wants."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.people.models import Staff
from core.people.roles import Role
from core.tasks.running import LEASE, Work, run_due
from core.tasks.service import TaskView, Viewer, ask_task, get_task, stop_task
from tests.hand_clock import START, HandClock


@dataclass
class Workshop:
    """One database, one folder, one clock."""

    engine: Engine
    var: Path
    clock: HandClock
    alice: Viewer
    bob: Viewer

    def asks(self, kind: str = "count", **params: object) -> int:
        """Alice asks for work."""
        with Session(self.engine) as session, session.begin():
            return ask_task(session, kind, "数数", params, self.alice.staff_id, self.clock()).id

    def works(self, **works: Work) -> int:
        """A worker looks for work and does it."""
        return run_due(self.engine, self.var, works, self.clock)

    def task(self, task_id: int, viewer: Viewer | None = None) -> TaskView:
        """How it stands."""
        with self.engine.connect() as connection:
            return get_task(connection, task_id, viewer or self.alice)

    def stops(self, task_id: int) -> None:
        """Somebody presses the button."""
        with Session(self.engine) as session, session.begin():
            stop_task(session, task_id, self.clock())

    def lets_the_claim_lapse(self) -> None:
        """Longer than a dead worker's claim holds."""
        self.clock.now += LEASE + timedelta(seconds=1)

    def made(self) -> list[str]:
        """The files on the disk."""
        folder = self.var / "made"
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


@pytest.fixture
def workshop(engine: Engine, tmp_path: Path, clock: HandClock) -> Workshop:
    with Session(engine) as session, session.begin():
        people = [
            Staff(name=name, role=Role.LIAISON.value, password_hash="x", created_at=START)
            for name in ("alice", "bob")
        ]
        session.add_all(people)
        session.flush()
        alice, bob = (Viewer(each.id, Role.LIAISON) for each in people)
    return Workshop(engine, tmp_path / "var", clock, alice, bob)
