"""How figures, times and titles read on a page, as filters for the templates."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from flask import Flask, g

from admin.navigation import entries_for, may_open
from admin.parts import parts
from core.clock import in_words, local
from core.config import Office
from core.people.roles import ROLE_TITLES
from core.quality.thresholds import TITLES
from core.rectification.words import ACT_TITLES, STATE_TITLES, WHY_TITLES
from core.reports.imprint import identity
from core.responses.channels import CHANNEL_WORDS
from core.responses.ids import public_id
from core.results.rounding import score_words, share_words
from core.results.tables import Kind, Value, in_print
from core.rounds.models import Round

DASH = "—"
THIN_SPACE = "\u2009"
WEEKDAYS = "一二三四五六日"

STATUS_WORDS = {
    "complete": "完整交上",
    "break_off": "中途退出",
    "refused": "不同意参加",
    "ineligible": "不符合条件",
    "callback": "约好再访",
    "superseded": "已被新答卷替换",
    "set_aside": "搁置的",
}
TASK_WORDS = {
    "waiting": "排队",
    "running": "正在做",
    "paused": "暂停，到时自动接着做",
    "done": "做好了",
    "failed": "没有做成",
    "stopped": "已停下",
}
_PLACEHOLDER = re.compile(r"\{(\w+)\.(\w+)\}")


def grouped(count: int | None) -> str:
    """`12 345`, with thin spaces; a dash for None."""
    return DASH if count is None else f"{count:,}".replace(",", THIN_SPACE)


def cell(value: Value, kind: Kind) -> str:
    """A cell of a table of results; counts with thin spaces."""
    return grouped(value) if kind == "count" and isinstance(value, int) else in_print(value, kind)


def file_size(size_bytes: int | None) -> str:
    """`12.3 MB`, `8 KB`; a dash for None."""
    if size_bytes is None:
        return DASH
    return f"{size_bytes / 1e6:.1f} MB" if size_bytes >= 1e6 else f"{max(1, round(size_bytes / 1e3))} KB"


def when(moment: datetime) -> str:
    """`11月21日 15:04`, with the year when it is not this year."""
    return in_words(moment, parts().clock())


def deadline(moment: datetime) -> str:
    """The same with the weekday."""
    day, _, time = when(moment).partition(" ")
    return f"{day}（周{WEEKDAYS[local(moment).weekday()]}）{time}"


def day_of(day: date) -> str:
    """`12月31日`, with the year when it is not this year."""
    words = f"{day.month}月{day.day}日"
    return words if day.year == local(parts().clock()).year else f"{day.year}年{words}"


def weekday(day: date) -> str:
    """`周四`."""
    return f"周{WEEKDAYS[day.weekday()]}"


def clock_time(moment: datetime) -> str:
    """`15:04:30`."""
    return f"{local(moment):%H:%M:%S}"


def lasted(span: timedelta) -> str:
    """`3分20秒`, `2小时5分`, `4天`."""
    seconds = max(int(span.total_seconds()), 0)
    if seconds >= 86_400:
        return f"{seconds // 86_400}天"
    large, small = ("小时", "分") if seconds >= 3600 else ("分", "秒")
    per_large, per_small = (3600, 60) if seconds >= 3600 else (60, 1)
    whole, rest = divmod(seconds, per_large)
    rest //= per_small
    return (f"{whole}{large}" if whole else "") + (f"{rest}{small}" if rest or not whole else "")


def state_words(round_: Round, now: datetime) -> str:
    """What a round is doing at this moment."""
    if round_.state != "open":
        return {"draft": "还没开放", "closed": "已关闭"}[round_.state]
    if now < round_.opens_at:
        return "已开放，还没到开始时间"
    return "正在作答" if now < round_.closes_at else "时间已到"


def titled(text: str, names: Mapping[str, str] | None = None) -> str:
    """A questionnaire's text with its placeholders filled: `names` by variable, else in general words."""
    office = parts().settings.office
    known = {"subject": "该单位", "source": "扫码的地方"} | dict(names or {})

    def fill(found: re.Match[str]) -> str:
        variable, attribute = found.groups()
        if variable == "office":
            return office.phone if attribute == "phone" else office.name
        return known.get(variable, "各地各单位")

    return _PLACEHOLDER.sub(fill, text)


def install(app: Flask, office: Office, stylesheet_version: str) -> None:
    """Make all of it known to the templates."""
    app.jinja_env.filters.update(
        grouped=grouped,
        share=share_words,
        score=score_words,
        cell=cell,
        zip=zip,
        when=when,
        deadline=deadline,
        lasted=lasted,
        clock_time=clock_time,
        day_of=day_of,
        weekday=weekday,
        titled=titled,
        file_size=file_size,
        public_id=public_id,
        identity=identity,
    )
    app.jinja_env.globals.update(
        office=office,
        stylesheet_version=stylesheet_version,
        STATUS_WORDS=STATUS_WORDS,
        FLAG_TITLES=TITLES,
        CHANNEL_WORDS=CHANNEL_WORDS,
        STATE_TITLES=STATE_TITLES,
        ACT_TITLES=ACT_TITLES,
        WHY_TITLES=WHY_TITLES,
        TASK_WORDS=TASK_WORDS,
        state_words=state_words,
        may_open=may_open,
    )

    @app.context_processor
    def who_and_when() -> dict[str, Any]:
        staff = g.get("staff")
        return {
            "staff": staff,
            "role_title": ROLE_TITLES[staff.role] if staff else "",
            "navigation": entries_for(staff.role) if staff else (),
            "now": parts().clock(),
        }
