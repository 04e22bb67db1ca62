"""`export`: taking out what was said, and what is done about it."""

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
from core.errors import NotFound, Refused
from core.opinions.striking import masked
from core.people.reach import EVERYTHING
from core.people.roles import Role
from core.places.service import load_gazetteer
from core.questionnaires.model import Questionnaire
from core.questionnaires.service import get_questionnaire
from core.rectification.figures import sources
from core.rectification.lists import Sort, Wanted, list_items
from core.rectification.service import known_subjects
from core.rectification.tables_out import write_items
from core.responses.export import Sheet, count_responses, export_answers
from core.rounds.service import find_round
from core.sheets.writing import FORMATS

# Leaders' ballots are no responses: they are counted when the witnesses open them, and never listed.
BALLOTS = "leaders"


MIN_REASON_CHARS, MAX_REASON_CHARS = 10, 200


class RawNeedsReason(Refused):
    """People's words as they are go only to the office, for a reason."""

    say = "一字不改的原话只给办公室：请用 --as 写办公室的账号，用 --reason 写明理由（10到200个字）。"


@click.group(cls=Group)
def export() -> None:
    """
    导出答卷、整改事项、传播漏斗。

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
@click.option("--raw", is_flag=True, help="要一字不改的原话；要写 --as 和 --reason，会记进操作记录。")
@click.option("--as", "name", metavar="账号", default="", help="办公室的账号，--raw 时要；会问密码。")
@click.option("--reason", metavar="理由", default="", help="为什么要原话，--raw 时要，至少10个字。")
def answers(
    round_name: str,
    questionnaire: str | None,
    file_format: str,
    out: Path,
    raw: bool,
    name: str,
    reason: str,
) -> None:
    """
    导出一次调查的答卷：一行一份，不含微信号；大家话里的电话、证件号、姓名涂掉。

    \b
    例：python -m cli export answers --round 2026年度 --format csv --out 答卷.csv
        python -m cli export answers --round 2026年度 --questionnaire units-2021 --format xlsx --out 单位.xlsx
    """
    with open_parts() as parts:
        with reading(parts.engine) as connection:
            sheet = _sheet(connection, round_name, questionnaire)
            total = count_responses(connection, sheet)
            who = _answers_for(parts, name, reason) if raw else typed_by()
            _note(parts, sheet, file_format, total, who, reason if raw else "")
            with counting("导出", total, "份") as step:
                words = (lambda said: said) if raw else masked
                count = export_answers(connection, sheet, out, file_format, step, words)
        click.echo(f"导出了{count}份答卷：{out}")


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
    if not name or not MIN_REASON_CHARS <= len(reason.strip()) <= MAX_REASON_CHARS:
        raise RawNeedsReason
    with parts.transaction() as session:
        staff = signed_in(session, name)
        if staff.role != Role.OFFICE:
            raise RawNeedsReason
        return Who.staff(staff.id, staff.name)


def _note(parts: Parts, sheet: Sheet, file_format: str, rows: int, who: Who, reason: str) -> None:
    """Before the file is there: one that nobody wrote down must not exist."""
    details: dict[str, str | int | bool | None] = {
        "格式": file_format,
        "份数": rows,
        "问卷": "、".join(sheet.cells),
        "原话": bool(reason),
    }
    if reason:
        details["理由"] = reason.strip()
    with parts.transaction() as session:
        record(session, Act.ANSWERS_EXPORTED, who, about("round", sheet.round_id), details)


def _sheet(connection: Connection, round_name: str, wanted: str | None) -> Sheet:
    """What is to be exported; NotFound when there is no such round, or the questionnaire is not in it."""
    with Session(connection) as session:
        entries = find_round(session, round_name)
        chosen: list[Questionnaire] = [
            get_questionnaire(session, entry.questionnaire_id, entry.questionnaire_version)
            for entry in entries.questionnaires
            if entry.who != BALLOTS and wanted in (None, entry.questionnaire_id)
        ]
        if not chosen:
            raise NotFound(f"调查“{round_name}”里没有可以导出的问卷{f' {wanted}' if wanted else ''}。")
        return Sheet.of(entries.id, chosen, load_gazetteer(connection))


export.add_command(funnel)
