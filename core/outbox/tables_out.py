"""The outbox as a table to take away: what was sent to whom and what became of it; nothing of a person."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from core.clock import local
from core.outbox.kinds import KIND_WORDS
from core.outbox.listing import Listed
from core.outbox.states import CHANNEL_WORDS, REASON_WORDS, STATE_WORDS
from core.sheets.out_columns import OutColumn
from core.sheets.writing import table_file

CALL_WORDS = {"": "", "needed": "要打电话", "done": "已打电话"}
COLUMNS = tuple(
    OutColumn(name=name)
    for name in (
        "编号",
        "写入时间",
        "单位",
        "种类",
        "内容",
        "状态",
        "办法",
        "原因",
        "返回码",
        "次数",
        "打电话",
        "全文",
    )
)


def write_messages(messages: Iterable[Listed], names: Mapping[str, str], path: Path, file_format: str) -> int:
    """One row a message; how many. `names` are those of counties and units by code."""
    count = 0
    with table_file(path, file_format, COLUMNS, "发件箱") as write:
        for each in messages:
            count += 1
            write(
                [
                    each.id,
                    f"{local(each.queued_at):%Y-%m-%d %H:%M:%S}",
                    names.get(each.code, each.code),
                    KIND_WORDS[each.kind],
                    each.summary,
                    STATE_WORDS[each.state],
                    CHANNEL_WORDS[each.channel],
                    REASON_WORDS.get(each.reason, ""),
                    each.error_code,
                    each.edition,
                    CALL_WORDS[each.call],
                    each.body,
                ]
            )
    return count
