"""Questionnaires and rounds for tests, every detail defaulted."""

from datetime import datetime, timedelta
from pathlib import Path

from cryptography.fernet import Fernet
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from core.config import Office
from core.people.keys import KeyRing
from core.questionnaires.service import load_questionnaire
from core.rounds.service import create_round, open_round
from tests.hand_clock import START

QUESTIONNAIRES = Path(__file__).resolve().parents[2] / "bot" / "questionnaires"
OFFICE = Office(name="市绩效办", phone="0778-2280000", hours="工作日")
KEYS = KeyRing(Fernet.generate_key().decode())


def text_of(questionnaire_id: str, version: int = 1, *, edit: tuple[str, str] | None = None) -> str:
    """A shipped questionnaire's file, as another version or with words exchanged."""
    text = (QUESTIONNAIRES / f"{questionnaire_id}.yaml").read_text("utf-8")
    text = text.replace("version: 1\n", f"version: {version}\n", 1)
    return text.replace(*edit) if edit else text


def load(
    engine: Engine, questionnaire_id: str = "residents-2021", version: int = 1, **edit: tuple[str, str]
) -> str:
    """Load a shipped questionnaire; what became of it."""
    text = text_of(questionnaire_id, version, **edit)
    with Session(engine) as session, session.begin():
        return load_questionnaire(session, text, f"{questionnaire_id}.yaml", START).outcome


def make(
    engine: Engine,
    name: str = "2026年度",
    *questionnaire_ids: str,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> int:
    """A draft of `residents-2021`, from an hour ago for thirty days, unless said otherwise."""
    with Session(engine) as session, session.begin():
        made = create_round(
            session,
            name,
            questionnaire_ids or ("residents-2021",),
            opens_at or START - timedelta(hours=1),
            closes_at or START + timedelta(days=30),
            START,
            KEYS,
        )
        return made.id


def open_(engine: Engine, name: str = "2026年度", now: datetime = START, office: Office = OFFICE) -> None:
    """Open a draft."""
    with Session(engine) as session, session.begin():
        open_round(session, name, now, office)
