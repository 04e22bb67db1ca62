"""
Rounds: making, opening, closing and listing them, and every reason not to.

A round is a draft until it is opened. Opening takes the newest version of each of its questionnaires and
freezes it. An opened round whose time has not come is announced; answers are taken from `opens_at` until
`closes_at`. At no moment are two rounds open for one audience.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import in_words
from core.coaching.gate import refuse_steering
from core.config import Office
from core.db.catalog_version import bump_catalog
from core.errors import NotFound, Refused
from core.people.keys import KeyRing
from core.questionnaires.model import Questionnaire
from core.questionnaires.reader import load_text
from core.questionnaires.service import get_questionnaire, newest_version
from core.rounds.models import Round, RoundQuestionnaire

MAX_NAME_CHARS = 80
AUDIENCES = {
    "residents": "群众",
    "leaders": "领导",
    "service_users": "办事群众",
    "phone_sample": "电话样本",
}


class NoSuchRound(NotFound):
    """There is no round of this name."""

    say = "没有这次调查。"


class BadRound(Refused):
    """A new round cannot be made like this; the sentence says why."""


class WrongState(Refused):
    """The round is not in the state this needs."""


class AudienceTaken(Refused):
    """Another round is open for the same audience at the same time."""


class OfficeUnknown(Refused):
    """People are told whom to ask; so the office's name and phone must be set."""

    say = "还没有设置办公室的名称和电话（MINYI_OFFICE_NAME、MINYI_OFFICE_PHONE），不能开放调查。"


def create_round(
    session: Session,
    name: str,
    questionnaire_ids: Sequence[str],
    opens_at: datetime | None,
    closes_at: datetime | None,
    now: datetime,
    keys: KeyRing,
) -> Round:
    """
    A new draft. Times that are None are taken from the questionnaires: the earliest opening (else `now`), the
    latest closing.
    """
    bump_catalog(session)
    if not 0 < len(name) <= MAX_NAME_CHARS or name != name.strip() or not name.isprintable():
        raise BadRound(f"调查名称要有1到{MAX_NAME_CHARS}个字，写在一行里，前后没有空格。")
    if session.scalar(select(Round.id).where(Round.name == name)) is not None:
        raise BadRound(f"已经有叫“{name}”的调查了，请换个名称。")
    if not questionnaire_ids:
        raise BadRound("一次调查至少要有一份问卷。")
    chosen = [get_questionnaire(session, questionnaire_id) for questionnaire_id in questionnaire_ids]
    _refuse_two_for_one_audience(chosen)
    opens_at = opens_at or min((each.opens for each in chosen if each.opens), default=now)
    closes_at = closes_at or max((each.closes for each in chosen if each.closes), default=None)
    if closes_at is None:
        raise BadRound("问卷里没有写结束时间，请用 --closes 给出。")
    if closes_at <= opens_at:
        raise BadRound(f"结束时间（{in_words(closes_at, now)}）要晚于开始时间（{in_words(opens_at, now)}）。")
    made = Round(
        name=name, opens_at=opens_at, closes_at=closes_at, created_at=now, account_key=keys.new_wrapped_key()
    )
    made.questionnaires = [
        RoundQuestionnaire(
            questionnaire_id=each.id, questionnaire_version=each.version, who=each.audience.who
        )
        for each in chosen
    ]
    session.add(made)
    session.flush()
    return made


def open_round(session: Session, name: str, now: datetime, office: Office) -> Round:
    """
    Open a draft: judge its questionnaires once more, freeze them, and take answers from `opens_at` on.

    Steers when one of them pushes people towards an answer and nobody let it pass.
    """
    bump_catalog(session)
    found = find_round(session, name)
    if found.state != "draft":
        state = "已经开放" if found.state == "open" else "已经关闭，不能再开放，请另建一次"
        raise WrongState(f"调查“{name}”{state}。")
    if not office.name or not office.phone:
        raise OfficeUnknown
    if found.closes_at <= now:
        raise WrongState(f"调查“{name}”的结束时间（{in_words(found.closes_at, now)}）已经过了，不能开放。")
    chosen = [_frozen(session, entry, now) for entry in found.questionnaires]
    for each in chosen:
        refuse_steering(session, each)
    _refuse_two_for_one_audience(chosen)
    _refuse_taken_audience(session, found, now)
    found.state = "open"
    session.flush()
    return found


def close_round(session: Session, name: str, now: datetime) -> Round:
    """
    Close an open round now.

    Answers under way are written as broken off by the worker's next sweep, not here.
    """
    bump_catalog(session)
    found = find_round(session, name)
    if found.state != "open":
        state = "还没有开放" if found.state == "draft" else "已经关闭了"
        raise WrongState(f"调查“{name}”{state}。")
    found.state = "closed"
    # People are told the day it ended; one that never began keeps its times.
    if found.opens_at < now < found.closes_at:
        found.closes_at = now
    session.flush()
    return found


def find_round(session: Session, name: str) -> Round:
    """The round of this name; NoSuchRound when there is none."""
    found = session.scalar(select(Round).where(Round.name == name))
    if found is None:
        raise NoSuchRound(f"没有叫“{name}”的调查。")
    return found


def list_rounds(session: Session) -> list[Round]:
    """All rounds in the order they were made."""
    return list(session.scalars(select(Round).order_by(Round.id)))


def _frozen(session: Session, entry: RoundQuestionnaire, now: datetime) -> Questionnaire:
    """Point the entry to the newest version, judged by today's rules, and freeze that."""
    version = newest_version(session, entry.questionnaire_id)
    questionnaire = load_text(version.text, f"{version.id}.yaml")
    version.frozen_at = version.frozen_at or now
    entry.questionnaire_version = version.version
    entry.who = questionnaire.audience.who
    entry.content_hash = version.content_hash
    return questionnaire


def _refuse_two_for_one_audience(chosen: Sequence[Questionnaire]) -> None:
    first: dict[str, str] = {}
    for each in chosen:
        before = first.setdefault(each.audience.who, each.id)
        if before != each.id or sum(other.id == each.id for other in chosen) > 1:
            audience = AUDIENCES[each.audience.who]
            raise BadRound(f"一次调查里每类对象只能有一份问卷：“{before}”和“{each.id}”都是给{audience}的。")


def _refuse_taken_audience(session: Session, opening: Round, now: datetime) -> None:
    mine = {entry.who for entry in opening.questionnaires}
    others = session.scalars(
        select(Round).where(
            Round.state == "open",
            Round.id != opening.id,
            Round.closes_at > now,
            Round.closes_at > opening.opens_at,
            Round.opens_at < opening.closes_at,
        )
    )
    for other in others:
        shared = [AUDIENCES[entry.who] for entry in other.questionnaires if entry.who in mine]
        if shared:
            raise AudienceTaken(
                f"同一时间对{'、'.join(shared)}只能开放一次调查：“{other.name}”"
                f"开放到{in_words(other.closes_at, now)}。请先关闭它，或错开时间。"
            )
