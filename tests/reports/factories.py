"""Makes places, rounds and responses; every field has a default, so a test names only what it is about."""

import itertools
import json
import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import insert
from sqlalchemy.orm import Session

import bot
from core.config import Office
from core.conversation.state import Answer
from core.db.catalog_version import bump_catalog
from core.people.keys import KeyRing
from core.places.models import Place, Unit
from core.questionnaires.service import load_questionnaire
from core.responses.ids import first_id_at
from core.responses.models import AnswerRow, Response
from core.rounds.models import Round
from core.rounds.service import create_round, open_round
from tests.hand_clock import START

QUESTIONNAIRES = Path(bot.__file__).parent / "questionnaires"
OFFICE = Office(name="测试市绩效办", phone="0778-1234567", hours="工作日")
RATINGS = (
    "gov",
    "cadre",
    "security",
    "traffic",
    "env",
    "hygiene",
    "fooddrug",
    "consumer",
    "jobs",
    "medical",
    "school",
    "culture",
)
YIZHOU, QINGYUAN, DULEI = "451203", "451203100", "451203101"
NANDAN, CHENGGUAN = "451221", "451221100"
FINANCE, POLICE = "U001", "U002"

_numbers = itertools.count(1)


def make_places(session: Session) -> None:
    """A small city: two counties with two townships and one, and two units."""
    bump_catalog(session, places=True)
    for code, name, level, parent in (
        ("451200", "河池市", "city", None),
        (YIZHOU, "宜州区", "county", "451200"),
        (NANDAN, "南丹县", "county", "451200"),
        (QINGYUAN, "庆远镇", "township", YIZHOU),
        (DULEI, "德胜镇", "township", YIZHOU),
        (CHENGGUAN, "城关镇", "township", NANDAN),
    ):
        session.add(Place(code=code, name=name, short_name=name, level=level, parent_code=parent))
        session.flush()
    session.add(Unit(code=FINANCE, name="市财政局", short_name="市财政局", category="政府部门"))
    session.add(Unit(code=POLICE, name="市公安局", short_name="市公安局", category="政府部门"))


def make_round(
    session: Session,
    keys: KeyRing,
    name: str = "2026年年终评议",
    questionnaires: Sequence[str] = ("residents-2021", "units-2021"),
    opens_at: datetime = START - timedelta(days=1),
    closes_at: datetime = START + timedelta(days=30),
    *,
    opened: bool = True,
) -> Round:
    """A round with shipped questionnaires, open unless said otherwise."""
    for each in questionnaires:
        load_questionnaire(session, (QUESTIONNAIRES / f"{each}.yaml").read_bytes(), f"{each}.yaml", START)
    made = create_round(session, name, questionnaires, opens_at, closes_at, START, keys)
    return open_round(session, name, START, OFFICE) if opened else made


def make_response(
    session: Session,
    round_id: int,
    answers: Mapping[str, str | Answer] | None = None,
    *,
    questionnaire: str = "residents-2021",
    status: str = "complete",
    place: str = QINGYUAN,
    unit: str = "",
    finished_at: datetime = START,
    superseded_by: int | None = None,
    flags: str = "",
    channel: str = "wechat",
    seconds: float = 180,
    code: str = "",
) -> int:
    """One response; an answer given as a word is the chosen code (or codes joined by `;`). Its id."""
    response_id = first_id_at(finished_at) + next(_numbers)
    session.execute(
        insert(Response),
        [
            {
                "id": response_id,
                "round_id": round_id,
                "questionnaire_id": questionnaire,
                "questionnaire_version": 1,
                "status": status,
                "channel": channel,
                "account_hash": f"{response_id:032x}",
                "code": code or (f"u_{unit}" if unit else f"p_{place}"),
                "source_kind": "unit" if unit else "place",
                "source_code": unit or place,
                "subject_kind": "unit" if unit else "none",
                "subject_code": unit,
                "place_code": place,
                "started_at": finished_at - timedelta(seconds=seconds),
                "finished_at": finished_at,
                "last_question": "",
                "flags": flags,
                "superseded_by": superseded_by,
            }
        ],
    )
    rows = [_row(response_id, key, answer) for key, answer in (answers or {}).items()]
    if rows:
        session.execute(insert(AnswerRow), rows)
    return response_id


def satisfied_with_everything(code: str = "s5", **others: str | Answer) -> dict[str, str | Answer]:
    """The same answer to every rating of `residents-2021`, and others."""
    return {"home": QINGYUAN} | dict.fromkeys(RATINGS, code) | others


def make_many(
    session: Session,
    round_id: int,
    count: int,
    places: Sequence[str],
    since: datetime,
    units: Sequence[str] = (),
) -> None:
    """A crowd of made-up respondents, the same at each call."""
    chance = random.Random(20261201)
    responses: list[dict[str, object]] = []
    answers: list[dict[str, object]] = []
    for number in range(count):
        at = since + timedelta(seconds=number)
        response_id = first_id_at(at) + next(_numbers)
        about_unit = bool(units) and chance.random() < 0.2
        unit, place = (chance.choice(units), "") if about_unit else ("", chance.choice(places))
        status = chance.choices(("complete", "break_off", "refused"), (88, 8, 4))[0]
        responses.append(
            {
                "id": response_id,
                "round_id": round_id,
                "questionnaire_id": "units-2021" if about_unit else "residents-2021",
                "questionnaire_version": 1,
                "status": status,
                "channel": "wechat",
                "account_hash": f"{response_id:032x}",
                "code": f"u_{unit}" if unit else f"p_{place}",
                "source_kind": "unit" if unit else "place",
                "source_code": unit or place,
                "subject_kind": "unit" if unit else "none",
                "subject_code": unit,
                "place_code": place,
                "started_at": at - timedelta(minutes=chance.randint(1, 9)),
                "finished_at": at,
                "last_question": "",
                "flags": "",
                "superseded_by": None,
            }
        )
        if status != "refused":
            given = _unit_answers(chance) if about_unit else _resident_answers(chance, place)
            answers += [_row(response_id, key, answer) for key, answer in given.items()]
    session.execute(insert(Response), responses)
    for start in range(0, len(answers), 20_000):
        session.execute(insert(AnswerRow), answers[start : start + 20_000])


SAYINGS = (
    "村口的路下雨就烂，车过不去，报了几次没人修。",
    "垃圾池满了一个月，没人来收。",
    "办事的人态度好，一次就办完了。",
    "希望多几班去县城的班车。",
    "卫生院晚上没有医生。",
    "都蛮好的，辛苦大家了。",
)
REASONS = {
    "gov": ("slow", "promise", "listen", "open", "other"),
    "traffic": ("broken", "narrow", "bus", "parking", "danger", "other"),
    "hygiene": ("rubbish", "sewage", "toilet", "market", "animal", "other"),
}
STEPS = ("s5", "s4", "s3", "s2", "s1", "dk")
WEIGHTS = (42, 28, 14, 6, 4, 6)


def _resident_answers(chance: random.Random, place: str) -> dict[str, str | Answer]:
    given: dict[str, str | Answer] = {"home": place}
    for rating in RATINGS:
        step = chance.choices(STEPS, WEIGHTS)[0]
        given[rating] = step
        if step in ("s2", "s1") and rating in REASONS:
            picked = tuple(sorted(chance.sample(REASONS[rating], 2), key=REASONS[rating].index))
            given[f"{rating}_why"] = Answer(codes=picked, text="路灯坏了" if "other" in picked else "")
    if chance.random() < 0.25:
        given["suggest"] = Answer(
            text=chance.choice(SAYINGS) if chance.random() < 0.8 else "",
            voices=("voice-1",) if chance.random() < 0.3 else (),
            photos=("photo-1", "photo-2") if chance.random() < 0.3 else (),
        )
    if chance.random() < 0.7:
        given["age"] = chance.choices(("a18", "a30", "a45", "a60", "a70"), (15, 30, 30, 18, 7))[0]
        given["sex"] = chance.choice(("male", "female"))
        given["identity"] = chance.choices(("villager", "lifted", "staff", "team"), (70, 18, 11, 1))[0]
        given["area"] = chance.choice(("city", "town", "village"))
    return given


def _unit_answers(chance: random.Random) -> dict[str, str | Answer]:
    ratings = ("easy", "speed", "attitude", "fair", "clean", "solve")
    return {"how": chance.choice(("window", "phone", "online"))} | {
        rating: chance.choices(STEPS, WEIGHTS)[0] for rating in ratings
    }


def _row(response_id: int, key: str, given: str | Answer) -> dict[str, object]:
    question, _, item = key.partition("@")
    answer = given if isinstance(given, Answer) else Answer(codes=tuple(given.split(";")))
    media = [{"kind": "voice", "media_id": each} for each in answer.voices]
    media += [{"kind": "photo", "media_id": each} for each in answer.photos]
    return {
        "response_id": response_id,
        "question": question,
        "item": item,
        "codes": ";".join(answer.codes) or None,
        "text": answer.text or None,
        "number": answer.number,
        "media": json.dumps(media) if media else None,
    }
