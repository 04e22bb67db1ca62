"""What a recount found, in words the office reads: which round, place, question and answer, and how many."""

from collections.abc import Mapping
from typing import Any

from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Answerable, Questionnaire
from core.reports.tallying import Difference
from core.responses.channels import CHANNEL_WORDS
from core.responses.columns import in_general
from core.rounds.catalog import Catalog

ENDED = {"complete": "完整交上的答卷", "break_off": "中途退出的答卷", "refused": "不同意参加的答卷"}
OTHER_ENDING = "没有问成的答卷"


def difference_in_words(each: Difference, catalog: Catalog) -> str:
    """`演示调查 · residents-2021 · 宜州区庆远镇 · 微信 · “…”答“不满意”：多算了2份`."""
    where = each.where
    entry = catalog.round(where["round_id"])
    known = entry.questionnaires.values() if entry else ()
    asked = next((one for one in known if one.id == where["questionnaire_id"]), None)
    parts = [
        entry.name if entry else f"第{where['round_id']}次调查",
        where["questionnaire_id"],
        _where(where, catalog.gazetteer),
        f"{where['day']}" if "day" in where else "",
        CHANNEL_WORDS.get(where["channel"], where["channel"]),
        "搁置的" if where["is_set_aside"] else "",
        _what(where, asked),
    ]
    # Where only sums of numbers differ, no answer is missing.
    much = (
        f"{'少' if each.count > 0 else '多'}算了{abs(each.count)}份" if each.count else "份数对，里面的数不对"
    )
    return f"{' · '.join(part for part in parts if part)}：{much}"


def _where(where: Mapping[str, Any], gazetteer: Gazetteer) -> str:
    """The township and the unit, or the county or unit of a day."""
    words = []
    for code in (where.get("place_code", ""), where.get("subject_code", ""), where.get("part", "")):
        unit = gazetteer.unit(code) if code else None
        words.append(unit.short_name if unit else gazetteer.full_name(code) if code else "")
    return " · ".join(dict.fromkeys(word for word in words if word)) or "全部"


def _what(where: Mapping[str, Any], asked: Questionnaire | None) -> str:
    """How it ended, or what was answered to which question."""
    question, codes = where.get("question", ""), where.get("codes", "")
    if not question:
        return ENDED.get(where.get("status", codes), OTHER_ENDING)
    found = next(
        (
            one
            for one in (asked.walk() if asked else ())
            if isinstance(one, Answerable) and one.id == question
        ),
        None,
    )
    title = in_general(found.title) if found else question
    labels = {option.code: option.label for option in getattr(found, "options", ())}
    given = "、".join(labels.get(code, code) for code in codes.split(";") if code)
    return f"“{title}”答“{given}”" if given else f"“{title}”的回答"
