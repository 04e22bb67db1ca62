"""Reminders: whether templates are set for every kind of message, the rules readable, the calendar known."""

from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError

from cli.checks.finding import Finding, Health
from cli.outbox_jobs import rules_of, templates_of
from core.clock import Clock
from core.config import Settings
from core.db.engine import open_engine
from core.db.revision import is_current
from core.errors import BadInput
from core.outbox.kinds import Kind
from core.outbox.listing import halts_now
from core.outbox.states import Channel
from core.workdays.service import load_workdays, unknown_words, unknown_year


def check_templates(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """The files of templates and of rules."""
    try:
        templates = templates_of(settings)
        missing = templates.missing()
        rules = rules_of(settings)
    except BadInput as error:
        for fault in error.faults:
            yield Finding("提醒", Health.BAD, str(fault))
        return
    if missing:
        words = f"没有设模板：{'、'.join(missing)}。对方48小时内没来过消息的，就只能打电话"
        yield Finding(
            "提醒", Health.NOTE, f"{words}。请设 MINYI_WECHAT_TEMPLATES，写法见 docs/settings.zh-CN.md"
        )
    else:
        yield Finding("提醒", Health.GOOD, f"每种消息都有模板，{len(rules.rules)}条规则")
    if all(templates.find(Kind.OUTCOME, channel) is None for channel in Channel):
        words = "没有设 outcome 的模板，办理结果等群众下次来说话时才告诉他"
        yield Finding("处理结果", Health.NOTE, words)
    if settings.sending.any_time and not settings.demo:
        words = "MINYI_SEND_ANY_TIME 打开了，夜里和节假日也会发提醒。正式使用请去掉"
        yield Finding("提醒", Health.NOTE, words)


def check_sending(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Whether sending is halted, and whether the year's holidays are known."""
    engine = open_engine(settings.database_url)
    try:
        if not is_current(engine):
            return  # told by the check of the database
        with engine.connect().execution_options(read_only=True) as connection:
            halts = [halt for halt in halts_now(connection, clock()) if halt.is_alarm]
            year = unknown_year(load_workdays(connection), clock())
    except (DBAPIError, OSError):
        return
    finally:
        engine.dispose()
    for halt in halts:
        words = f"提醒停着：{halt.words}改好以后，到网页“发件箱”里点“继续发送”"
        yield Finding("发送", Health.BAD, words)
    if year is not None:
        yield Finding("工作日", Health.NOTE, unknown_words(year))
