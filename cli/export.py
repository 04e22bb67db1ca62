"""`export`: taking out what was said, and what is done about it."""

from pathlib import Path

import click
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from cli.export_funnel import funnel
from cli.groups import Group
from cli.parts import Parts, open_parts
from cli.progress import counting
from cli.who import typed_by
from core.audit.acts import Act, about
from core.audit.chain import Details
from core.audit.service import record
from core.clock import local_day
from core.db.reading import reading
from core.errors import NotFound
from core.people.reach import EVERYTHING
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
def answers(round_name: str, questionnaire: str | None, file_format: str, out: Path) -> None:
    """
    导出一次调查的答卷：一行一份，不含微信号。

    \b
    例：python -m cli export answers --round 2026年度 --format csv --out 答卷.csv
        python -m cli export answers --round 2026年度 --questionnaire units-2021 --format xlsx --out 单位.xlsx
    """
    with open_parts() as parts:
        with reading(parts.engine) as connection:
            sheet = _sheet(connection, round_name, questionnaire)
            total = count_responses(connection, sheet)
            _note(parts, sheet, file_format, total)
            with counting("导出", total, "份") as step:
                count = export_answers(connection, sheet, out, file_format, step)
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


def _note(parts: Parts, sheet: Sheet, file_format: str, rows: int) -> None:
    """Before the file is there: one that nobody wrote down must not exist."""
    details: Details = {"格式": file_format, "份数": rows, "问卷": "、".join(sheet.cells)}
    with parts.transaction() as session:
        record(session, Act.ANSWERS_EXPORTED, typed_by(), about("round", sheet.round_id), details)


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
