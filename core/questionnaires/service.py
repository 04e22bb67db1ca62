"""
Questionnaires in the database: loading versions, finding them again.

A version that a round was opened with is frozen: an edit of it is refused, and told to raise `version`.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db.catalog_version import bump_catalog
from core.errors import NotFound, Refused
from core.questionnaires.build import build
from core.questionnaires.model import Questionnaire
from core.questionnaires.models import QuestionnaireVersion
from core.questionnaires.reader import load_text
from core.questionnaires.tree import read_tree

Outcome = Literal["added", "replaced", "unchanged"]


class QuestionnaireFrozen(Refused):
    """This version was used in a round; other words need another version."""

    say = "这一版问卷已经开放过，不能再改。请把 version 加1再导入。"


class NoSuchQuestionnaire(NotFound):
    """No questionnaire of this id (or version) was loaded."""

    say = "没有这份问卷。"


@dataclass(frozen=True, slots=True)
class LoadOutcome:
    """What became of a load."""

    questionnaire: Questionnaire
    outcome: Outcome


def load_questionnaire(session: Session, text: bytes | str, filename: str, now: datetime) -> LoadOutcome:
    """
    Take a questionnaire's file in. BadInput with every fault of it, QuestionnaireFrozen for an edit of a
    version that was used.
    """
    questionnaire = load_text(text, filename)
    words = text.decode("utf-8-sig") if isinstance(text, bytes) else text
    bump_catalog(session)
    stored = session.get(QuestionnaireVersion, (questionnaire.id, questionnaire.version))
    if stored is None:
        session.add(
            QuestionnaireVersion(
                id=questionnaire.id,
                version=questionnaire.version,
                title=questionnaire.title,
                who=questionnaire.audience.who,
                content_hash=questionnaire.content_hash,
                text=words,
                loaded_at=now,
            )
        )
        return LoadOutcome(questionnaire, "added")
    # The hash leaves out comments and a round's default times; only an unfrozen version takes those over.
    if stored.text == words or (stored.frozen_at and stored.content_hash == questionnaire.content_hash):
        return LoadOutcome(questionnaire, "unchanged")
    if stored.frozen_at is not None:
        raise QuestionnaireFrozen(
            f"问卷“{questionnaire.id}”的第{questionnaire.version}版已经开放过，不能再改。"
            f"请把 version 改成{newest_version(session, questionnaire.id).version + 1}再导入。"
        )
    stored.title = questionnaire.title
    stored.who = questionnaire.audience.who
    stored.content_hash = questionnaire.content_hash
    stored.text = words
    stored.loaded_at = now
    return LoadOutcome(questionnaire, "replaced")


def newest_version(session: Session, questionnaire_id: str) -> QuestionnaireVersion:
    """The newest loaded version; NoSuchQuestionnaire when there is none."""
    found = session.scalar(
        select(QuestionnaireVersion)
        .where(QuestionnaireVersion.id == questionnaire_id)
        .order_by(QuestionnaireVersion.version.desc())
        .limit(1)
    )
    if found is None:
        raise NoSuchQuestionnaire(f"没有问卷“{questionnaire_id}”。请先用 questionnaire load 导入。")
    return found


def get_questionnaire(session: Session, questionnaire_id: str, version: int | None = None) -> Questionnaire:
    """A stored questionnaire, by default its newest version."""
    if version is None:
        stored = newest_version(session, questionnaire_id)
    else:
        found = session.get(QuestionnaireVersion, (questionnaire_id, version))
        if found is None:
            raise NoSuchQuestionnaire(f"没有问卷“{questionnaire_id}”的第{version}版。")
        stored = found
    return as_stored(stored.text, stored.content_hash)


def list_questionnaires(session: Session) -> list[QuestionnaireVersion]:
    """Every version of every questionnaire, newest version first."""
    return list(
        session.scalars(
            select(QuestionnaireVersion).order_by(
                QuestionnaireVersion.id, QuestionnaireVersion.version.desc()
            )
        )
    )


def as_stored(text: str, content_hash: str) -> Questionnaire:
    """
    A stored questionnaire, built without judging it again.

    It was good when it was loaded; a rule that came later must not take a questionnaire away from the people
    in the middle of it.
    """
    tree = read_tree(text)
    assert tree.root is not None, "only what could be read was ever stored"
    return replace(build(tree.root), content_hash=content_hash)
