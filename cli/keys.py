"""`keys`: changing the data key."""

import click

from cli.groups import Group
from cli.guard import FAILED
from cli.parts import open_parts
from cli.progress import counting
from cli.who import typed_by
from core.audit.acts import Act, about
from core.audit.service import record
from core.db.reading import reading
from core.upkeep.rotation import count_sealed, standing
from core.upkeep.rotation import rotate as rotate_all


@click.group(cls=Group)
def keys() -> None:
    """
    数据密钥：加密的内容现在用的是哪一把，换成新的一把。

    例：python -m cli keys status
    """


@keys.command()
@click.pass_context
def status(context: click.Context) -> None:
    """
    各种加密的内容，有多少是最新的密钥加的，多少还是旧的。打不开的，退出码是1。

    例：python -m cli keys status
    """
    with open_parts() as parts:
        found = standing(parts.engine, parts.keys)
    for each in found:
        told = f"新密钥{each.newest}个，旧密钥{each.older}个"
        click.echo(f"{each.sealed.title}：{told}" + (f"，打不开{each.lost}个" if each.lost else ""))
    older, lost = sum(each.older for each in found), sum(each.lost for each in found)
    if lost:
        words = f"有{lost}个打不开。请把当初的密钥接在 MINYI_DATA_KEY 后面，用逗号隔开，再看一次。"
        click.echo(words, err=True)
        context.exit(FAILED)
    if older:
        click.echo("还有用旧密钥的。请运行 python -m cli keys rotate，换完以前不要去掉旧密钥。")
    else:
        click.echo("全部是最新的密钥。MINYI_DATA_KEY 里旧的可以去掉了。")


@keys.command()
@click.pass_context
def rotate(context: click.Context) -> None:
    """
    把加密的内容全部换成最新的密钥。中断了再运行一次，会接着换。

    先把新密钥写在 MINYI_DATA_KEY 最前面、旧的留在后面，重启所有程序，再运行；换完才能去掉旧的。

    例：python -m cli keys rotate
    """
    with open_parts() as parts:
        with reading(parts.engine) as connection:
            total = count_sealed(connection)
        with counting("换密钥", total, "个") as step:
            changed = rotate_all(parts.engine, parts.keys, step)
        left = standing(parts.engine, parts.keys)
        lost, older = sum(each.lost for each in left), sum(each.older for each in left)
        with parts.transaction() as session:
            details = {"换了": changed, "打不开": lost}
            record(session, Act.KEYS_ROTATED, typed_by(), about("system", "data-key"), details)
    click.echo(f"换了{changed}个，共{total}个。")
    if lost:
        click.echo(f"有{lost}个打不开，没有动。请运行 python -m cli keys status 看看。", err=True)
        context.exit(FAILED)
    if older:
        click.echo(f"又有{older}个是用旧密钥新加的：还有程序没有重启。请重启以后再运行一次。", err=True)
        context.exit(FAILED)
    click.echo("现在可以去掉 MINYI_DATA_KEY 里旧的密钥，再重启。")
