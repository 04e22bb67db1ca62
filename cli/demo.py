"""`demo`: all a first look needs: places, units, questionnaires, accounts, an open round, items, liaisons."""

from datetime import datetime, timedelta
from pathlib import Path

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import bot
from cli.demo_ballot import with_ballot
from cli.demo_liaisons import with_liaisons, with_phones
from cli.groups import Command
from cli.parts import Parts, open_parts
from cli.progress import counting, progress
from core.clock import SHANGHAI, in_words, local_day
from core.db.migrate import upgrade
from core.errors import Refused
from core.people.models import Staff
from core.people.passwords import new_password
from core.people.roles import ROLE_TITLES, Role
from core.people.service import add_staff, set_password, tie_staff, verify_staff
from core.places.lists import read_places, read_units
from core.places.service import load_gazetteer, load_places, load_units
from core.places.shipped import PLACE_FILES, UNIT_FILES
from core.questionnaires.service import QuestionnaireFrozen, load_questionnaire
from core.rectification.authors import Author, Origin
from core.rectification.demo import sample_for
from core.rectification.models import Item
from core.rectification.plan import apply_plan, plan_load
from core.rounds.models import Round
from core.rounds.service import AudienceTaken, create_round, open_round

QUESTIONNAIRES = Path(bot.__file__).parent / "questionnaires"
# What the accounts of these roles are tied to: a county and a unit with much to look at.
COUNTY_CODE = "451203"
UNIT_CODE = "U050"
ROUND_NAME = "演示调查"
ROUND_DAYS = 365
# Answered in the chat; the telephone questionnaire is loaded, but a call needs a frame of numbers.
ROUND_QUESTIONNAIRES = ("residents-2021", "units-2021", "leaders-2021")


class NotADemo(Refused):
    """Demo accounts and rounds have no business in a real installation."""

    say = "演示数据只能装进演示系统。只想试用，请设 MINYI_DEMO=1（make run 会替您设好）。"


@click.command(cls=Command)
def demo() -> None:
    """
    装入演示数据：地名、单位、问卷、账号、一次从昨天起开放一年的调查、整改事项和联络员。可以重复运行。

    例：MINYI_DEMO=1 python -m cli demo
    """
    with open_parts(migrated=False) as parts:
        if not parts.settings.demo:
            raise NotADemo
        upgrade(parts.engine)
        click.echo("数据库：好了。")
        with parts.transaction() as session:
            for words in _filled(session, parts):
                click.echo(words)
        click.echo(with_phones(parts))


def _filled(session: Session, parts: Parts) -> list[str]:
    """Put everything in; what was done, a sentence each."""
    now = parts.clock()
    done = [
        f"地名：{load_places(session, read_places(progress(PLACE_FILES, '读地名')))}。",
        f"单位：{load_units(session, read_units(UNIT_FILES))}。",
    ]
    for path in progress(sorted(QUESTIONNAIRES.glob("*.yaml")), "导入问卷", "份"):
        done.append(_with_questionnaire(session, path, now))
    done.append(_with_round(session, parts, now))
    done += [with_ballot(session, name, parts.settings, now) for name in _open_demo_rounds(session, now)]
    done.append(_with_items(session, now))
    done.append(with_liaisons(session, parts.keys, (UNIT_CODE,), now))
    done += _with_accounts(session, parts.settings.demo_password, now)
    return done


def _with_questionnaire(session: Session, path: Path, now: datetime) -> str:
    try:
        loaded = load_questionnaire(session, path.read_bytes(), path.name, now)
    except QuestionnaireFrozen:
        return f"问卷：{path.stem} 已经开放过，保留原来的一版。"
    return (
        f"问卷：{loaded.questionnaire.id} 第{loaded.questionnaire.version}版，{loaded.questionnaire.title}。"
    )


def _with_round(session: Session, parts: Parts, now: datetime) -> str:
    """A demo round that takes answers now: the one that is there, or a new one."""
    known = list(session.scalars(select(Round).where(Round.name.startswith(ROUND_NAME))))
    for each in known:
        if each.state == "open" and each.opens_at <= now < each.closes_at:
            return f"调查：“{each.name}”已经开放，到{in_words(each.closes_at, now)}为止。"
    today = local_day(now)
    opens_at = datetime(today.year, today.month, today.day, tzinfo=SHANGHAI) - timedelta(days=1)
    name = f"{ROUND_NAME}{today:%Y%m%d}" if known else ROUND_NAME
    closes_at = opens_at + timedelta(days=ROUND_DAYS)
    try:
        with session.begin_nested():
            create_round(session, name, ROUND_QUESTIONNAIRES, opens_at, closes_at, now, parts.keys)
            open_round(session, name, now, parts.settings.office)
    except AudienceTaken as error:
        return f"调查：没有另开演示调查。{error}"
    return f"调查：“{name}”开放了，到{in_words(closes_at, now)}为止。"


def _open_demo_rounds(session: Session, now: datetime) -> list[str]:
    known = session.scalars(select(Round).where(Round.name.startswith(ROUND_NAME)))
    return [each.name for each in known if each.state == "open" and each.opens_at <= now < each.closes_at]


def _with_items(session: Session, now: datetime) -> str:
    """The sample of rectification items, its dates moved to this year; only into an empty list."""
    known = session.scalar(select(func.count()).select_from(Item))
    if known:
        return f"整改事项：已经有{known}条。"
    plan = plan_load(session, sample_for(local_day(now), load_gazetteer(session.connection())))
    with counting("装入整改事项", len(plan.changes), "条") as step:
        apply_plan(session, plan, Author.system(Origin.IMPORT), now, step)
    return f"整改事项：{plan}（都是编的，日期挪到了近年）。"


def _with_accounts(session: Session, given: str | None, now: datetime) -> list[str]:
    """
    An account for each role, all with one password.

    A given password is set again where it does not fit; a made-up one is for new accounts, and shown once.
    """
    there = set(session.scalars(select(Staff.name)))
    missing = [role for role in Role if ROLE_TITLES[role] not in there]
    password = given or new_password()
    for role in missing:
        add_staff(session, ROLE_TITLES[role], role, password, now)
    tie_staff(session, ROLE_TITLES[Role.COUNTY], county_code=COUNTY_CODE)
    tie_staff(session, ROLE_TITLES[Role.LIAISON], unit_code=UNIT_CODE)
    if given:
        for role in Role:
            if verify_staff(session, ROLE_TITLES[role], given) is None:
                set_password(session, ROLE_TITLES[role], given)
    names = "、".join(ROLE_TITLES.values())
    if given:
        return [f"账号：{names}，密码是 MINYI_DEMO_PASSWORD 里的。"]
    if not missing:
        return [f"账号：{names}，密码第一次装入时显示过；忘了请用 staff passwd 改。"]
    made = "、".join(ROLE_TITLES[role] for role in missing)
    return [f"账号：{made}，密码（只显示这一次）：{password}"]
