"""Settings that are missing or misspelt, and whether people know whom to ask."""

from collections.abc import Iterator

from cli.checks.finding import Finding, Health
from core.clock import Clock
from core.config import Settings


def check_settings(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Bad values were told before; here, what is missing or looks like a typing error."""
    if settings.missing:
        words = f"缺少{'、'.join(settings.missing)}，没有它们不能启动服务"
        yield Finding("设置", Health.BAD, f"{words}。请写进 .env，意思见 docs/settings.zh-CN.md")
    else:
        yield Finding("设置", Health.GOOD, "该有的都有" + ("（演示）" if settings.demo else ""))
    if settings.unknown:
        names = "、".join(settings.unknown)
        yield Finding("设置", Health.NOTE, f"不认识{names}，是不是写错了？名字见 .env.example")


def check_sign_in(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Whether a password alone lets into the office's account."""
    if settings.office_totp == "required":
        yield Finding("登录", Health.GOOD, "办公室账号必须用动态口令")
    elif settings.demo:
        yield Finding("登录", Health.GOOD, "演示：办公室账号不要求动态口令")
    else:
        words = "办公室账号没有要求动态口令，知道密码就能看、能导出。请把 MINYI_OFFICE_TOTP 改回 required"
        yield Finding("登录", Health.NOTE, words)


def check_office(settings: Settings, clock: Clock) -> Iterator[Finding]:
    """Name and phone, without which no round is opened."""
    office = settings.office
    missing = [
        name
        for name, value in (("MINYI_OFFICE_NAME", office.name), ("MINYI_OFFICE_PHONE", office.phone))
        if not value
    ]
    if missing:
        yield Finding("办公室", Health.BAD, f"缺少{'、'.join(missing)}，不填就不能开放调查。请写进 .env")
    else:
        yield Finding("办公室", Health.GOOD, f"{office.name}，{office.phone}，{office.hours}")
