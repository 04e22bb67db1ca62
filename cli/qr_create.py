"""`qr create`: asking the platform for permanent codes, here and now, with a bar."""

from typing import NoReturn

import click
from tqdm import tqdm

from bot.wechat.codes import PlatformCodes
from cli.groups import Command
from cli.parts import Parts, open_parts
from cli.platform import open_client
from cli.qr import LEVEL_WORDS, county_code, material_code
from cli.who import typed_by
from core.audit.acts import Act, about
from core.audit.service import record
from core.codes.creating import create_codes
from core.codes.maker import CodeMaker, Ticket
from core.codes.materials import material_name
from core.codes.planning import TASK_KIND, Preview, Wanted, plan_codes, plan_left_over, preview
from core.db.reading import reading
from core.errors import Refused
from core.people.roles import Role
from core.places.service import load_gazetteer
from core.tasks.running import Made, TaskHold, run_one
from core.tasks.service import TaskView, Viewer, get_task


class NotFinished(Refused):
    """Not all were made; the sentence says why and what goes on."""


@click.command(cls=Command)
@click.option(
    "--county",
    "counties",
    metavar="县（区）",
    multiple=True,
    help="只要这个县（区），可以写几次；不写是全市。",
)
@click.option(
    "--kind",
    "levels",
    multiple=True,
    type=click.Choice(list(LEVEL_WORDS)),
    help="要哪几类，可以写几次。不写：县和乡镇；没指定县（区）时还有单位。",
)
@click.option(
    "--material", "materials", metavar="载体", multiple=True, help="载体，如 bus，可以写几次；不写是 plain。"
)
@click.option("--preview", "only_preview", is_flag=True, help="只看要生成多少，不生成。")
@click.option("--rest", is_flag=True, help="把以前没有生成完的都接着生成，别的选项不看。")
def create(
    counties: tuple[str, ...],
    levels: tuple[str, ...],
    materials: tuple[str, ...],
    only_preview: bool,
    rest: bool,
) -> None:
    """
    向微信要永久二维码。已经有的不再要；中断了再运行一次，从断的地方接着做。

    永久二维码最多100000个，要了不能删，请先用 --preview 看看要生成多少。

    \b
    例：python -m cli qr create --preview
        python -m cli qr create --county 宜州区 --material plain --material bus
        python -m cli qr create --kind unit
        python -m cli qr create --rest
    """
    with open_parts() as parts:
        with reading(parts.engine) as connection:
            gazetteer = load_gazetteer(connection)
            wanted = _wanted([county_code(gazetteer, each) for each in counties], levels, materials)
            if not rest:
                click.echo(_told(preview(connection, wanted, gazetteer), wanted))
        if only_preview:
            return
        with parts.transaction() as session:
            now = parts.clock()
            if rest:
                task = plan_left_over(session, "接着生成二维码", None, now)
            else:
                task = plan_codes(session, wanted, gazetteer, "生成二维码", None, now)
            details = {"要生成": task.total}
            record(session, Act.CODES_ASKED, typed_by(), about("job", task.id), details)
            task_id, total = task.id, task.total
        _make(parts, task_id, total)


def _wanted(counties: list[str], levels: tuple[str, ...], materials: tuple[str, ...]) -> Wanted:
    if not levels:
        levels = ("county", "township") if counties else ("county", "township", "unit")
    return Wanted(
        county_codes=tuple(counties),
        levels=tuple(level for level in levels if level != "unit"),
        units="unit" in levels,
        materials=tuple(material_code(each) for each in materials) or ("",),
    )


def _told(found: Preview, wanted: Wanted) -> str:
    kinds = "、".join(f"{LEVEL_WORDS[level]}{count}" for level, count in found.by_level.items())
    materials = "、".join(material_name(each) for each in wanted.materials)
    words = f"选中：{kinds or '没有'}（载体：{materials}）。要生成{found.to_make}个，已经有{found.there}个"
    words += f"，别处正在生成{found.being_made}个" if found.being_made else ""
    return words + (f"，已停用{found.retired}个" if found.retired else "") + "。"


def _make(parts: Parts, task_id: int, total: int) -> None:
    """Do the task in this process; NotFinished when it paused, failed or was stopped."""
    with (
        open_client(parts.settings, parts.engine, parts.clock) as client,
        tqdm(total=total, desc="生成二维码", unit="个", leave=False, disable=None) as bar,
    ):

        def work(hold: TaskHold) -> Made:
            return create_codes(parts.engine, _Shown(PlatformCodes(client), bar), hold, parts.clock)

        run_one(parts.engine, parts.settings.var, {TASK_KIND: work}, parts.clock, task_id)
    task = _task(parts, task_id)
    if task.state != "done":
        raise NotFinished(_left(task))
    click.echo(task.say)


class _Shown:
    """A maker that moves the bar with every code."""

    def __init__(self, maker: CodeMaker, bar: "tqdm[NoReturn]") -> None:
        self._maker = maker
        self._bar = bar

    def make(self, scene: str) -> Ticket:
        """See `CodeMaker.make`."""
        ticket = self._maker.make(scene)
        self._bar.update(1)
        return ticket


def _task(parts: Parts, task_id: int) -> TaskView:
    with reading(parts.engine) as connection:
        return get_task(connection, task_id, Viewer(0, Role.OFFICE))


def _left(task: TaskView) -> str:
    words = f"做了{task.done}个，一共{task.total}个。{task.say}"
    if task.state == "paused":
        return words + "（由后台任务接着做，请让 worker 开着。）"
    if task.state == "running":
        return words + "后台任务已经接过去做了，进度在网页“二维码”里看。"
    return words + "处理好以后运行 qr create --rest 接着做。"
