"""`doctor`: each thing that can be wrong, told in one line with what to do."""

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from core.ballots.draft_keys import DraftKeys
from core.config import Settings
from core.conversation.models import HelpRequest
from core.db.engine import open_engine
from tests.ballots.hall import Hall
from tests.cli.conftest import Cli
from tests.hand_clock import HandClock


@contextmanager
def platform(answer: Any, date: str | None = None) -> Iterator[str]:
    """Something that answers every call as the platform might; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response_only(200)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Date", date or self.date_time_string())
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(autouse=True)
def _nothing_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo's platform address, where nobody answers unless the test starts somebody."""
    monkeypatch.setenv("MINYI_WECHAT_API", "http://127.0.0.1:1")


def test_a_demo_that_is_set_up_is_well(migrated: Cli) -> None:
    outcome = migrated("doctor")

    assert outcome.code == 0
    assert outcome.out.splitlines()[-1] == "都好。"
    assert "！ 公众号：模拟平台没有开" in outcome.out


def test_a_token_and_the_same_time_are_good(migrated: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    with platform({"access_token": "t0ken", "expires_in": 7200}) as address:
        monkeypatch.setenv("MINYI_WECHAT_API", address)
        outcome = migrated("doctor")

    assert outcome.code == 0
    assert "✓ 公众号：取到了 access_token，7200秒内有效" in outcome.out
    assert "✓ 时钟：和平台相差" in outcome.out
    assert "t0ken" not in outcome.out


@pytest.mark.parametrize(
    ("code", "advice"),
    [
        (40164, "IP 白名单"),
        (40125, "MINYI_WECHAT_APP_SECRET"),
        (40013, "MINYI_WECHAT_APP_ID"),
        (40243, "解除 AppSecret 的冻结"),
        (99999, "全局返回码"),
    ],
)
def test_a_refused_token_is_explained(
    code: int, advice: str, migrated: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    with platform({"errcode": code, "errmsg": "no rid: 1-2-3"}) as address:
        monkeypatch.setenv("MINYI_WECHAT_API", address)
        outcome = migrated("doctor")

    assert outcome.code == 1
    (line,) = [line for line in outcome.out.splitlines() if line.startswith("✗")]
    assert line.startswith("✗ 公众号：取不到 access_token")
    assert advice in line


@pytest.mark.parametrize("answer", [b"<html>", [1], b""])
def test_an_answer_that_is_none_is_told(answer: Any, migrated: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    with platform(answer) as address:
        monkeypatch.setenv("MINYI_WECHAT_API", address)
        outcome = migrated("doctor")

    assert outcome.code == 1
    assert "回答的不是 JSON" in outcome.out


@pytest.mark.parametrize(
    ("date", "way"), [("Mon, 01 Jan 2024 00:00:00 GMT", "快"), ("Fri, 01 Jan 2100 00:00:00 GMT", "慢")]
)
def test_a_clock_that_is_off_is_told(
    date: str, way: str, migrated: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    with platform({"access_token": "t", "expires_in": 1}, date) as address:
        monkeypatch.setenv("MINYI_WECHAT_API", address)
        outcome = migrated("doctor")

    assert outcome.code == 1
    assert f"✗ 时钟：比平台{way}" in outcome.out


def test_a_real_installation_is_told_everything_that_is_missing(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINYI_DEMO", "0")
    monkeypatch.setenv("MINYI_OFICE_NAME", "x")

    outcome = cli("doctor")

    assert outcome.code == 1
    for words in (
        "✗ 设置：缺少MINYI_SECRET_KEY、MINYI_DATA_KEY",
        "！ 设置：不认识MINYI_OFICE_NAME",
        "✗ 办公室：缺少MINYI_OFFICE_NAME、MINYI_OFFICE_PHONE",
        "✗ 数据库：里面还没有表",
        "！ 公众号：没有 AppID",
    ):
        assert words in outcome.out


def test_a_data_folder_that_others_can_enter_is_told_in_a_real_installation(
    migrated: Cli, installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINYI_DEMO", "0")
    installation.chmod(0o755)
    (installation / "minyi.db").chmod(0o644)

    readable = migrated("doctor").out
    (installation / "minyi.db").chmod(0o600)
    only_entered = migrated("doctor").out
    installation.chmod(0o700)

    assert f"✗ 个人信息：这台机器上别的用户能读数据库 {installation / 'minyi.db'}" in readable
    assert f"✗ 个人信息：这台机器上别的用户能进数据文件夹 {installation}。请运行 chmod" in only_entered
    assert "✓ 个人信息：" in migrated("doctor").out


def test_personal_data_that_nobody_sweeps_is_told(migrated: Cli, installation: Path) -> None:
    engine = open_engine(f"sqlite:///{installation / 'minyi.db'}")
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    with Session(engine) as session, session.begin():
        session.add(HelpRequest(person="p", at=long_ago, done_at=long_ago, phone=b"sealed"))
    engine.dispose()

    assert "✗ 个人信息：有1个到期的没有清理" in migrated("doctor").out
    migrated("privacy", "sweep")
    assert "✓ 个人信息：到期的都清理了" in migrated("doctor").out
    (installation / "retention.yaml").write_text("media: 九十\n", "utf-8")
    assert "✗ 个人信息：留存天数的文件写错了" in migrated("doctor").out


def test_an_unreachable_platform_is_bad_in_a_real_installation(
    migrated: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINYI_DEMO", "0")
    monkeypatch.setenv("MINYI_WECHAT_APP_ID", "wx1")
    monkeypatch.setenv("MINYI_WECHAT_APP_SECRET", "s")

    assert "✗ 公众号：连不上 http://127.0.0.1:1（ConnectError）" in migrated("doctor").out


def test_bad_settings_are_told_first(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "x")

    outcome = cli("doctor")

    assert outcome.code == 1
    assert outcome.out.startswith("✗ 设置：设置 PORT")


def test_servers_that_are_off_are_told(migrated: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINYI_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("MINYI_REDIS_URL", "redis://127.0.0.1:1/0")

    outcome = migrated("doctor")

    assert outcome.code == 1
    assert "✗ 数据库：用不了：" in outcome.out
    assert "✗ Redis：连不上：" in outcome.out


def test_servers_that_run_are_well(
    cli: Cli, redis_url: str, empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINYI_DATABASE_URL", empty_postgres_url)
    monkeypatch.setenv("MINYI_REDIS_URL", redis_url)
    cli("migrate")

    outcome = cli("doctor")

    assert "✓ Redis：连得上" in outcome.out
    # The tests' own server forgets on purpose, and the doctor sees it.
    assert "✗ 数据库：fsync 是关的" in outcome.out


def test_a_database_nobody_may_write_is_told(
    cli: Cli, postgres_engine: Engine, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINYI_DATABASE_URL", postgres_url)
    with postgres_engine.begin() as connection:
        name = postgres_engine.url.database
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))

    assert "✗ 数据库：用不了：cannot execute UPDATE in a read-only transaction" in cli("doctor").out


@pytest.fixture
def voting(migrated: Cli, installation: Path) -> Iterator[Hall]:
    """An installation whose leaders vote: one ballot handed in, one being filled in."""
    settings = Settings.load({"MINYI_DEMO": "1", "MINYI_VAR": str(installation)})
    engine = open_engine(settings.database_url)
    hall = Hall(engine, settings, HandClock.at_real_time()).seal_box()
    hall.casts_many(1)
    hall.begins("somebody", hall.slips(10)[0])
    yield hall
    engine.dispose()


def about_ballots(cli: Cli) -> list[str]:
    return [line for line in cli("doctor").out.splitlines() if "选票钥匙：" in line]


def test_ballot_keys_that_only_their_owner_reads_are_good_and_a_backup_is_warned_of(
    migrated: Cli, voting: Hall
) -> None:
    beside, good = about_ballots(migrated)

    assert beside.startswith("！")
    assert "备份请排除 ballot-keys" in beside
    assert good.startswith("✓")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda keys: keys.folder.chmod(0o755), "chmod -R go="),
        (lambda keys: next(keys.folder.glob("[0-9a-f]*")).chmod(0o640), "chmod -R go="),
        (lambda keys: (keys.folder / "CACHEDIR.TAG").unlink(), "CACHEDIR.TAG"),
        (lambda keys: keys.destroy([name for name, _ in keys.names()]), "有1张交上的选票，钥匙不在"),
        (lambda keys: os.utime(keys.folder / keys.new()[0], (0, 0)), "有1把早该销毁的钥匙"),
    ],
    ids=["open folder", "open key", "no tag", "lost", "idle"],
)
def test_what_is_wrong_with_ballot_keys_is_told(
    spoil: Callable[[DraftKeys], object], told: str, migrated: Cli, voting: Hall
) -> None:
    spoil(voting.keys)

    lines = about_ballots(migrated)

    assert any(line.startswith("✗") and told in line for line in lines), lines
    assert migrated("doctor").code == 1


def test_a_half_filled_ballot_without_its_key_is_worth_knowing(migrated: Cli, voting: Hall) -> None:
    held = voting.draft_of("somebody")
    assert held is not None
    voting.keys.destroy([held.key_name])

    assert any(line.startswith("！") and "有1份填了一半的" in line for line in about_ballots(migrated))
