"""
Doing what was asked for: claiming a task, telling how far it is, and noting what came of it.

Any number of workers may run. A task is claimed by an UPDATE that names the state it expects; the claim is
renewed while the work goes on and lapses when the worker dies, so another takes it up within a minute. Work
may therefore be begun more than once, and must either go on where it stopped or begin anew without harm.
After `MAX_CRASHES` lapsed claims a task is given up: something in it kills workers.

No transaction is open while the work is done.
"""

import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from core.clock import Clock
from core.errors import SurveyError
from core.tasks.models import Task
from core.tasks.service import FOLDER, OVER

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
RENEW_SECONDS = 15.0
# Progress is looked at by people: more often than this is wasted.
TELL_SECONDS = 0.5
MAX_CRASHES = 3
KEPT = timedelta(days=7)
PART_MODE = 0o700

GIVEN_UP = f"后台程序在这项任务上中断了{MAX_CRASHES}次，不再重试。请告诉维护人员任务编号。"
BUG = "程序出错了，没有完成，错误已经记下。请把任务编号告诉维护人员。"


class Paused(Exception):
    """The work cannot go on now: it goes on by itself at `until`. `say` tells people why."""

    def __init__(self, until: datetime, say: str) -> None:
        super().__init__(say)
        self.until = until
        self.say = say


class NotOurs(Exception):
    """Somebody stopped the task, or the claim lapsed and another worker has it: leave it at once."""


@dataclass(frozen=True, slots=True)
class Made:
    """
    What the work came to: a sentence, and perhaps the file at `TaskHold.path_for`.

    `rows` is what the file counts in its own terms; `name` what it is called when it is taken.
    """

    say: str
    path: Path | None = None
    name: str = ""
    rows: int | None = None


class TaskHold:
    """One worker's hold on one task, as the work sees it."""

    def __init__(self, engine: Engine, var: Path, clock: Clock, row: "_Claim") -> None:
        self._engine = engine
        self._var = var
        self._clock = clock
        self._claim = row
        self._told_at = time.monotonic()
        self._lost = threading.Event()
        self.id = row.id
        self.params: Mapping[str, Any] = json.loads(row.params)
        self.asked_by = row.asked_by
        self.done = 0
        self.total = 0

    def expect(self, total: int, done: int = 0) -> None:
        """So much there is to do, and so much of it was done before."""
        self.total, self.done = total, done
        self._tell()

    def step(self, count: int = 1) -> None:
        """So many more are done. NotOurs when somebody stopped the task meanwhile."""
        self.done += count
        if time.monotonic() - self._told_at >= TELL_SECONDS:
            self._tell()
        elif self._lost.is_set():
            raise NotOurs

    def path_for(self, suffix: str) -> Path:
        """Where to write the file; its folder is there."""
        folder = self._var / FOLDER
        folder.mkdir(parents=True, exist_ok=True, mode=PART_MODE)
        return folder / f"{self.id}-{self._claim.attempts}.{suffix}"

    def _tell(self) -> None:
        self._told_at = time.monotonic()
        if not self.settle(done=self.done, total=self.total, next_at=self._clock() + LEASE):
            raise NotOurs

    def settle(self, **values: Any) -> bool:
        """Write to the row if it is still ours."""
        with self._engine.begin() as connection:
            changed = connection.execute(
                update(Task)
                .where(Task.id == self.id, Task.state == "running", Task.attempts == self._claim.attempts)
                .values(**values)
            )
        return changed.rowcount == 1

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Renew the claim for as long as the block lasts, also while the work tells nothing."""
        over = threading.Event()

        def renew() -> None:
            while not over.wait(RENEW_SECONDS):
                try:
                    is_ours = self.settle(next_at=self._clock() + LEASE)
                except SQLAlchemyError:
                    log.exception("task_not_renewed", extra={"task_id": self.id})
                    continue
                if not is_ours:
                    self._lost.set()
                    return

        keeper = threading.Thread(target=renew, name=f"task-{self.id}", daemon=True)
        keeper.start()
        try:
            yield
        finally:
            over.set()
            keeper.join()


Work = Callable[[TaskHold], Made]


@dataclass(frozen=True, slots=True)
class _Claim:
    id: int
    kind: str
    params: str
    asked_by: int | None
    attempts: int


def run_due(engine: Engine, var: Path, works: Mapping[str, Work], clock: Clock) -> int:
    """Do every task that waits and whose kind is known here, oldest first; how many were taken up."""
    count = 0
    while (claim := _claim_next(engine, tuple(works), clock())) is not None:
        _run(engine, var, works, clock, claim)
        count += 1
    return count


def run_one(engine: Engine, var: Path, works: Mapping[str, Work], clock: Clock, task_id: int) -> bool:
    """Do this task here and now; False when another worker has it already, or it is over."""
    claim = _claim_next(engine, tuple(works), clock(), task_id)
    if claim is None:
        return False
    _run(engine, var, works, clock, claim)
    return True


def _run(engine: Engine, var: Path, works: Mapping[str, Work], clock: Clock, claim: _Claim) -> None:
    hold = TaskHold(engine, var, clock, claim)
    started = time.monotonic()
    try:
        with hold.kept():
            made = works[claim.kind](hold)
        is_ours = hold.settle(**_as_done(hold, made, var, clock()))
        outcome = "done" if is_ours else "dropped"
    except Paused as pause:
        is_ours = hold.settle(
            state="paused", next_at=pause.until, say=pause.say, done=hold.done, total=hold.total, crashes=0
        )
        outcome = "paused" if is_ours else "dropped"
    except NotOurs:
        outcome = "dropped"
    except SurveyError as error:
        outcome = _failed(hold, str(error), clock())
    except Exception:
        log.exception("task_failed", extra={"task_id": claim.id, "kind": claim.kind})
        outcome = _failed(hold, BUG, clock())
    seconds = round(time.monotonic() - started, 2)
    extra = {"task_id": claim.id, "kind": claim.kind, "outcome": outcome, "seconds": seconds}
    log.info("task_run", extra=extra)


def _failed(hold: TaskHold, say: str, now: datetime) -> str:
    values = {"state": "failed", "say": say, "ended_at": now, "done": hold.done, "total": hold.total}
    return "failed" if hold.settle(**values) else "dropped"


def _as_done(hold: TaskHold, made: Made, var: Path, now: datetime) -> dict[str, Any]:
    values: dict[str, Any] = {
        "state": "done",
        "say": made.say,
        "ended_at": now,
        "done": hold.done,
        "total": hold.total,
    }
    if made.path is not None:
        values |= {
            "file_name": made.name,
            "file_path": str(made.path.relative_to(var)),
            "file_bytes": made.path.stat().st_size,
            "file_sha256": _sha256(made.path),
            "file_rows": made.rows,
            "expires_at": now + KEPT,
        }
    return values


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _claim_next(
    engine: Engine, kinds: tuple[str, ...], now: datetime, task_id: int | None = None
) -> _Claim | None:
    """The task that has waited longest, or None. What has killed too many workers is given up."""
    wanted = (Task.id == task_id) if task_id is not None else Task.kind.in_(kinds)
    while True:
        with engine.connect().execution_options(read_only=True) as connection:
            row = connection.execute(
                select(
                    Task.id, Task.kind, Task.params, Task.asked_by, Task.state, Task.attempts, Task.crashes
                )
                .where(wanted, Task.state.not_in(OVER), Task.next_at <= now)
                .order_by(Task.next_at, Task.id)
                .limit(1)
            ).one_or_none()
        if row is None:
            return None
        crashes = row.crashes + (row.state == "running")
        values: dict[str, Any] = {"attempts": row.attempts + 1, "crashes": crashes}
        if crashes >= MAX_CRASHES:
            values |= {"state": "failed", "say": GIVEN_UP, "ended_at": now}
        else:
            values |= {"state": "running", "say": "", "next_at": now + LEASE}
        with engine.begin() as connection:
            changed = connection.execute(
                update(Task)
                .where(
                    Task.id == row.id,
                    Task.attempts == row.attempts,
                    Task.state == row.state,
                    or_(Task.state != "running", Task.next_at <= now),
                )
                .values(**values)
            )
        if changed.rowcount == 1 and values["state"] == "running":
            return _Claim(row.id, row.kind, row.params, row.asked_by, row.attempts + 1)
        if changed.rowcount == 1:
            log.error("task_given_up", extra={"task_id": row.id, "kind": row.kind})
