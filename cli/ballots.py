"""`ballots`: the leaders' ballot box: witnesses, opening, protocol, export, roster."""

from pathlib import Path

import click
from sqlalchemy.orm import Session

from cli.ballot_rounds import ballot_script
from cli.groups import Group
from cli.parts import open_parts
from cli.slips import ROUND
from cli.who import typed_by
from core.audit.acts import Act, about
from core.audit.service import record
from core.ballots.box import find_box, make_box
from core.ballots.draft_keys import DraftKeys
from core.ballots.mixing import finish, mix_due
from core.ballots.opening import open_box, result_of
from core.ballots.report import export_rows, protocol_data, sum_in_words, write_result
from core.ballots.roster import COLUMNS, load_roster, roster_of, tick
from core.sheets import read_sheet
from qrcodes.ballot_papers import PrintedShare, share_cards
from qrcodes.ballot_papers import protocol as draw_protocol
from qrcodes.press import Press
from qrcodes.writing import whole_file

OUT = click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", required=True, help="存到哪里。"
)


@click.group(cls=Group)
def ballots() -> None:
    """
    领导评价的投票箱：见证人、开票、记录、导出。

    例：python -m cli ballots witnesses --round 2026年度 --name 韦一 --name 黄二 --name 覃三 --out 钥匙.pdf
    """


@ballots.command()
@ROUND
@click.option("--name", "names", metavar="姓名", multiple=True, required=True, help="见证人，可以给几位。")
@click.option("--needed", type=int, default=2, show_default=True, metavar="人数", help="开票要到齐几位。")
@OUT
def witnesses(round_name: str, names: tuple[str, ...], needed: int, out: Path) -> None:
    """
    做投票箱，给每位见证人一把钥匙。钥匙只在这个 PDF 里有，系统不存；当场打印、各自收好，再把文件删掉。

    \b
    例：python -m cli ballots witnesses --round 2026年度 --name 韦一 --name 黄二 --name 覃三 --out 钥匙.pdf
    """
    with open_parts() as parts, parts.transaction() as session:
        entry, script = ballot_script(session, round_name, parts.settings)
        shares = make_box(session, entry, script.questionnaire, names, needed, parts.clock())
        record(
            session,
            Act.BALLOT_BOX_MADE,
            typed_by(),
            about("ballot", entry.id),
            {"见证人": len(names), "开票": needed},
        )
        session.flush()
        cards = [PrintedShare(share.witness, share.share) for share in shares]
        with whole_file(out) as file:
            file.write(share_cards(Press(parts.clock()), entry.name, needed, cards))
    click.echo(
        f"投票箱做好了，{len(shares)}把钥匙在 {out} 里，开票要{needed}把。打印以后请马上删掉这个文件。"
    )


@ballots.command()
def mix() -> None:
    """
    现在就混票（平时后台每分钟看一次：满20张就混；截止以后，剩下的够10张也混）。

    例：python -m cli ballots mix
    """
    with open_parts() as parts:
        keys = DraftKeys(parts.settings.var)
        finish(parts.engine, keys, parts.clock())
        done = mix_due(parts.engine, keys, parts.clock())
    click.echo(f"混了{done.mixed}张。" + (f"留存{done.held_back}张。" if done.held_back else ""))


@ballots.command(name="open")
@ROUND
@click.option(
    "--share", "shares", metavar="钥匙", multiple=True, help="见证人的钥匙；不写就一把一把地问，不显示出来。"
)
def open_(round_name: str, shares: tuple[str, ...]) -> None:
    """
    开票：截止以后，见证人到齐，各自输入钥匙。

    例：python -m cli ballots open --round 2026年度
    """
    with open_parts() as parts, parts.transaction() as session:
        entry, script = ballot_script(session, round_name, parts.settings)
        box = find_box(session, entry.id)
        given = shares or tuple(
            click.prompt(f"第{number}位见证人的钥匙", hide_input=True) for number in range(1, box.needed + 1)
        )
        open_box(session, script, entry.id, given, parts.clock())
        record(session, Act.BALLOTS_OPENED, typed_by(), about("ballot", entry.id), {})
        told = sum_in_words(result_of(session, entry.id))
    click.echo(f"开好了。{told}下一步：ballots protocol 出开票记录，ballots export 导出结果。")


@ballots.command(name="protocol")
@ROUND
@OUT
def protocol_(round_name: str, out: Path) -> None:
    """
    出开票记录（PDF）：数目、名次表、签字处、校验码。

    例：python -m cli ballots protocol --round 2026年度 --out 开票记录.pdf
    """
    with open_parts() as parts, Session(parts.engine) as session:
        entry, _ = ballot_script(session, round_name, parts.settings)
        data = protocol_data(result_of(session, entry.id))
        with whole_file(out) as file:
            file.write(draw_protocol(Press(parts.clock()), data))
    click.echo(f"写好了：{out}")


@ballots.command()
@ROUND
@click.option(
    "--what",
    type=click.Choice(["figures", "comments"]),
    default="figures",
    show_default=True,
    help="分数，还是意见。",
)
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["csv", "xlsx"]),
    default="csv",
    show_default=True,
    help="格式。",
)
@OUT
def export(round_name: str, what: str, file_format: str, out: Path) -> None:
    """
    导出开票结果：分数一行一个对象一项；意见已打乱次序，与选票分开。

    例：python -m cli ballots export --round 2026年度 --format xlsx --out 领导评价.xlsx
    """
    with open_parts() as parts, parts.transaction() as session:
        entry, _ = ballot_script(session, round_name, parts.settings)
        result = result_of(session, entry.id)
        count = sum(1 for _ in export_rows(result, what))
        on = about("ballot", entry.id)
        record(session, Act.LIST_EXPORTED, typed_by(), on, {"内容": what, "行数": count})
        session.flush()
        write_result(out, file_format, result, what)
    click.echo(f"导出了{count}行：{out}")


@ballots.command()
@ROUND
@click.option(
    "--load",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="文件",
    help="导入名册。",
)
@click.option("--took-part", "names", metavar="名称", multiple=True, help="本人说已经参加。")
@click.option("--undo", "undone", metavar="名称", multiple=True, help="记错了，撤销。")
def roster(round_name: str, file: Path | None, names: tuple[str, ...], undone: tuple[str, ...]) -> None:
    """
    评价人名册（可以不用）：只有本人说参加了才登记，同纸票和选票没有任何关系。不写选项就列出来。

    \b
    例：python -m cli ballots roster --round 2026年度 --load 名册.xlsx
        python -m cli ballots roster --round 2026年度 --took-part 市财政局
    """
    with open_parts() as parts, parts.transaction() as session:
        entry, _ = ballot_script(session, round_name, parts.settings)
        on = about("ballot", entry.id)
        if file is not None:
            added, left = load_roster(session, parts.keys, entry.id, read_sheet(file, COLUMNS))
            record(session, Act.ROSTER_LOADED, typed_by(), on, {"新增": added, "去掉": left})
            click.echo(f"名册导入了：新增{added}，去掉{left}。")
        for name in names:
            tick(session, parts.keys, entry.id, name)
        for name in undone:
            tick(session, parts.keys, entry.id, name, took_part=False)
        if names or undone:
            record(session, Act.ROSTER_TICKED, typed_by(), on, {"登记": len(names), "撤销": len(undone)})
        listed = roster_of(session, parts.keys, entry.id)
    for name, took_part in listed:
        click.echo(f"{'已参加' if took_part else '　　　'}　{name}")
    click.echo(f"名册{len(listed)}，本人说已参加的{sum(took_part for _, took_part in listed)}。")
