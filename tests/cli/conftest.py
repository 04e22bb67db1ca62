"""The commands, run in this process against a database of the test's own."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.app import run


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
