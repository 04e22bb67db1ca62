"""
An installation of a test's own: a copy of the demonstration, its commands, its server, its platform.

Everything a resident says or is called by is noted, and must stand in no log.
"""

import csv
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, chdir, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import openpyxl
from sqlalchemy import Engine, delete, func, select, text
from sqlalchemy.orm import Session

from cli.app import run as run_command
from core.clock import system_clock
from core.config import Settings, WeChatMode
from core.conversation.models import Conversation, Delivery
from core.db.base import Base
from core.db.engine import open_engine
from core.people.keys import KeyRing
from core.questionnaires.service import load_questionnaire
from core.rounds.service import close_round, create_round, open_round
from simulator.config import SimulatorConfig
from simulator.phone import DirectLine, Phone
from tests.whole.platform import Resident
from tests.whole.server import Server, clean_environ, serving

DEMO_ROUND, SMALL_ROUND = "演示调查", "小调查"
QINGYUAN = "p_451203100"
COMMAND_SECONDS = 90
SMALL = Path(__file__).with_name("small.yaml")
# Words too short to be looked for in a log: numbers stand in every line of it.
_TELLING = re.compile(r"[^\x00-\x7f]{2,}|.{6,}")


@dataclass
class Site:
    """One installation; `folder` holds its data, its log and, where it has one, its SQLite file."""

    folder: Path
    database_url: str
    mode: WeChatMode = "safe"
    extra: dict[str, str] = field(default_factory=dict)
    private: set[str] = field(default_factory=set)
    _lines: ExitStack = field(default_factory=ExitStack)

    @property
    def environ(self) -> dict[str, str]:
        """The settings of its programs."""
        return {
            "MINYI_DEMO": "1",
            "MINYI_VAR": str(self.folder / "var"),
            "MINYI_DATABASE_URL": self.database_url,
            "MINYI_WECHAT_MODE": self.mode,
            **self.extra,
        }

    @property
    def settings(self) -> Settings:
        """The same, read."""
        return Settings.load(self.environ)

    @contextmanager
    def served(self, processes: int = 1) -> Iterator[Server]:
        """A server on it; at the end its log is searched for what must not be there."""
        with serving(self.folder, self.environ, processes) as server, self._lines:
            yield server
        self.check_log(server)

    def resident(self, server: Server, name: str) -> Resident:
        """Somebody with a phone, who hangs up when the server stops."""
        resident = Resident(f"o{name:_>27}", self.account(server), self.private)
        self._lines.callback(resident.hang_up)
        return resident

    def phone(self, server: Server) -> Phone:
        """A phone on a platform that behaves as the real one does, five seconds' patience included."""
        line = DirectLine(self.account(server))
        self._lines.callback(line.close)
        phone = Phone.on(line)
        self.private.add(phone.openid)
        return phone

    def account(self, server: Server) -> SimulatorConfig:
        """The platform's side of it."""
        wechat = self.settings.wechat
        return SimulatorConfig(
            webhook_url=f"{server.address}/wechat",
            token=wechat.token,
            app_id=wechat.app_id,
            app_secret=wechat.app_secret,
            aes_key=wechat.aes_key,
            mode=wechat.mode,
        )

    def check_log(self, server: Server) -> None:
        """No openid and none of the words people sent."""
        log = server.log.read_text(errors="replace")
        assert [said for said in self.private if _TELLING.fullmatch(said) and said in log] == []

    def run(self, *arguments: str, typed: str = "") -> str:
        """One command, as from a shell; what it said. It must succeed."""
        done = subprocess.run(
            [sys.executable, "-m", "cli", *arguments],
            cwd=self.folder,
            env=clean_environ() | self.environ,
            input=typed,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def export(self, round_name: str) -> list[dict[str, str]]:
        """What `export answers` gives for a round. Called in this process: starting Python takes a second."""
        out = self.folder / "answers.csv"
        with chdir(self.folder), patch.dict(os.environ, clean_environ() | self.environ, clear=True):
            assert run_command(["export", "answers", "--round", round_name, "--out", str(out)]) == 0
        return exported(out)

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """The database, for looking and for getting in the way."""
        engine = open_engine(self.database_url)
        try:
            yield engine
        finally:
            engine.dispose()

    def count(self, table: type[Base]) -> int:
        """How many rows a table has."""
        with self.engine() as engine, engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(table)) or 0

    def open_small_round(self) -> None:
        """In place of the demonstration's round, one with the five questions of `small.yaml`."""
        settings = self.settings
        now = system_clock()
        with self.engine() as engine, Session(engine) as session, session.begin():
            close_round(session, DEMO_ROUND, now)
            load_questionnaire(session, SMALL.read_bytes(), SMALL.name, now)
            opens_at, closes_at = now - timedelta(days=1), now + timedelta(days=30)
            keys = KeyRing(settings.data_key)
            create_round(session, SMALL_ROUND, ("small",), opens_at, closes_at, now, keys)
            open_round(session, SMALL_ROUND, now, settings.office)

    def forget_deliveries(self) -> None:
        """What was said while the demonstration was set up is nothing a test has said."""
        with self.engine() as engine, engine.begin() as connection:
            connection.execute(delete(Delivery))

    def in_mode(self, mode: WeChatMode) -> "Site":
        """The same installation in another encryption mode."""
        return replace(self, mode=mode)

    @contextmanager
    def held_up(self, *, strangers: bool = True) -> Iterator[None]:
        """
        No turn can be committed for as long as the block lasts; without `strangers` those of new people can.

        On SQLite somebody else has the write lock either way.
        """
        with self.engine() as engine, engine.connect() as connection, connection.begin():
            if engine.dialect.name == "postgresql" and strangers:
                connection.execute(text("LOCK TABLE conversation IN EXCLUSIVE MODE"))
            elif engine.dialect.name == "postgresql":
                connection.execute(select(Conversation.person).with_for_update())
            yield


def exported(path: Path) -> list[dict[str, str]]:
    """The rows of an export, without empty cells."""
    rows = _from_csv(path) if path.suffix == ".csv" else _from_xlsx(path)
    return [{name: cell for name, cell in row.items() if cell} for row in rows]


def _from_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _from_xlsx(path: Path) -> list[dict[str, str]]:
    book = openpyxl.load_workbook(path, read_only=True)
    # The summary and the codebook come first.
    header, *rows = book.worksheets[-1].iter_rows(values_only=True)
    book.close()
    names = [str(name) for name in header]
    cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
    return [dict(zip(names, row, strict=True)) for row in cells]
