"""`migrate`: make the tables, or bring them up to date."""

import click

from cli.groups import Command
from cli.parts import open_parts
from core.ballots.roster import seal_old
from core.db.migrate import upgrade
from core.db.revision import current, newest


@click.command(cls=Command)
def migrate() -> None:
    """
    建好或升级数据库。可以重复运行。

    例：python -m cli migrate
    """
    with open_parts(migrated=False) as parts:
        before = current(parts.engine)
        upgrade(parts.engine)
        with parts.transaction() as session:
            seal_old(session, lambda: parts.keys)
    if before == newest():
        click.echo(f"数据库已经是最新的（{before}）。")
    else:
        click.echo(f"数据库{'升级' if before else '建'}好了（{before or '空'} → {newest()}）。")
