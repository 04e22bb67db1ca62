"""
`python -m tests.whole.mortal WORDS…`: our commands, in processes that die at named places of a ballot's way.

Whoever comes by a place takes the file of its name out of the folder `MINYI_TEST_DEATHS` and dies (SIGKILL:
no goodbye, nothing finished); no file, no death. So a test says where, and each death comes once. A serving
process is followed by another that its parent starts; where the file says so, the parent dies, too, as in a
power cut. Nothing of this is in the program itself.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from cli.app import run
from core.ballots import desk, drafts, mixing
from core.ballots.draft_keys import DraftKeys
from core.conversation.turns import GroupedTurns
from core.logs import setup_logs

# Where a ballot is when the server dies that takes it in; in the order it comes by.
HANDING_IN = ("arrived", "slip_used", "sealed", "written", "committing", "committed")
# Where the mixer dies.
MIXING = ("unwrapped", "in_urn", "doomed", "mixed", "half_destroyed", "destroyed")

EVERYTHING = "everything"
_here = threading.local()


def arm(folder: Path, *places: str, whole: bool = False) -> None:
    """Let the next that comes by one of these places die; `whole`: with all that was started with it."""
    for place in places:
        (folder / place).write_text(EVERYTHING if whole else "")


def armed(folder: Path) -> set[str]:
    """The places nobody came by yet."""
    return {path.name for path in folder.iterdir()}


def _pass(place: str) -> None:
    path = Path(os.environ["MINYI_TEST_DEATHS"]) / place
    try:
        what = path.read_text()
        path.unlink()
    except FileNotFoundError:
        return
    if what == EVERYTHING:
        os.killpg(0, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


def _watch_handing_in() -> None:
    """The chat and the page hand in by the same function; each has its own transaction around it."""
    from admin.ballot import views  # only a server needs it

    hand_in, use_slip, seal = drafts.hand_in, drafts.use_slip, drafts.seal

    def by(face: str) -> Callable[..., None]:
        def handing_in(*given: Any) -> None:
            _here.face = face
            _pass(f"{face}-arrived")
            hand_in(*given)
            _here.is_written = True
            _pass(f"{face}-written")

        return handing_in

    def after(place: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def done(*given: Any) -> Any:
            outcome = real(*given)
            _pass(f"{getattr(_here, 'face', 'nobody')}-{place}")
            return outcome

        return done

    def committed() -> None:
        if getattr(_here, "is_written", False):
            _here.is_written = False
            _pass(f"{_here.face}-committed")

    @event.listens_for(Engine, "commit")
    def committing(_connection: Any) -> None:
        if getattr(_here, "is_written", False):
            _pass(f"{_here.face}-committing")

    take_together, take_token = GroupedTurns._take_together, views.take_token

    def taken_together(turns: GroupedTurns, jobs: Any) -> None:
        take_together(turns, jobs)
        committed()

    def token_taken(response: Any) -> Any:
        committed()
        return take_token(response)

    replace(drafts, "use_slip", after("slip_used", use_slip))
    replace(drafts, "seal", after("sealed", seal))
    replace(desk, "hand_in", by("chat"))
    replace(views, "hand_in", by("page"))
    replace(GroupedTurns, "_take_together", taken_together)
    replace(views, "take_token", token_taken)


def _watch_mixing() -> None:
    put_into_urn, doom, destroy_dead = mixing.put_into_urn, mixing.doom, mixing._destroy_dead
    destroy = DraftKeys.destroy

    def put(*given: Any) -> None:
        _pass("unwrapped")
        put_into_urn(*given)
        _pass("in_urn")

    def doomed(*given: Any) -> None:
        doom(*given)
        _here.is_mixed = True
        _pass("doomed")

    def destroyed(*given: Any) -> None:
        if getattr(_here, "is_mixed", False):
            _pass("mixed")
        destroy_dead(*given)

    def in_halves(keys: DraftKeys, names: Iterable[str]) -> None:
        listed = list(names)
        half = len(listed) // 2
        destroy(keys, listed[:half])
        if half:
            _pass("half_destroyed")
        destroy(keys, listed[half:])
        if half:
            _pass("destroyed")

    replace(mixing, "put_into_urn", put)
    replace(mixing, "doom", doomed)
    replace(mixing, "_destroy_dead", destroyed)
    replace(DraftKeys, "destroy", in_halves)


def replace(owner: Any, name: str, by: Any) -> None:
    """Put another function in the place of one that is there."""
    assert hasattr(owner, name)
    setattr(owner, name, by)


if __name__ == "__main__":
    if "serve" in sys.argv:
        _watch_handing_in()
    _watch_mixing()
    setup_logs()
    sys.exit(run(sys.argv[1:]))
