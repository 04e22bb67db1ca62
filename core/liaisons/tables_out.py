"""The liaisons as a table to take away; names and numbers only where somebody asked for them in full."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from core.liaisons.kinds import KIND_TITLES
from core.liaisons.service import Known
from core.sheets.out_columns import OutColumn
from core.sheets.writing import table_file

COLUMNS = (
    *(
        OutColumn(name=name)
        for name in ("单位代码", "单位", "身份", "姓名", "手机号", "代班从", "代班到", "微信", "账号")
    ),
    OutColumn(name="手里的事项（件）", kind="number"),
)


def write_liaisons(
    liaisons: Sequence[Known],
    names: Mapping[str, str],
    in_hand: Mapping[str, int],
    path: Path,
    file_format: str,
    *,
    in_full: bool,
) -> int:
    """
    One row a liaison; how many. By county's or unit's code: `names`, and how many items are `in_hand` there.

    `in_full` opens names and numbers; such a file can be loaded again (`lists.py`).
    """
    with table_file(path, file_format, COLUMNS, "联络员") as write:
        for each in liaisons:
            write(
                [
                    each.subject_code,
                    names.get(each.subject_code, each.subject_code),
                    KIND_TITLES[each.kind],
                    each.name if in_full else each.masked_name,
                    each.phone if in_full else each.masked_phone,
                    each.from_day.isoformat() if each.from_day else "",
                    each.until_day.isoformat() if each.until_day else "",
                    _wechat_words(each),
                    each.login,
                    in_hand.get(each.subject_code, 0),
                ]
            )
    return len(liaisons)


def _wechat_words(each: Known) -> str:
    if each.bound_at is None:
        return "没有绑定"
    return "绑定好了" if each.is_reachable else "取消了关注"
