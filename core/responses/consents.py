"""
What people agreed to: the words they were shown, kept once for each wording, and pointed to by each response.

The words are those of the first bubble (title, introduction, consent, both choices) with the office's name
and telephone as they were then. The questionnaire's version stands in the response itself.
"""

import hashlib
from datetime import datetime
from threading import Lock

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from core.conversation.prompts import ConsentPrompt
from core.responses.models import ConsentText

ID_CHARS = 32


def consent_words(prompt: ConsentPrompt) -> str:
    """The words as they were shown, a paragraph each."""
    said = [prompt.title, prompt.intro, prompt.text, f"1 {prompt.agree.label}", f"2 {prompt.decline.label}"]
    return "\n".join(part for part in said if part)


class Consents:
    """
    Stores wordings. One for each process: what is in the database already is asked for once, so that a
    response costs no statement more.
    """

    def __init__(self) -> None:
        self._stored: set[str] = set()
        self._lock = Lock()

    def store(self, connection: Connection, words: str, now: datetime) -> str:
        """The id of this wording, stored with this transaction if it was not there."""
        consent_id = hashlib.sha256(words.encode()).hexdigest()[:ID_CHARS]
        with self._lock:
            if consent_id in self._stored:
                return consent_id
        if connection.scalar(select(ConsentText.id).where(ConsentText.id == consent_id)) is not None:
            with self._lock:
                self._stored.add(consent_id)
            return consent_id
        # Not remembered yet: this transaction may be taken back.
        is_sqlite = connection.dialect.name == "sqlite"
        insert = sqlite_insert if is_sqlite else postgresql_insert
        fresh = insert(ConsentText).values(id=consent_id, text=words, first_at=now)
        connection.execute(fresh.on_conflict_do_nothing(index_elements=[ConsentText.id]))
        return consent_id
