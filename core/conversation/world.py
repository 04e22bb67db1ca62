"""
What the desk may know of the world while it decides: rounds, questionnaires, places. Read-only.

One `World` serves many turns; when the catalog changes a new one is made, and scripts that did not change
are carried over.
"""

from dataclasses import dataclass
from datetime import datetime

from core.conversation.script import Script
from core.conversation.understanding.places import PlaceNames
from core.people.keys import person_hash
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Questionnaire, Who
from core.rounds.catalog import Catalog, RoundEntry

ScriptKey = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Form:
    """A questionnaire in a round: what one audience is asked there."""

    round: RoundEntry
    questionnaire: Questionnaire

    @property
    def round_id(self) -> int:
        """The round's number."""
        return self.round.id

    def is_open(self, now: datetime) -> bool:
        """Whether it takes answers now."""
        return self.round.is_open(now)

    def is_over(self, now: datetime) -> bool:
        """Whether it took answers once and no longer does."""
        return self.round.is_over(now)


@dataclass(frozen=True, slots=True)
class ClosingQuestion:
    """Residents of a place are asked until `until` whether `words`, item `number`, is fixed."""

    id: int
    number: int
    place_code: str
    words: str
    until: datetime


class World:
    """
    The catalog of a moment, with every questionnaire compiled for the engine once it is needed.

    `closing_questions` are what residents are asked besides; whoever changes one bumps the catalog.
    """

    def __init__(
        self,
        catalog: Catalog,
        before: "World | None" = None,
        closing_questions: tuple[ClosingQuestion, ...] = (),
    ) -> None:
        self.catalog = catalog
        self.closing_questions = closing_questions
        self._scripts: dict[ScriptKey, Script] = {}
        same_places = before is not None and before.gazetteer is catalog.gazetteer
        if before is not None and same_places:
            self._scripts.update(before._scripts)
        self.township_names: PlaceNames = (
            before.township_names if same_places and before else PlaceNames(catalog.gazetteer, "township")
        )

    @property
    def gazetteer(self) -> Gazetteer:
        """Places and units."""
        return self.catalog.gazetteer

    def account_of(self, openid: str, round_id: int) -> str:
        """What a person is known by in this round's answers, and in no other's."""
        entry = self.catalog.round(round_id)
        if entry is None:
            raise LookupError(f"round {round_id} is not in the catalog")
        return person_hash(entry.account_key, openid)

    def form(self, round_id: int, questionnaire_id: str) -> Form | None:
        """That questionnaire in that round, or None when either is unknown."""
        entry = self.catalog.round(round_id)
        if entry is None:
            return None
        for questionnaire in entry.questionnaires.values():
            if questionnaire.id == questionnaire_id:
                return Form(entry, questionnaire)
        return None

    def form_for(self, who: Who, now: datetime) -> Form | None:
        """What this audience is asked now; else what it will be asked next; else what it was asked last."""
        forms = [
            Form(entry, entry.questionnaires[who])
            for entry in self.catalog.rounds
            if who in entry.questionnaires and entry.state != "draft"
        ]
        open_now = [form for form in forms if form.is_open(now)]
        if open_now:
            return open_now[0]
        coming = [form for form in forms if not form.is_over(now)]
        if coming:
            return min(coming, key=lambda form: form.round.opens_at)
        return max(forms, key=lambda form: form.round.closes_at, default=None)

    def script(self, questionnaire: Questionnaire) -> Script:
        """The questionnaire, compiled."""
        key = (questionnaire.id, questionnaire.version, questionnaire.content_hash)
        script = self._scripts.get(key)
        if script is None:
            office = self.catalog.office
            script = Script(questionnaire, self.gazetteer, office_name=office.name, office_phone=office.phone)
            self._scripts[key] = script
        return script
