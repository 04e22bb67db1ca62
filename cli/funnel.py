"""`funnel`: the counters of scans, follows and answers, proved from the raw events."""

import click

from cli.groups import Group
from cli.parts import open_parts
from cli.progress import counting
from core.errors import Refused
from core.funnel.cells import AXES, PARTS
from core.funnel.counting import advance
from core.funnel.recount import STEPS, Difference, recount

SHOWN = 20
PART_WORDS = dict(zip(PARTS, ("全部", "县区单位", "乡镇", "码", "载体", "县区单位的载体"), strict=True))
AXIS_WORDS = dict(zip(AXES, ("整次调查", "逐日", "每周各小时", "退出的题"), strict=True))


class CountersWrong(Refused):
    """A recount found cells that were wrong."""


@click.group(cls=Group)
def funnel() -> None:
    """
    传播漏斗的计数。

    例：python -m cli funnel recount
    """


@funnel.command("recount")
@click.option("--check-only", is_flag=True, help="只核对，不改。")
def recount_(check_only: bool) -> None:
    """
    从原始记录重数一遍，同平时累计的数逐格核对；不一样的列出来并改正（每天夜里也自动做）。

    有不一样的，退出码是1。

    \b
    例：python -m cli funnel recount
        python -m cli funnel recount --check-only
    """
    with open_parts() as parts:
        advance(parts.engine, parts.clock())
        with counting("重数", STEPS, "步") as step:
            found = recount(parts.engine, repair=not check_only, progress=step)
    if not found:
        click.echo("核对过了：累计的数和原始记录一致。")
        return
    for each in found[:SHOWN]:
        click.echo(_words(each))
    more = f"（只列前{SHOWN}格）" if len(found) > SHOWN else ""
    done = "没有改。去掉 --check-only 再运行一次就会改正" if check_only else "已经按原始记录改正"
    raise CountersWrong(f"有{len(found)}格和原始记录不一样{more}，{done}。")


def _words(each: Difference) -> str:
    where = each.where
    named = (str(where[name]) for name in ("owner", "township", "key", "step", "question") if where[name])
    cell = f"{PART_WORDS[each.part]} {AXIS_WORDS[each.axis]} {'/'.join(named) or '合计'} {where['kind']}"
    return f"调查{where['round_id']} {cell}：应改{each.visits:+}人次、{each.people:+}人"
