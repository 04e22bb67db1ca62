"""
The feedback report of one county or unit on paper: A4, the answer on its first page.

Words are made here, the look is `templates/feedback.typ`. Fetches nothing: a report goes in, a PDF comes out.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from core.clock import local
from core.config import Office
from core.feedback.report import Report, SaidOf, Spread
from core.reports.imprint import CHECK_LINE
from core.reports.small_groups import MIN_GROUP
from core.results.rounding import points_words, score_words, share_words
from core.results.tables import Line
from qrcodes.typesetting import set_pdf

SOURCE = Path(__file__).resolve().parent / "templates" / "feedback.typ"
# As many strengths and weaknesses as are named in the first lines.
NAMED = 3
METHOD = (
    "得分：有分数的回答取平均（满分100），选“不了解”的不参加平均；几道题合在一起时按各题的权重。"
    "满意率：有分数的回答里，选最好两档的占多少。这是两个数，不要混用。",
    "只算完整交上的答卷；同一个人重新答了，只算最后一次；质量检查搁置的没有算进去。",
    "群众没有留姓名。意见由程序涂掉了电话、证件号、车牌和自报的姓名，只写到乡镇，不写时间；"
    "每题只选印最近的几条，一样的话只印一次，全部意见请向办公室查询。",
    f"不到{MIN_GROUP}个人的一组不印得分，免得认出是谁；能用别的数减出来的，一起不印。",
)


def feedback_pdf(report: Report, office: Office, now: datetime) -> bytes:
    """The PDF."""
    subject = report.subject
    data: dict[str, Any] = {
        "title": f"{subject.name}群众评价反馈",
        "under": f"{report.round_name}　{local(now):%Y年%-m月%-d日}",
        "by": office.name,
        "contact": f"{office.name}　{office.phone}" if office.name else "",
        "few": "",
        "imprint": [{"what": what, "words": _proved(what, words)} for what, words in report.imprint.lines],
        "method": [*METHOD, _ranking_note(report)],
    }
    if report.is_too_few:
        data["few"] = (
            f"回答的人不到{MIN_GROUP}个，印出来就可能认出是谁，所以这份报告没有数字和意见。"
            "请在二维码常有人经过的地方多挂几处，等回答的人多了再看。"
        )
        # Neither n nor a code that n could be worked out from.
        known = ("调查", "问卷", "范围", "时间")
        data["imprint"] = [each for each in data["imprint"] if each["what"] in known]
        return set_pdf(SOURCE, data | _empty(), now)
    return set_pdf(SOURCE, data | _filled(report), now)


def _empty() -> dict[str, Any]:
    return {"lead": [], "figures": [], "dimensions": [], "spreads": [], "townships": [], "said": []}


def _filled(report: Report) -> dict[str, Any]:
    return {
        "lead": _lead(report),
        "figures": _figures(report),
        "average-name": report.average_name,
        "dimensions": [_dimension(line) for line in report.dimensions.lines],
        "spreads": [_spread(each) for each in report.spreads],
        "steps": [each.label for each in report.spreads[0].options] if report.spreads else [],
        "townships": [_township(line, line.code in report.hidden) for line in report.townships],
        "said": [_said(each) for each in report.said],
    }


def _proved(what: str, words: str) -> str:
    """The check code is that of one of the tables."""
    return f"各方面的表：{words}" if what == CHECK_LINE else words


def _figures(report: Report) -> list[dict[str, str]]:
    own, average, beside = report.own, report.average, report.average_name
    gap = own.score - average.score if own.score is not None and average.score is not None else None
    rank, ranked = "—", "答卷少，不排"
    if report.rank is not None:
        rank = f"第{report.rank.place}{'（并列）' if report.rank.is_tied else ''}"
        ranked = f"{report.ranked}{'个县（区）' if report.subject.kind == 'county' else '个单位'}"
    shown = (
        ("得分（满分100）", score_words(own.score), f"{beside}{score_words(average.score)}"),
        (f"比{beside}", points_words(gap), "分"),
        ("满意率", share_words(own.satisfied), f"{beside}{share_words(average.satisfied)}"),
        ("答卷", f"{own.n:,}".replace(",", " "), "份"),
        ("不了解", share_words(own.unscored_share), "占回答"),
        ("名次", rank, ranked),
    )
    return [{"title": title, "value": value, "note": note} for title, value, note in shown]


def _lead(report: Report) -> list[str]:
    """What the tables say, in sentences: the first thing a reader needs."""
    lines: list[tuple[Any, Any, str]] = [
        (line.cells["score"], line.cells["gap"], line.name)
        for line in report.dimensions.lines
        if line.cells.get("gap") is not None
    ]
    if not lines:
        return []
    by_score = sorted(lines, key=lambda each: each[0])
    named = min(NAMED, len(lines) // 2)
    found = []
    for title, some in (("最高", by_score[::-1][:named]), ("最低", by_score[:named])):
        words = "、".join(f"{name}（{score_words(score)}）" for score, _gap, name in some)
        found += [f"得分{title}的：{words}。"] if some else []
    behind = [name for _score, gap, name in sorted(lines, key=lambda each: each[1]) if gap < 0]
    if not behind:
        return [*found, f"各方面都不低于{report.average_name}。"]
    more = f"等{len(behind)}个方面" if len(behind) > NAMED else ""
    return [*found, f"低于{report.average_name}的：{'、'.join(behind[:NAMED])}{more}。"]


def _dimension(line: Line) -> dict[str, Any]:
    cells: Mapping[str, Any] = line.cells
    score, beside, gap = cells["score"], cells["beside"], cells["gap"]
    return {
        "name": line.name,
        "score": score_words(score),
        "beside": score_words(beside),
        "gap": points_words(gap),
        "is-behind": gap is not None and gap < 0,
        "satisfied": share_words(cells["satisfied"]),
        "n": str(cells["scored"] or 0),
        "unscored": share_words(cells["unscored"]),
        "length": None if score is None else float(score),
        "mark": None if beside is None else float(beside),
    }


def _spread(spread: Spread) -> dict[str, Any]:
    return {
        "name": spread.name,
        "n": str(spread.n),
        "shares": [
            {"share": each.share or 0.0, "words": share_words(each.share), "is-apart": each.is_unscored}
            for each in spread.options
        ],
    }


def _township(line: Line, is_hidden: bool) -> dict[str, Any]:
    cells: Mapping[str, Any] = line.cells
    n = int(cells["n"] or 0)
    return {
        "name": line.name,
        "n": f"不到{MIN_GROUP}" if 0 < n < MIN_GROUP else str(n),
        "score": "—" if is_hidden else score_words(cells["score"]),
        "satisfied": "—" if is_hidden else share_words(cells["satisfied"]),
    }


def _said(said: SaidOf) -> dict[str, Any]:
    return {
        "title": said.title,
        "count": f"一共{said.count}条" + (f"，印{len(said.shown)}条" if len(said.shown) < said.count else ""),
        "shown": [{"where": each.where, "words": each.words} for each in said.shown],
    }


def _ranking_note(report: Report) -> str:
    return f"得分印出来一样的算并列；答卷不到{report.least_n}份的不排名次。"
