"""`slips`: the leaders' one-time tickets: making, marking those torn off paper ballots, counting."""

import sys
from dataclasses import asdict
from pathlib import Path

import click
from sqlalchemy.orm import Session

from cli.ballot_rounds import ballot_script, print_slips
from cli.groups import Group
from cli.parts import open_parts
from cli.progress import counting
from cli.who import typed_by
from core.audit.acts import Act, about
from core.audit.service import record
from core.ballots.errors import BadPaper
from core.ballots.paper import mark_slip
from core.ballots.paper_form import paper_form
from core.ballots.slips import Hasher
from core.ballots.status import status_of
from qrcodes.ballot_papers import blank_form
from qrcodes.press import Press
from qrcodes.writing import whole_file

ROUND = click.option("--round", "round_name", metavar="名称", required=True, help="哪次调查。")


@click.group(cls=Group)
def slips() -> None:
    """
    领导评价的纸票：制作、登记用过的纸质票、清点。

    例：python -m cli slips make --round 2026年度 --count 300 --out 纸票.pdf
    """


@slips.command()
@ROUND
@click.option("--count", type=int, metavar="张数", required=True, help="做多少张，至少10张。")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="文件",
    required=True,
    help="PDF 存到哪里。",
)
@click.option("--early", is_flag=True, help="二维码会在截止前过期也要现在印。")
def make(round_name: str, count: int, out: Path, early: bool) -> None:
    """
    做纸票：一页10张，印好沿线裁开，像抓阄一样发。编号只在这个文件里有，印完请删掉文件。

    \b
    例：python -m cli slips make --round 2026年度 --count 300 --out 纸票.pdf
    """
    with open_parts() as parts, counting("生成二维码", count, "张") as step:
        made = print_slips(
            parts.engine, parts.settings, parts.clock, typed_by(),
            round_name=round_name, count=count, early=early, out=out, step=step,
        )  # fmt: skip
    click.echo(f"做好了{len(made)}张纸票：{out}。裁开、发完以后，请把这个文件删掉。")


@slips.command()
@ROUND
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="文件",
    required=True,
    help="PDF 存到哪里。",
)
def form(round_name: str, out: Path) -> None:
    """
    空白的纸质评价表：没有编号，要几份印几份；和纸票一起发，交的时候分开。

    例：python -m cli slips form --round 2026年度 --out 评价表.pdf
    """
    with open_parts() as parts, Session(parts.engine) as session, whole_file(out) as file:
        _, script = ballot_script(session, round_name, parts.settings)
        owner = f"{parts.settings.office.name}　电话 {parts.settings.office.phone}"
        file.write(blank_form(Press(parts.clock()), owner, asdict(paper_form(script))))
    click.echo(f"写好了：{out}")


@slips.command()
@ROUND
@click.argument("codes", nargs=-1, metavar="编号…")
def used(round_name: str, codes: tuple[str, ...]) -> None:
    """
    登记从纸质评价上撕下来的票：从此不能再在网上用。不写编号就从输入里一行读一个。

    \b
    例：python -m cli slips used --round 2026年度 W96DNM7Q4T
    """
    given = codes or tuple(line.strip() for line in sys.stdin if line.strip())
    with open_parts() as parts, parts.transaction() as session:
        entry, _ = ballot_script(session, round_name, parts.settings)
        hasher = Hasher.open(session, parts.keys, parts.clock())
        for number, code in enumerate(given, start=1):
            try:
                mark_slip(session, hasher, entry.id, code)
            except BadPaper as error:
                raise BadPaper(f"第{number}张：{error}一张也没有登记。") from None
            record(session, Act.PAPER_SLIP_MARKED, typed_by(), about("ballot", entry.id), {})
    click.echo(f"登记了{len(given)}张。")


@slips.command()
@ROUND
def status(round_name: str) -> None:
    """
    清点：做了多少、用了多少、票柜里有多少，对不对得上。

    例：python -m cli slips status --round 2026年度
    """
    with open_parts() as parts, Session(parts.engine) as session:
        entry, _ = ballot_script(session, round_name, parts.settings)
        found = status_of(session.connection(), entry.id, parts.clock())
    if found is None:
        click.echo("还没有投票箱。请先定下见证人：ballots witnesses。")
        return
    click.echo(f"纸票：做了{found.slips}张，用了{found.used}张。")
    click.echo(f"选票：正在填{found.filling}份，等着混票{found.waiting}张，票柜里{found.in_urn}张。")
    click.echo(f"纸质：登记了{found.paper_marked}张，录入了{found.paper_keyed}份。")
    click.echo(f"不受理：{found.refused}次（编号不对、已用过或过期）。")
    if found.held_back:
        click.echo(f"注意：剩下{found.held_back}张，不到10张，混在一起也会看出是谁的，留存不开。")
    if not found.is_opened:
        click.echo("数目相符。" if found.adds_up else "数目不符，请找技术人员。")
