"""
What somebody wants exported: checked where it is asked for, kept as a task's wishes, made into a sheet by the
worker.

What the wish names and nobody knows (a questionnaire, a place, a unit) and days in the wrong order are
refused with a sentence, at the form, at the command, and once more by the worker.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection
from sqlalchemy.orm import Session

from core.audit.chain import Details
from core.errors import NotFound, Refused
from core.people.models import Staff
from core.people.roles import Role
from core.places.gazetteer import Gazetteer
from core.places.service import load_gazetteer
from core.questionnaires.model import Questionnaire
from core.questionnaires.service import get_questionnaire
from core.reports.imprint import identity, moment_in_print
from core.reports.scope import finished_between, lies_in, place_changes
from core.responses.models import Response
from core.responses.sheet import Sheet
from core.rounds.models import Round
from core.rounds.service import NoSuchRound
from core.sheets.writing import FORMATS

TASK_KIND = "export.answers"
# Leaders' ballots are no responses: they are counted when the witnesses open them, and never listed.
BALLOTS = "leaders"
MIN_REASON_CHARS, MAX_REASON_CHARS = 10, 200


class DaysReversed(Refused):
    """The last day lies before the first."""

    say = "结束日期比开始日期早。请把两个日期换一换。"


class UnknownPart(NotFound):
    """A filter names what is not there."""


class NotForRaw(Refused):
    """People's words as they are go only to the office, for a reason."""

    say = f"一字不改的原话只给办公室，要写明理由（{MIN_REASON_CHARS}到{MAX_REASON_CHARS}个字）。"


class AskerGone(Refused):
    """Whoever asked may not have it any more."""

    say = "提交这项导出的账号已经停用，或者不再有这个权限，所以没有导出。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """
    Which responses of a round, as which kind of file; '' and None mean all.

    `since` and `until` are days in Shanghai on which responses ended, both included. `raw`: people's words
    as they are.
    """

    round_id: int
    file_format: str
    questionnaire_id: str = ""
    since: date | None = None
    until: date | None = None
    place_code: str = ""
    unit_code: str = ""
    raw: bool = False

    @property
    def params(self) -> dict[str, Any]:
        """As a task keeps it."""
        days = {name: day.isoformat() for name in ("since", "until") if (day := getattr(self, name))}
        return {
            "round": self.round_id,
            "format": self.file_format,
            "questionnaire": self.questionnaire_id,
            "place": self.place_code,
            "unit": self.unit_code,
            "raw": self.raw,
        } | days

    @classmethod
    def of(cls, params: Mapping[str, Any]) -> "Wish":
        """From what a task kept."""
        days = {name: date.fromisoformat(params[name]) for name in ("since", "until") if params.get(name)}
        return cls(
            round_id=int(params["round"]),
            file_format=str(params["format"]),
            questionnaire_id=str(params["questionnaire"]),
            place_code=str(params["place"]),
            unit_code=str(params["unit"]),
            raw=bool(params["raw"]),
            **days,
        )


@dataclass(frozen=True, slots=True)
class Ordered:
    """
    A wish that was found good: the round's name, its questionnaires, the sheet, and the part in words.

    `narrowed`: the part without the questionnaire, '' for all of it.
    """

    wish: Wish
    round_name: str
    questionnaires: tuple[Questionnaire, ...]
    gazetteer: Gazetteer
    sheet: Sheet
    part: str
    narrowed: str

    @property
    def title(self) -> str:
        """`2026年度-答卷-都安县`: what the task and the file are called."""
        named = f"{self.round_name}-答卷"
        return f"{named}-{self.part.replace(' · ', '-')}" if self.part != ALL else named

    def provenance(self, now: datetime) -> tuple[tuple[str, str], ...]:
        """(what, what of it) for files whose rows are no table of figures: where they come from, and when."""
        asked = [("问卷", identity(each)) for each in self.questionnaires]
        return (
            ("调查", self.round_name),
            *asked,
            ("范围", self.narrowed or WHOLE_ROUND),
            ("时间", moment_in_print(now)),
        )

    def details(self, rows: int, reason: str) -> Details:
        """As the audit log has it, before there is a file: none may be there that nobody wrote down."""
        details: dict[str, str | int | bool | None] = {
            "格式": self.wish.file_format,
            "份数": rows,
            "问卷": "、".join(self.sheet.cells),
            "范围": self.part,
            "原话": self.wish.raw,
        }
        return details | {"理由": reason.strip()} if self.wish.raw else details


ALL = "全部答卷"
WHOLE_ROUND = "整次调查"


def order(connection: Connection, wish: Wish) -> Ordered:
    """What the wish means here and now. NoSuchRound, UnknownPart, DaysReversed."""
    if wish.file_format not in FORMATS:
        raise UnknownPart(f"没有“{wish.file_format}”这种格式。")
    if wish.since and wish.until and wish.until < wish.since:
        raise DaysReversed
    with Session(connection) as session:
        found = session.get(Round, wish.round_id)
        if found is None:
            raise NoSuchRound
        name = found.name
        chosen = tuple(
            get_questionnaire(session, entry.questionnaire_id, entry.questionnaire_version)
            for entry in sorted(found.questionnaires, key=lambda each: each.questionnaire_id)
            if entry.who != BALLOTS and wish.questionnaire_id in ("", entry.questionnaire_id)
        )
    if not chosen:
        of_that = f" {wish.questionnaire_id}" if wish.questionnaire_id else ""
        raise UnknownPart(f"调查“{name}”里没有可以导出的问卷{of_that}。")
    gazetteer = load_gazetteer(connection)
    narrowed = _in_words(wish, gazetteer)
    named = chosen[0].id if wish.questionnaire_id else ""
    part = " · ".join(words for words in (named, narrowed) if words) or ALL
    sheet = Sheet.of(wish.round_id, chosen, gazetteer, _conditions(connection, wish))
    return Ordered(wish, name, chosen, gazetteer, sheet, part, narrowed)


def refuse_raw(role: Role, reason: str) -> None:
    """NotForRaw unless it is the office's, and says why."""
    if role != Role.OFFICE or not MIN_REASON_CHARS <= len(reason.strip()) <= MAX_REASON_CHARS:
        raise NotForRaw


def still_allowed(session: Session, wish: Wish, staff_id: int | None) -> None:
    """AskerGone when the account is gone, or may not have this any more; None asked by command."""
    if staff_id is None:
        return
    staff = session.get(Staff, staff_id)
    allowed = {Role.OFFICE.value} if wish.raw else {Role.OFFICE.value, Role.AUDITOR.value}
    if staff is None or staff.disabled_at is not None or staff.role not in allowed:
        raise AskerGone


def _conditions(connection: Connection, wish: Wish) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wish.questionnaire_id:
        conditions.append(Response.questionnaire_id == wish.questionnaire_id)
    conditions += finished_between(wish.since, wish.until)
    if wish.place_code:
        conditions.append(lies_in(Response.place_code, wish.place_code, place_changes(connection)))
    if wish.unit_code:
        conditions += (Response.subject_kind == "unit", Response.subject_code == wish.unit_code)
    return conditions


def _in_words(wish: Wish, gazetteer: Gazetteer) -> str:
    words = []
    if wish.since or wish.until:
        words.append(f"{wish.since or '开始'}至{wish.until or '现在'}")
    if wish.place_code:
        place = gazetteer.place(wish.place_code)
        if place is None:
            raise UnknownPart(f"没有代码是“{wish.place_code}”的地方。")
        words.append(gazetteer.full_name(place.code))
    if wish.unit_code:
        unit = gazetteer.unit(wish.unit_code)
        if unit is None:
            raise UnknownPart(f"没有代码是“{wish.unit_code}”的单位。")
        words.append(unit.short_name)
    return " · ".join(words)
