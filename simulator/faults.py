"""
Faults on demand: what should go wrong in the next calls and pushes.

A fault waits under a path (`/cgi-bin/…` for API calls, `push` for pushes, `tap` for tapped options, `report`
for the fate of template messages) and is used up call by call. Kept in memory, per process.
"""

import itertools
import threading
from dataclasses import dataclass, replace
from typing import Literal

FaultKind = Literal[
    "errcode",
    "http",
    "slow",
    "cut",
    "answer_lost",
    "twice",
    "drop_id",
    "zero_id",
    "user_block",
    "system_failed",
]

# Which kinds may wait where. `*` as a path means every API call.
# `answer_lost` there: the call takes effect, and its answer never arrives.
API_KINDS: tuple[FaultKind, ...] = ("errcode", "http", "slow", "cut", "answer_lost")
KINDS_BY_PATH: dict[str, tuple[FaultKind, ...]] = {
    "push": ("answer_lost", "twice"),
    "tap": ("drop_id", "zero_id"),
    "report": ("user_block", "system_failed"),
}


class BadFault(ValueError):
    """A fault that could never happen; the text says why, in Chinese."""


@dataclass(frozen=True)
class Fault:
    """
    One thing to go wrong, `times` more times.

    `value` is the errcode, the HTTP status or the seconds of slowness; other kinds ignore it.
    """

    number: int
    path: str
    kind: FaultKind
    value: float
    times: int


class Faults:
    """The faults still waiting, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._waiting: list[Fault] = []

    def add(self, path: str, kind: FaultKind, value: float = 0, times: int = 1) -> Fault:
        """Let `kind` happen in the next `times` uses of `path`; raises BadFault."""
        allowed = KINDS_BY_PATH.get(path, API_KINDS)
        if kind not in allowed:
            raise BadFault(f"{path} 上只能有 {'、'.join(allowed)}，没有 {kind}")
        if times < 1 or (value < 0 and kind != "errcode"):
            raise BadFault("次数至少是 1，数值不能为负")
        if path not in KINDS_BY_PATH and path != "*" and not path.startswith("/"):
            raise BadFault(f"没有 {path} 这个地方")
        with self._lock:
            fault = Fault(next(self._numbers), path, kind, value, times)
            self._waiting.append(fault)
            return fault

    def take(self, path: str, *kinds: FaultKind) -> Fault | None:
        """The oldest fault of these kinds for this path, used once; None when all shall go well."""
        with self._lock:
            for index, fault in enumerate(self._waiting):
                here = fault.path == path or (fault.path == "*" and path.startswith("/"))
                if here and fault.kind in kinds:
                    if fault.times == 1:
                        del self._waiting[index]
                    else:
                        self._waiting[index] = replace(fault, times=fault.times - 1)
                    return fault
        return None

    def waiting(self) -> list[Fault]:
        """All that is still to go wrong."""
        with self._lock:
            return list(self._waiting)

    def clear(self) -> None:
        """Let everything go well again."""
        with self._lock:
            self._waiting.clear()
