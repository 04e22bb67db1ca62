"""
The sheets in front of a workbook: what came out in each county (or unit) for each question, with its imprint.

One sheet for each questionnaire and channel: who is called at random and who scans by themselves are not
mixed. Without chosen days the figures are those of the tallies, as on screen; with them the same rows are
counted that the file holds. A sheet says which of those rows are in its figures.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from core.exports.wishes import WHOLE_ROUND, Ordered
from core.people.reach import EVERYTHING
from core.questionnaires.model import Questionnaire
from core.reports.addresses import export_address
from core.reports.imprint import Imprint, imprint_of
from core.reports.scope import Scope
from core.reports.stretches import COMPLETE
from core.reports.tally import ENDINGS
from core.responses.channels import CHANNEL_WORDS
from core.responses.columns import in_general
from core.responses.models import Response
from core.results.questions import questions_by_place
from core.results.source import AsOf, Live, Source
from core.results.tables import Table, file_rows
from core.results.views import Part, endings
from core.sheets.writing import FrontSheet

WIDTHS = (16, 12, 40, 16, 12, 12, 16, 12)
MAX_TITLE_CHARS = 28
HELP = "得分是有分数的回答的平均；满意率是最好两档占有分数的回答；不了解不算分，另列。"


@dataclass(slots=True)
class Rows:
    """Rows of the file, of one questionnaire and channel, by what became of the response."""

    complete: int = 0
    set_aside: int = 0
    break_off: int = 0
    refused: int = 0
    other: int = 0
    superseded: int = 0

    @property
    def in_words(self) -> str:
        """Which of them the figures are made of."""
        left_out = {
            "搁置的": self.set_aside,
            "中途退出的": self.break_off,
            "不同意参加的": self.refused,
            "没有问成的": self.other,
            "已被新答卷替换的": self.superseded,
        }
        told = "、".join(f"{what}{count}行" for what, count in left_out.items() if count)
        total = self.complete + sum(left_out.values())
        counted = f"答卷表里有{total}行，这里的数只算完整交上的{self.complete}行"
        return f"{counted}，不算{told}。" if told else f"{counted}。"


def summary_sheets(connection: Connection, ordered: Ordered, now: datetime) -> Iterator[FrontSheet]:
    """The sheets, in the order of questionnaires; of channels the one with most rows first."""
    for questionnaire in ordered.questionnaires:
        found = _rows_by_channel(connection, ordered, questionnaire)
        for number, (channel, rows) in enumerate(found.items()):
            table, imprint = _summary(connection, ordered, questionnaire, channel, now)
            named = f" {CHANNEL_WORDS.get(channel, channel)}" if number else ""
            heads, *cells = file_rows(table)
            yield FrontSheet(
                title=f"汇总 {questionnaire.id}"[: MAX_TITLE_CHARS - len(named)] + named,
                lines=[*imprint.lines, ("行数", rows.in_words), ("算法", HELP)],
                header=[str(head) for head in heads],
                rows=cells,
                widths=WIDTHS,
            )


def summary_table(source: Source, ordered: Ordered, questionnaire: Questionnaire, channel: str) -> Table:
    """The table of one sheet; `source` has to know the days."""
    return questions_by_place(source, _part(ordered, questionnaire, channel))


def source_of(connection: Connection, ordered: Ordered, now: datetime) -> Source:
    """Where a summary's figures come from: tallies know no days, so with days the answers are counted."""
    wish = ordered.wish
    if wish.since is None and wish.until is None:
        return Live(connection, now)
    return AsOf(connection, now, wish.since, wish.until)


def _summary(
    connection: Connection, ordered: Ordered, questionnaire: Questionnaire, channel: str, now: datetime
) -> tuple[Table, Imprint]:
    source = source_of(connection, ordered, now)
    part = _part(ordered, questionnaire, channel)
    table = summary_table(source, ordered, questionnaire, channel)
    ended, set_aside = endings(source, part.scope)
    words = [ordered.narrowed or WHOLE_ROUND, CHANNEL_WORDS.get(channel, channel), "搁置的不算"]
    imprint = imprint_of(
        table.printed(),
        questionnaire,
        title=in_general(questionnaire.title),
        round_name=ordered.round_name,
        filter_words=" · ".join(word for word in words if word),
        link=export_address(ordered.wish.round_id, _args(ordered, questionnaire, channel)),
        n=ended.complete,
        set_aside=set_aside,
        with_set_aside=False,
        at=now,
        channels=[channel],
    )
    return table, imprint


def _part(ordered: Ordered, questionnaire: Questionnaire, channel: str) -> Part:
    wish = ordered.wish
    scope = Scope(
        round_id=wish.round_id,
        reach=EVERYTHING,
        questionnaire_id=questionnaire.id,
        place_code=wish.place_code,
        unit_code=wish.unit_code,
        channel=channel,
    )
    return Part(scope=scope, questionnaire=questionnaire, gazetteer=ordered.gazetteer)


def _args(ordered: Ordered, questionnaire: Questionnaire, channel: str) -> dict[str, str]:
    wish = replace(ordered.wish, questionnaire_id=questionnaire.id)
    named = ("questionnaire", "since", "until", "place", "unit")
    return {name: str(wish.params.get(name, "")) for name in named} | {"channel": channel}


def _rows_by_channel(
    connection: Connection, ordered: Ordered, questionnaire: Questionnaire
) -> dict[str, Rows]:
    """The file's rows by channel, most first; without any one empty channel, so that a sheet says so."""
    is_superseded = Response.superseded_by.is_not(None)
    keys = (Response.channel, Response.status, Response.is_set_aside, is_superseded)
    counted: Any = (
        select(*keys, func.count())
        .where(*ordered.sheet.conditions, Response.questionnaire_id == questionnaire.id)
        .group_by(*keys)
    )
    found: dict[str, Rows] = {}
    for channel, status, is_aside, is_replaced, count in connection.execute(counted):
        rows = found.setdefault(channel, Rows())
        name = "superseded" if is_replaced else status if status in ENDINGS else "other"
        name = "set_aside" if name == COMPLETE and is_aside else name
        setattr(rows, name, getattr(rows, name) + count)
    most_first = sorted(found, key=lambda channel: (-found[channel].complete, channel))
    return {channel: found[channel] for channel in most_first} or {"": Rows()}
