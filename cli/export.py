"""`export`: taking out what was said, and what is done about it."""

from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from cli.coaching import signed_in
from cli.export_funnel import funnel
from cli.groups import Group
from cli.parts import Parts, open_parts
from cli.progress import counting
from cli.who import typed_by
from core.audit.acts import Act, about
from core.audit.chain import Details
from core.audit.service import record
from core.audit.who import Who
from core.clock import local_day
from core.db.reading import reading
from core.exports.answers import write_answers
from core.exports.codebook import CODEBOOK_FORMATS, codebook_of, write_codebook
from core.exports.wishes import NotForRaw, Ordered, Wish, order, refuse_raw
from core.people.reach import EVERYTHING
from core.people.roles import Role
from core.rectification.figures import sources
from core.rectification.lists import Sort, Wanted, list_items
from core.rectification.service import known_subjects
from core.rectification.tables_out import write_items
from core.responses.export import count_responses
from core.rounds.service import find_round
from core.sheets.writing import FORMATS

DAY = click.DateTime(["%Y-%m-%d"])


@click.group(cls=Group)
def export() -> None:
    """
    导出答卷、编码表、整改事项、传播漏斗。

    例：python -m cli export answers --round 2026年度 --format xlsx --out 答卷.xlsx
    """


@export.command()
@click.option("--round", "round_name", metavar="名称", required=True, help="哪次调查。")
@click.option("--questionnaire", metavar="问卷", help="只要这份问卷的；不写就要这次调查的全部。")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(FORMATS),
    default="csv",
    show_default=True,
    help="格式。",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", required=True, help="存到哪里。"
)
@click.option("--since", type=DAY, metavar="日期", help="从哪天起结束的答卷，如 2026-12-01。")
@click.option("--until", type=DAY, metavar="日期", help="到哪天为止，这一天也算。")
@click.option("--place", metavar="代码", default="", help="只要住在这个县区或乡镇的。")
@click.option("--unit", metavar="代码", default="", help="只要评这个单位的。")
@click.option("--raw", is_flag=True, help="要一字不改的原话；要写 --as 和 --reason，会记进操作记录。")
@click.option("--as", "name", metavar="账号", default="", help="办公室的账号，--raw 时要；会问密码。")
@click.option("--reason", metavar="理由", default="", help="为什么要原话，--raw 时要，至少10个字。")
def answers(
    round_name: str,
    questionnaire: str | None,
    file_format: str,
    out: Path,
    since: datetime | None,
    until: datetime | None,
    place: str,
    unit: str,
    raw: bool,
    name: str,
    reason: str,
) -> None:
    """
    导出一次调查的答卷：一行一份，不含微信号；大家话里的电话、证件号、姓名涂掉。

    xlsx 前面有汇总和编码表。

    \b
    例：python -m cli export answers --round 2026年度 --format csv --out 答卷.csv
        python -m cli export answers --round 2026年度 --place 451228 --since 2026-12-01 --out 都安.csv
        python -m cli export answers --round 2026年度 --questionnaire units-2021 --format xlsx --out 单位.xlsx
    """
    with open_parts() as parts:
        with reading(parts.engine) as connection:
            wish = Wish(
                round_id=_round_id(connection, round_name),
                file_format=file_format,
                questionnaire_id=questionnaire or "",
                since=since.date() if since else None,
                until=until.date() if until else None,
                place_code=place,
                unit_code=unit,
                raw=raw,
            )
            ordered = order(connection, wish)
            total = count_responses(connection, ordered.sheet)
            who = _answers_for(parts, name, reason) if raw else typed_by()
            _note(parts, ordered, total, who, reason if raw else "")
            with counting("导出", total, "份") as step:
                count = write_answers(connection, ordered, out, parts.clock(), step)
        click.echo(f"导出了{count}份答卷：{out}")


@export.command()
@click.option("--round", "round_name", metavar="名称", required=True, help="哪次调查。")
@click.option("--questionnaire", metavar="问卷", default="", help="只要这份问卷的；不写就要全部。")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(CODEBOOK_FORMATS),
    default="json",
    show_default=True,
    help="json，或 xml（DDI-Codebook 2.5，统计软件和数据档案馆用）。",
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", required=True, help="存到哪里。"
)
def codebook(round_name: str, questionnaire: str, file_format: str, out: Path) -> None:
    """
    导出答卷表的编码表：每一列是哪道题，每个代码是什么意思、出现了多少次。

    个人情况的题，不到10个人的选项不给次数。

    \b
    例：python -m cli export codebook --round 2026年度 --format xml --out 编码表.xml
    """
    with open_parts() as parts, reading(parts.engine) as connection:
        round_id = _round_id(connection, round_name)
        wish = Wish(round_id=round_id, file_format="csv", questionnaire_id=questionnaire)
        ordered = order(connection, wish)
        count = write_codebook(codebook_of(connection, ordered, parts.clock()), out, file_format)
    click.echo(f"导出了{count}列的编码表：{out}")


@export.command()
@click.option("--round", "round_name", metavar="名称", default="", help="来源，或哪次调查；不写就是全部。")
@click.option(
    "--format", "file_format", type=click.Choice(FORMATS), default="csv", show_default=True, help="格式。"
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", required=True, help="存到哪里。"
)
def items(round_name: str, file_format: str, out: Path) -> None:
    """
    导出整改事项：一行一条，改好以后可以用 items load 导回来。

    \b
    例：python -m cli export items --round 2020年度 --format xlsx --out 整改事项.xlsx
        python -m cli export items --out 全部.csv
    """
    with open_parts() as parts, reading(parts.engine) as connection, Session(connection) as session:
        source, told = _items_source(session, round_name)
        wanted = list_items(
            session, Wanted(source=source), EVERYTHING, local_day(parts.clock()), sort=Sort.NUMBER
        )
        note: Details = {"格式": file_format, "条数": len(wanted), "来源": source or "全部"}
        with parts.transaction() as writing:
            record(writing, Act.LIST_EXPORTED, typed_by(), about("list", "items"), note)
        with counting("导出", len(wanted), "条") as step:
            count = write_items(session, wanted, known_subjects(session), out, file_format, step)
    click.echo(f"{told}导出了{count}条整改事项：{out}")


def _items_source(session: Session, name: str) -> tuple[str, str]:
    """
    The source to be exported ('' for all), and what has to be said about it.

    Items handed out before this system was there name sources that are no rounds of its own: of a round
    that no item names, everything is exported, and that is said.
    """
    known = sources(session)
    if not name or name in known:
        return name, ""
    find_round(session, name)
    return "", f"没有来源写着“{name}”的事项（来源有：{'、'.join(known) or '无'}），所以导出全部。"


def _answers_for(parts: Parts, name: str, reason: str) -> Who:
    """Who of the office takes out people's words as they are, and has said why."""
    if not name:
        raise NotForRaw(f"{NotForRaw.say}请用 --as 写办公室的账号，用 --reason 写明理由。")
    # The reason first: nobody types a password for nothing.
    refuse_raw(Role.OFFICE, reason)
    with parts.transaction() as session:
        staff = signed_in(session, name)
        refuse_raw(Role(staff.role), reason)
        return Who.staff(staff.id, staff.name)


def _note(parts: Parts, ordered: Ordered, rows: int, who: Who, reason: str) -> None:
    """Before the file is there: one that nobody wrote down must not exist."""
    with parts.transaction() as session:
        on = about("round", ordered.wish.round_id)
        record(session, Act.ANSWERS_EXPORTED, who, on, ordered.details(rows, reason))


def _round_id(connection: Connection, name: str) -> int:
    with Session(connection) as session:
        return find_round(session, name).id


export.add_command(funnel)
