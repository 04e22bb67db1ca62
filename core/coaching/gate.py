"""The gate: what is about to be published is stopped when it steers, unless two people let it pass."""

import logging
from collections.abc import Iterable

from sqlalchemy.orm import Session

from core.coaching.check import check_text
from core.coaching.findings import Finding
from core.coaching.overrides import is_overridden, text_hash
from core.coaching.questionnaire import check_questionnaire
from core.errors import Refused
from core.questionnaires.model import Questionnaire

log = logging.getLogger(__name__)


class Steers(Refused):
    """A text pushes people towards an answer. `findings` says where and why."""

    def __init__(self, what: str, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        lines = [f"{what}有诱导的地方，不能发布：", *(f"· {finding}" for finding in findings)]
        super().__init__("\n".join([*lines, "请改好再来；确要发布，须由另一人批准放行（coaching ask）。"]))


def refuse_steering(session: Session, questionnaire: Questionnaire) -> None:
    """Raise Steers when the questionnaire has findings nobody let pass."""
    findings = check_questionnaire(questionnaire)
    _refuse(session, f"问卷“{questionnaire.id}”", questionnaire.content_hash, findings)


def refuse_steering_text(session: Session, text: str, place: str) -> None:
    """The same for a plain text, such as a push or a poster."""
    _refuse(session, place, text_hash(text), check_text(text, place))


def refuse_steering_texts(session: Session, texts: Iterable[tuple[str, str]]) -> None:
    """The same for several: each as (where it stands, its words)."""
    for place, text in texts:
        refuse_steering_text(session, text, place)


def _refuse(session: Session, what: str, content_hash: str, findings: tuple[Finding, ...]) -> None:
    if not findings:
        return
    rules = sorted({finding.rule for finding in findings})
    if not is_overridden(session, content_hash, rules):
        raise Steers(what, findings)
    log.warning("coaching_overridden", extra={"content": content_hash[:12], "rules": ",".join(rules)})
