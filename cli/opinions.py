"""`opinions`: what people said in their own words, and the index that finds it."""

import click
from sqlalchemy import func, select

from cli.groups import Group
from cli.parts import open_parts
from cli.progress import counting
from core.opinions.models import Opinion
from core.opinions.words import rebuild


@click.group(cls=Group)
def opinions() -> None:
    """
    意见：重建搜索用的索引。

    例：python -m cli opinions reindex
    """


@opinions.command()
def reindex() -> None:
    """
    把意见的搜索索引删掉重建，20万条大约1分钟。建好以前只搜得到最新的。

    平时不用：意见进来、隐去、删除时索引都跟着变。doctor 说索引不对，或者换了程序版本以后才用。

    例：python -m cli opinions reindex
    """
    with open_parts() as parts:
        with parts.engine.connect() as connection:
            total = connection.scalar(select(func.count()).select_from(Opinion)) or 0
        with counting("建索引", total, "条") as step:
            done = rebuild(parts.engine, step)
    click.echo(f"建好了，{done}条意见可以搜索。")
