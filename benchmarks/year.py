"""
A year of made-up residents: who answered what, where and when, the same for the same seed.

What they say follows a plan, so that screens have something to find: each county has its own level in each
dimension, 都安 is worst in 交通, moods run through a whole questionnaire, earlier rounds are a little worse.
One in fifty answers again later (the first answer is superseded), one in a hundred looks made up and is set
aside, one in twenty-five says something in their own words.

Rows are tuples in the order of `TABLES`, oldest first; times are aware UTC. Knows no database.
"""

import json
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from core.opinions.states import State
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Multi, Place, Questionnaire, Rating, Single, Text
from core.reports.opinions import open_questions
from core.responses.ids import RANDOM_BITS, first_id_at

TABLES: dict[str, tuple[str, ...]] = {
    "response": (
        "id", "round_id", "questionnaire_id", "questionnaire_version", "status", "channel", "account_hash",
        "code", "source_kind", "source_code", "subject_kind", "subject_code", "place_code", "started_at",
        "finished_at", "last_question", "flags", "is_set_aside", "superseded_by", "consent_id",
    ),
    "answer": ("response_id", "question", "item", "codes", "text", "number", "media"),
    "opinion": (
        "response_id", "question", "item", "round_id", "questionnaire_id", "dimension", "place_code",
        "unit_code", "said_at", "has_media", "state", "gone",
    ),
    "quality_change": ("response_id", "is_set_aside", "flags", "thresholds_hash", "staff_id", "reason", "at"),
}  # fmt: skip
CONSENT_ID = "0" * 32
MATERIALS = ("", "_bus", "_led", "_village")
# How many of a hundred choose each step of a scale, best first, 不了解 last, where nothing is special.
STEP_WEIGHTS = (42.0, 28.0, 14.0, 6.0, 4.0, 6.0)
MOODS = (-0.5, 0.0, 0.0, 0.4)
WORST = ("451228", "traffic", -1.3)
HOUR_WEIGHTS = (1, 1, 1, 1, 1, 1, 3, 8, 14, 18, 18, 16, 15, 12, 14, 16, 16, 15, 16, 22, 26, 20, 10, 4)
# One in so many.
UNIT_ASKED, AGAIN, SET_ASIDE, SAYS_MORE, SENDS_MEDIA = 8, 50, 100, 25, 400
MADE_UP = "burst;identical;too_fast"
WHERE = ("村口", "屯里", "街上", "学校门口", "卫生院", "菜市场", "河边", "新村", "老街", "桥头")
WHAT = (
    "交通不方便，班车太少", "路灯坏了很久没人修", "垃圾没有人来收", "污水流到路上，很臭", "医生少，看病难",
    "办事要跑好几趟", "治安比以前好多了", "没有地方停车", "自来水经常停", "菜价太贵，没有人管",
    "找不到工作，年轻人都出去了", "孩子上学太远", "网络信号不好", "都蛮好的，辛苦大家了",
)  # fmt: skip
ENDING = ("。", "，希望早点解决。", "，反映过几次了。", "，请领导来看看。", "，谢谢。")


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """
    One round to be filled: so many responses from `first_day` (a midnight) until `until`, on its last day.

    `level` raises or lowers what people choose.
    """

    round_id: int
    first_day: datetime
    until: datetime
    responses: int
    level: float = 0.0

    @property
    def days(self) -> int:
        """How many days people answer on, the last one perhaps not whole."""
        return (self.until - self.first_day) // timedelta(days=1) + 1


@dataclass(slots=True)
class Batch:
    """Rows for each table, and pairs of responses: the later one, and the one it takes the place of."""

    rows: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {name: [] for name in TABLES})
    superseded: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class _Form:
    """One questionnaire, and who answered it lately: they may answer again."""

    questionnaire: Questionnaire
    steps: dict[tuple[str, int], dict[str, list[float]]] = field(default_factory=dict)
    lately: list[tuple[int, str]] = field(default_factory=list)
    dimensions: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    after: tuple[Any, ...] = ()
    ratings: tuple[Rating, ...] = ()
    asks_home: bool = False


class Year:
    """Makes the rows. One object a load: it remembers who answered lately."""

    def __init__(self, gazetteer: Gazetteer, forms: Sequence[Questionnaire], seed: int = 1) -> None:
        """`forms`: the residents' questionnaire, then the one about units."""
        self._chance = random.Random(seed)
        self._forms = [self._form(each) for each in forms]
        self._townships = [place.code for place in gazetteer.at_level("township")]
        chance = self._chance
        self._share = list(accumulate(chance.paretovariate(2) for _ in self._townships))
        self._units = [unit.code for unit in gazetteer.units]
        counties = [place.code for place in gazetteer.counties]
        self._level = {county: chance.gauss(0, 0.25) for county in counties}
        self._strength = {
            (county, rating.id): chance.gauss(0, 0.25)
            for county in [*counties, ""]
            for form in self._forms
            for rating in form.ratings
        }
        self._strength[WORST[:2]] = WORST[2]

    def batches(self, plan: RoundPlan, size: int = 10_000) -> Iterator[Batch]:
        """A round's responses in order of time, so many at once."""
        for form in self._forms:
            form.steps.clear()
            form.lately.clear()
        batch, filled = Batch(), 0
        for at in self._moments(plan):
            self._respond(batch, plan, at)
            filled += 1
            if filled == size:
                yield batch
                batch, filled = Batch(), 0
        yield batch

    def _moments(self, plan: RoundPlan) -> Iterator[datetime]:
        """When each ended: more on some days, more in the evening; each at a millisecond."""
        weights = [(0.4 + self._chance.random()) * (1.5 if day % 7 < 5 else 1.0) for day in range(plan.days)]
        scale, made, owed = plan.responses / sum(weights), 0, 0.0
        hours = list(accumulate(HOUR_WEIGHTS))
        for day, weight in enumerate(weights):
            owed += weight * scale
            is_last = day == plan.days - 1
            count = (plan.responses if is_last else round(owed)) - made
            made += count
            midnight = plan.first_day + timedelta(days=day)
            if is_last:
                room = max((plan.until - midnight) // timedelta(milliseconds=1), 1)
                moments = [self._chance.randrange(room) for _ in range(count)]
            else:
                chosen = self._chance.choices(range(24), cum_weights=hours, k=count)
                moments = [hour * 3_600_000 + self._chance.randrange(3_600_000) for hour in chosen]
            for ms in sorted(moments):
                yield midnight + timedelta(milliseconds=ms)

    def _respond(self, batch: Batch, plan: RoundPlan, at: datetime) -> None:
        chance = self._chance
        about_unit = chance.randrange(UNIT_ASKED) == 0
        form = self._forms[about_unit]
        township = chance.choices(self._townships, cum_weights=self._share)[0]
        unit = chance.choice(self._units) if about_unit else ""
        response_id = first_id_at(at) | chance.getrandbits(RANDOM_BITS)
        ended = chance.random()
        status = "complete" if ended < 0.9 else "break_off" if ended < 0.97 else "refused"
        is_aside = status == "complete" and chance.randrange(SET_ASIDE) == 0
        account = f"{chance.getrandbits(128):032x}"
        if status == "complete" and form.lately and chance.randrange(AGAIN) == 0:
            earlier, account = form.lately.pop(chance.randrange(len(form.lately)))
            batch.superseded.append((response_id, earlier))
        elif status == "complete" and len(form.lately) < 5_000:
            form.lately.append((response_id, account))
        home = township if chance.random() < 0.85 else township[:6]
        answers = [] if status == "refused" else self._answers(form, plan, township[:6], home, is_aside)
        if status == "break_off":
            answers = answers[: chance.randrange(len(answers))]
        place = home if form.asks_home and answers else "" if about_unit else township
        seconds = chance.randint(20, 40) if is_aside else chance.randint(70, 600)
        source = unit or township
        batch.rows["response"].append((
            response_id, plan.round_id, form.questionnaire.id, form.questionnaire.version, status, "wechat",
            account, f"{'u' if unit else 'p'}_{source}{chance.choice(MATERIALS)}",
            "unit" if unit else "place", source, "unit" if unit else "none", unit, place,
            at - timedelta(seconds=seconds), at, answers[-1][0] if answers else "",
            MADE_UP if is_aside else "", is_aside, None, CONSENT_ID if status != "refused" else None,
        ))  # fmt: skip
        if is_aside:
            batch.rows["quality_change"].append((response_id, True, MADE_UP, "bench", None, "", at))
        rows, opinions = batch.rows["answer"], batch.rows["opinion"]
        for question, codes, text, media in answers:
            rows.append((response_id, question, "", codes, text, None, media))
            if text or media:
                form_id = form.questionnaire.id
                state = State.NEW if plan.level >= 0 else chance.choice((State.DONE, State.NOTHING))
                opinions.append((
                    response_id, question, "", plan.round_id, form_id, form.dimensions[question],
                    place, unit, at, media is not None, state.value, "",
                ))  # fmt: skip

    def _answers(
        self, form: _Form, plan: RoundPlan, county: str, home: str, is_aside: bool
    ) -> list[tuple[str, str | None, str | None, str | None]]:
        """(question, codes, words, media), in the questionnaire's order."""
        chance = self._chance
        found: list[tuple[str, str | None, str | None, str | None]] = []
        if form.asks_home:
            found.append(("home", home, None, None))
        mood = chance.randrange(len(MOODS))
        weights = form.steps.get((county, mood)) or self._steps(form, plan, county, mood)
        for rating in form.ratings:
            code = "s5" if is_aside else chance.choices(_CODES, cum_weights=weights[rating.id])[0]
            found.append((rating.id, code, None, None))
            if code in ("s2", "s1") and rating.id in form.reasons:
                why, reasons = form.reasons[rating.id]
                chosen = sorted(chance.sample(range(len(reasons)), chance.choice((1, 1, 2))))
                codes = [reasons[each] for each in chosen]
                words = self._words() if codes[-1] == "other" and chance.randrange(6) == 0 else None
                found.append((why, ";".join(codes), words, None))
        for question in form.after:
            if isinstance(question, Text):
                if chance.randrange(SAYS_MORE) == 0:
                    media = _MEDIA if chance.randrange(SENDS_MEDIA // SAYS_MORE) == 0 else None
                    found.append((question.id, None, self._words(), media))
            elif chance.random() < 0.7:
                option = chance.choice(question.options)
                if not option.other:
                    found.append((question.id, option.code, None, None))
        return found

    def _words(self) -> str:
        return "".join(self._chance.choice(part) for part in (WHERE, WHAT, ENDING))

    def _steps(self, form: _Form, plan: RoundPlan, county: str, mood: int) -> dict[str, list[float]]:
        """For each rating, how likely its steps are, as sums."""
        made = {}
        for rating in form.ratings:
            tilt = MOODS[mood] + plan.level + self._level[county] + self._strength[county, rating.id]
            if form.asks_home is False:
                tilt = MOODS[mood] + plan.level + self._strength["", rating.id]
            pushes = (tilt, tilt / 2, 0.0, -tilt / 2, -tilt, 0.0)
            weights = (weight * math.exp(push) for weight, push in zip(STEP_WEIGHTS, pushes, strict=True))
            made[rating.id] = list(accumulate(weights))
        form.steps[county, mood] = made
        return made

    @staticmethod
    def _form(questionnaire: Questionnaire) -> _Form:
        asked = list(questionnaire.walk())
        ratings = tuple(each for each in asked if isinstance(each, Rating))
        whys = {each.id: each for each in asked if isinstance(each, Multi)}
        form = _Form(questionnaire, ratings=ratings)
        for rating in ratings:
            why = whys.get(f"{rating.id}_why")
            if why is not None:
                form.reasons[rating.id] = (why.id, tuple(option.code for option in why.options))
        form.after = tuple(each for each in asked if isinstance(each, Text | Single))
        form.asks_home = any(isinstance(each, Place) for each in asked)
        for each in open_questions(questionnaire):
            form.dimensions[each.id] = each.dimensions[0] if each.dimensions else ""
        return form


_CODES = ("s5", "s4", "s3", "s2", "s1", "dk")
_MEDIA = json.dumps([{"kind": "photo", "media_id": "photo-of-the-year"}])
