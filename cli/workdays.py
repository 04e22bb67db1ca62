"""`workdays`: which days are worked, for reminders and deadlines."""

from pathlib import Path

import click

from cli.groups import Group
from cli.moments import MOMENT
from cli.parts import open_parts
from core.clock import local_day
from core.workdays.calendar import LIBRARY_UNTIL
from core.workdays.service import load_days, load_workdays, read_days, unknown_words, unknown_year

WEEKDAYS = "一二三四五六日"


@click.group(cls=Group)
def workdays() -> None:
    """
    节假日和调休。

    例：python -m cli workdays load 2027.csv
    """


@workdays.command()
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
def load(file: Path) -> None:
    """
    导入一年的节假日和调休：日期、休或班、名称，csv 或 xlsx。

    周末不用写，只写通知里说的：放假的每一天写“休”，要上班的周末写“班”。一年要一次写全；再导入就换成新的。

    例：python -m cli workdays load 2027.csv
    """
    listed = read_days(file)
    with open_parts() as parts, parts.transaction() as session:
        years = load_days(session, listed, parts.clock())
    off = sum(not each.is_worked for each in listed)
    named = "、".join(f"{year}年" for year in years)
    click.echo(f"{named}的安排导入好了：休{off}天，周末上班{len(listed) - off}天。")


@workdays.command()
@click.argument("day", metavar="日期", type=MOMENT, required=False)
def show(day: object) -> None:
    """
    看一天上不上班，和知道到哪一年；不写日期就看今天。

    例：python -m cli workdays show 2026-10-10
    """
    with open_parts() as parts, parts.engine.connect() as connection:
        calendar = load_workdays(connection)
        asked = local_day(day if day is not None else parts.clock())  # type: ignore[arg-type]
        unknown = unknown_year(calendar, parts.clock())
    words = "上班" if calendar.is_workday(asked) else "休息"
    click.echo(f"{asked}（周{WEEKDAYS[asked.weekday()]}）{words}。")
    loaded = sorted({each.year for each in calendar.special})
    more = f"，另外导入了{'、'.join(map(str, loaded))}年" if loaded else ""
    click.echo(f"程序自带到{LIBRARY_UNTIL}年的安排{more}。")
    if not calendar.is_known(asked.year):
        click.echo(unknown_words(asked.year))
    elif unknown is not None:
        click.echo(unknown_words(unknown))
