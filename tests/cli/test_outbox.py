"""The worker's part for reminders, the preview by command, what doctor and /metrics say of it."""

import threading
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from cli.demo_phone import demo_templates
from cli.outbox_jobs import sending, templates_of
from cli.outbox_metrics import OutboxCollector
from core.clock import local_day, system_clock
from core.config import Settings
from core.db.engine import open_engine
from core.outbox.gate import ALL, halt
from core.outbox.models import OutboxMessage
from core.people.keys import KeyRing
from simulator import SimulatorConfig, build
from simulator.serve import serving
from tests.bot.platform import AES_KEY, APP_ID, TOKEN
from tests.bot.wechat.conftest import account
from tests.cli.conftest import Cli
from tests.liaisons.makers import bind_phone, make_liaison
from tests.rectification.cast import UNIT, make_city, make_item

NOW = datetime(2026, 12, 1, 2, tzinfo=UTC)


def test_the_worker_reminds_and_sends_while_it_runs(engine: Engine, settings: Settings) -> None:
    config = SimulatorConfig(
        webhook_url="http://127.0.0.1:1/wechat", token=TOKEN, app_id=APP_ID, app_secret="the-secret",
        aes_key=AES_KEY, templates=demo_templates(settings), report_delay_seconds=3600,
    )  # fmt: skip
    keys = KeyRing(settings.require_data_key())
    with build(config) as simulator, serving(simulator) as address:
        phone = simulator.world.followers.add(0)
        simulator.world.followers.follow(phone.openid, 0)
        with Session(engine) as session, session.begin():
            make_city(session)
        liaison = make_liaison(engine, keys, system_clock(), subject_code=UNIT)
        bind_phone(engine, keys, liaison, "a" * 32, phone.openid, system_clock())
        with Session(engine) as session, session.begin():
            number = make_item(
                session, system_clock(), first_deadline=local_day(system_clock()) + timedelta(days=200)
            ).number

        with sending(engine, replace(settings, wechat=account(address)), system_clock):
            give_up = time.monotonic() + 20
            while not simulator.world.chats.since(phone.openid, 0) and time.monotonic() < give_up:
                time.sleep(0.1)

        (card,) = simulator.world.chats.since(phone.openid, 0)
    assert not [thread for thread in threading.enumerate() if thread.name == "outbox"]
    assert [row[1] for row in card.body["rows"]][:2] == ["整改通知", f"{number}号是新交办的"]
    with engine.connect() as connection:
        assert connection.scalar(select(OutboxMessage.state)) == "sent"


def test_a_faulty_file_of_templates_keeps_the_worker_from_starting(
    sqlite_engine: Engine, settings: Settings, tmp_path: object
) -> None:
    given = replace(settings.sending, templates=settings.var / "nothing.yaml")
    with (
        pytest.raises(Exception, match="MINYI_WECHAT_TEMPLATES"),
        sending(sqlite_engine, replace(settings, sending=given), system_clock),
    ):
        raise AssertionError("it started")


def test_the_simulated_account_holds_the_demos_templates(settings: Settings) -> None:
    held = demo_templates(settings)

    assert held is not None
    assert templates_of(settings).missing() == []


def test_the_preview_says_what_would_go_out_and_sends_nothing(migrated: Cli, settings: Settings) -> None:
    engine = open_engine(Settings.load({"MINYI_DEMO": "1", "MINYI_VAR": str(settings.var)}).database_url)
    with Session(engine) as session, session.begin():
        make_city(session)
        number = make_item(session, NOW, first_deadline=date(2026, 12, 20)).number
    make_liaison(engine, KeyRing(settings.require_data_key()), NOW, subject_code=UNIT)

    outcome = migrated("items", "remind", "--now", "2026-12-21 09:30")

    assert outcome.code == 0, outcome.err
    assert f"每日提醒 → 市交通局：{number}号已逾期1天（没有绑定微信或没有关注，要打电话）" in outcome.out
    assert f"{number}号（交通）12月20日到期，已逾期1天" in outcome.out
    assert "报办公室：市交通局" in outcome.out
    assert "2027年的节假日和调休还不知道" in outcome.out
    assert "什么都没有发" in outcome.out
    with engine.connect() as connection:
        assert connection.scalar(select(OutboxMessage.id)) is None
    engine.dispose()


def test_doctor_tells_missing_templates_and_a_stop(
    migrated: Cli, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_engine(f"sqlite:///{settings.var / 'minyi.db'}")
    good = migrated("doctor")
    with engine.begin() as connection:
        halt(
            connection, ALL, 40125, "微信接口没有成功：AppSecret 不对。", system_clock(), None, is_alarm=True
        )
    engine.dispose()
    stopped = migrated("doctor")
    empty = settings.var / "templates.yaml"
    empty.write_text("format: 1\nmessages: {}", "utf-8")
    monkeypatch.setenv("MINYI_WECHAT_TEMPLATES", str(empty))
    missing = migrated("doctor")

    assert "每种消息都有模板" in good.out
    assert "提醒停着：微信接口没有成功：AppSecret 不对。" in stopped.out
    assert stopped.code == 1
    assert "没有设模板：每日提醒、单件通知、督办提醒、升级提醒" in missing.out
    assert "没有设 outcome 的模板" in missing.out
    assert "没有设 outcome 的模板" not in good.out


def test_metrics_tell_messages_by_state_and_alarms(sqlite_engine: Engine) -> None:
    registry = CollectorRegistry()
    registry.register(OutboxCollector(sqlite_engine, lambda: NOW))
    with sqlite_engine.begin() as connection:
        halt(connection, ALL, 40125, "w", NOW, None, is_alarm=True)

    told = generate_latest(registry).decode()

    assert 'minyi_outbox_messages{state="unsure"} 0.0' in told
    assert "minyi_outbox_alarms 1.0" in told
