"""The commands, run in this process against a database of the test's own."""

import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.app import run
from core.config import DEMO_WECHAT
from simulator import Simulator, SimulatorConfig, build
from simulator.serve import serving


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left: its exit code and what it said."""

    code: int
    out: str
    err: str


Cli = Callable[..., Outcome]


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A demo installation that is not set up yet; its `var`."""
    monkeypatch.chdir(tmp_path)
    for name in ("MINYI_DATABASE_URL", "MINYI_REDIS_URL", "MINYI_DEMO_PASSWORD", "MINYI_OFFICE_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MINYI_DEMO", "1")
    monkeypatch.setenv("MINYI_VAR", str(tmp_path / "var"))
    return tmp_path / "var"


@pytest.fixture
def cli(installation: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Runs one command; `typed` is its standard input."""

    def call(*arguments: str | Path, typed: str = "") -> Outcome:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Outcome(code, said.out, said.err)

    return call


@pytest.fixture
def migrated(cli: Cli) -> Cli:
    """The same, with the tables made."""
    assert cli("migrate").code == 0
    return cli


@pytest.fixture
def platform(installation: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """The simulated platform, and an installation that calls it."""
    config = SimulatorConfig(
        webhook_url="http://127.0.0.1:1/wechat",
        token=DEMO_WECHAT["MINYI_WECHAT_TOKEN"],
        app_id=DEMO_WECHAT["MINYI_WECHAT_APP_ID"],
        app_secret=DEMO_WECHAT["MINYI_WECHAT_APP_SECRET"],
        aes_key=DEMO_WECHAT["MINYI_WECHAT_AES_KEY"],
    )
    with build(config) as simulator, serving(simulator) as address:
        monkeypatch.setenv("MINYI_WECHAT_API", address)
        yield simulator
