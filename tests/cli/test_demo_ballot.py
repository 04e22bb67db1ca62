"""In the demonstration a leader's slip can be drawn, scanned and cast."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy.orm import Session

from bot.wechat.scenes import parse_scene
from cli.demo_ballot import GROUP, ON_THE_TABLE, drawer
from cli.serving import Serving
from core.ballots.status import status_of
from core.config import Settings
from core.conversation.incoming import Incoming, Scanned
from core.conversation.inputs import Said
from tests.cli.conftest import Cli


def test_a_slip_is_drawn_and_cast(cli: Cli, installation: Path) -> None:
    assert cli("demo").code == 0
    again = cli("demo")
    assert "已经有投票箱" in again.out
    settings = Settings.load({"MINYI_DEMO": "1", "MINYI_VAR": str(installation)})
    serving = Serving.open(settings)
    with serving.engine.connect().execution_options(read_only=True) as connection:
        slips = drawer(connection, settings)
    assert len(slips) == ON_THE_TABLE
    assert {group for _, _, group in slips} == {GROUP}

    say = _phone(serving)
    scene = parse_scene(slips[0][0])
    assert scene is not None
    assert "开始评价" in say(Scanned(scene, scene.raw))
    say(Said("1"))
    for _ in range(11):
        say(Said("12112"))
    say(Said("下一步"))
    say(Said("下一步"))
    assert "交上了" in say(Said("交上"))

    with Session(serving.engine) as session:
        round_id = 1
        status = status_of(session.connection(), round_id, serving.clock())
        assert status is not None
        assert (status.used, status.waiting) == (1, 1)
        left = drawer(session.connection(), settings)
    assert slips[0][0] not in [scene for scene, _, _ in left]
    serving.engine.dispose()


def _phone(serving: Serving) -> Callable[..., str]:
    numbers = iter(range(1000))

    def say(what: object) -> str:
        number = next(numbers)
        at = int(serving.clock().timestamp())
        return serving.turns.take(Incoming("o-demo", f"k{number}", f"{at}:{number}", at, what))  # type: ignore[arg-type]

    return say
