"""
The sheets in front of a workbook: what came out in each county for each question, and how it ended.

From the same tallies as the screens, so the same figures. Days narrow the rows of an export, not the
tallies: where days were chosen the summary is of the whole round, and says so.
"""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection

from core.exports.wishes import Ordered
from core.people.reach import EVERYTHING
from core.questionnaires.model import Questionnaire, Rating
from core.reports.figures import rating_figure
from core.reports.imprint import SELF_SELECTED, moment_in_print, questionnaire_hash, scoring_hash
from core.reports.scope import Scope
from core.reports.tally import Counted, counts_by, ended_by
from core.sheets.out_columns import Cell
from core.sheets.writing import FrontSheet

HEADER = (
    "县（区）",
    "题目",
    "内容",
    "得分（0–100）",
    "满意率（%）",
    "n（份）",
    "其中打分（份）",
    "不了解（%）",
)
WIDTHS = (16, 12, 40, 14, 12, 10, 14, 12)
WHOLE = "全部"
NOWHERE = "没说是哪里"
MAX_TITLE_CHARS = 28


def summary_sheets(connection: Connection, ordered: Ordered, now: datetime) -> Iterator[FrontSheet]:
    """One sheet for each questionnaire."""
    for questionnaire in ordered.questionnaires:
        scope = Scope(
            round_id=ordered.wish.round_id,
            reach=EVERYTHING,
            questionnaire_id=questionnaire.id,
            place_code=ordered.wish.place_code,
            unit_code=ordered.wish.unit_code,
        )
        counted = counts_by(connection, scope, "county")
        ended = ended_by(connection, scope, "all").get("")
        yield FrontSheet(
            title=f"汇总 {questionnaire.id}"[:MAX_TITLE_CHARS],
            lines=_lines(ordered, questionnaire, ended.complete if ended else 0, now),
            header=HEADER,
            rows=list(_rows(ordered, questionnaire, counted)),
            widths=WIDTHS,
        )


def _lines(
    ordered: Ordered, questionnaire: Questionnaire, complete: int, now: datetime
) -> list[tuple[str, str]]:
    wish = ordered.wish
    has_days = wish.since is not None or wish.until is not None
    lines = [
        ("调查", ordered.round_name),
        (
            "问卷",
            f"{questionnaire.title}（{questionnaire.id} 第{questionnaire.version}版，"
            f"指纹 {questionnaire_hash(questionnaire)}）",
        ),
        ("计分", f"指纹 {scoring_hash(questionnaire)}"),
        ("范围", ordered.part + ("；汇总不按日期筛，是整次调查的" if has_days else "")),
        ("n", f"{complete}份完整答卷，不含已被替换的和搁置的"),
        ("时间", moment_in_print(now)),
        ("说明", "得分是有分数的回答的平均；满意率是满意和比较满意占有分数的回答；不了解不算分，另列。"),
    ]
    return [*lines, ("", SELF_SELECTED)]


def _rows(
    ordered: Ordered, questionnaire: Questionnaire, counted: dict[str, Counted]
) -> Iterator[tuple[Cell, ...]]:
    ratings = [each for each in questionnaire.walk() if isinstance(each, Rating)]
    names = {place.code: place.short_name for place in ordered.gazetteer.counties}
    for rating in ratings:
        yield _row(WHOLE, rating, list(counted.values()))
    for code in [*names, ""]:
        for rating in ratings if code in counted else ():
            yield _row(names.get(code, NOWHERE), rating, [counted[code]])


def _row(name: str, rating: Rating, parts: list[Counted]) -> tuple[Cell, ...]:
    chosen: dict[str, int] = {}
    for part in parts:
        for key, counts in part.items():
            if key.question == rating.id:
                chosen[key.codes] = chosen.get(key.codes, 0) + counts.count
    found = rating_figure(rating.options, chosen)
    return (
        name,
        rating.id,
        rating.title,
        _rounded(found.score, 1, 2),
        _rounded(found.satisfied, 100, 1),
        found.n,
        found.scored,
        _rounded(found.unscored_share, 100, 1),
    )


def _rounded(value: float | None, times: int, places: int) -> float | None:
    return None if value is None else round(value * times, places)
