"""`items`: rectification items: loading a list of them, and how the work stands."""

from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from cli.groups import Group
from cli.moments import MOMENT
from cli.outbox_jobs import rules_of
from cli.parts import open_parts
from cli.progress import counting
from cli.reminder_words import told
from cli.who import typed_by
from core.audit.acts import Act, about
from core.audit.service import record
from core.clock import local_day
from core.db.reading import reading
from core.people.reach import EVERYTHING
from core.places.service import load_gazetteer
from core.rectification.authors import Author, Origin
from core.rectification.figures import figures_by_unit, total
from core.rectification.loading import read_items
from core.rectification.plan import apply_plan, plan_load
from core.rectification.service import known_subjects
from core.rectification.tables_out import write_figures
from core.reminders.planning import effective_time
from core.reminders.service import preview
from core.sheets.writing import FORMATS
from core.workdays.service import load_workdays, unknown_year

OUT = click.Path(dir_okay=False, path_type=Path)
SHOWN_CHANGES = 20


@click.group(cls=Group)
def items() -> None:
    """
    整改事项：导入、统计、提醒。

    例：python -m cli items load core/rectification/data/rectification-sample.csv
    """


@items.command()
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@click.option("--preview", is_flag=True, help="只看会改什么，不写入。")
def load(file: Path, preview: bool) -> None:
    """
    导入整改事项，csv 或 xlsx。全部正确才写入；再导入一次就是更新，改了什么会说明。

    导出的表改好以后也用它导回来：按“编号”找到原来那一条。

    \b
    例：python -m cli items load core/rectification/data/rectification-sample.csv
        python -m cli items load 台账.xlsx --preview
    """
    with open_parts() as parts:
        now = parts.clock()
        with reading(parts.engine) as connection:
            lines = read_items(file, load_gazetteer(connection), local_day(now))
        with parts.transaction() as session:
            plan = plan_load(session, lines, file.name)
            for change in plan.of("changed")[:SHOWN_CHANGES]:
                click.echo(f"{change.number}号：{'；'.join(map(str, change.differences))}")
            for change in plan.of("stale"):
                where = f"第{change.line.row}行（{change.number}号）"
                click.echo(f"{where}导出以后又办过，没有采用。请重新导出再改。")
            if not preview:
                with counting("导入", len(plan.changes), "条") as step:
                    apply_plan(session, plan, Author.system(Origin.IMPORT), now, step)
                record(session, Act.LIST_LOADED, typed_by(), about("list", "items"), {"结果": str(plan)})
    click.echo(
        f"{'预览' if preview else '整改事项导入好了'}。{plan}。{'什么都没有写入。' if preview else ''}"
    )


@items.command()
@click.option(
    "--format", "file_format", type=click.Choice(FORMATS), default="csv", show_default=True, help="格式。"
)
@click.option("--out", type=OUT, metavar="文件", required=True, help="存到哪里。")
@click.option("--source", metavar="来源", default="", help="只算这个来源的；不写就是全部。")
def report(file_format: str, out: Path, source: str) -> None:
    """
    各县（区）、各单位的整改情况：交办、领取、销号、按期率、完成率、超期，最后一行是合计。

    例：python -m cli items report --format csv --out 整改情况.csv
    """
    with open_parts() as parts, reading(parts.engine) as connection, Session(connection) as session:
        lines = figures_by_unit(session, EVERYTHING, local_day(parts.clock()), source=source)
        write_figures(lines, known_subjects(session), out, file_format)
    whole = total(lines)
    rate = "—" if whole.completion_rate is None else f"{whole.completion_rate:.1%}"
    click.echo(f"交办{whole.assigned}条，已销号{whole.closed}条，完成率{rate}：{out}")


@items.command()
@click.option("--now", "at", type=MOMENT, metavar="时间", help="看哪个时候的；不写就是现在。")
def remind(at: datetime | None) -> None:
    """
    看到那个时候会发哪些提醒：发给谁、说什么。只看，什么都不发。

    提醒由后台任务（worker）在工作日8:30–18:00自动发。

    例：python -m cli items remind --now "2026-12-25 09:00"
    """
    with open_parts() as parts, reading(parts.engine) as connection:
        any_time = parts.settings.sending.any_time
        workdays = load_workdays(connection, any_time=any_time)
        rules = rules_of(parts.settings)
        asked = at or parts.clock()
        when = effective_time(rules, workdays, asked)
        plan = preview(Session(connection), rules, when, any_time=any_time)
        gazetteer = load_gazetteer(connection)
    for line in told(plan, gazetteer, asked, unknown_year(workdays, asked)):
        click.echo(line)
