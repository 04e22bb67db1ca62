"""`coaching`: looking for words that push people towards an answer; letting a text pass takes two."""

import sys
from pathlib import Path

import click
from sqlalchemy.orm import Session

from cli.groups import Command, LazyGroup
from cli.guard import FAILED
from cli.parts import Parts, open_parts
from cli.progress import progress
from core.audit.acts import Act, about
from core.audit.service import record
from core.audit.who import Who
from core.clock import in_words
from core.coaching import overrides
from core.coaching.files import check_file
from core.errors import BadInput, Fault, Refused
from core.people.models import Staff
from core.people.service import verify_staff

COMMANDS = {
    "check": ("cli.coaching:check", "检查问卷或文字里有没有诱导的话"),
    "ask": ("cli.coaching:ask", "申请放行一份被拦下的问卷或文字"),
    "approve": ("cli.coaching:approve", "批准别人的放行申请"),
    "list": ("cli.coaching:list_", "列出放行申请，一行一个"),
}
AS = click.option(
    "--as",
    "name",
    metavar="账号",
    required=True,
    help="办公室的账号；密码在终端里输入，或从管道传入一行。",
)


class WrongPassword(Refused):
    """Nobody, or somebody else."""

    say = "账号或密码不对。"


@click.group(cls=LazyGroup, commands_at=COMMANDS)
def coaching() -> None:
    """
    检查诱导语：要发出去的话不能引着人往一边答。

    例：python -m cli coaching check bot/questionnaires/residents-2021.yaml
    """


@click.command(cls=Command)
@click.argument("files", metavar="文件…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.pass_context
def check(context: click.Context, files: tuple[Path, ...]) -> None:
    """
    检查问卷（.yaml）或文字文件，每处一行（文件:行号: 原因）。查出诱导的话，退出码是1。

    例：python -m cli coaching check bot/questionnaires/*.yaml 海报.txt
    """
    count = 0
    for file in progress(files, "检查文件", "份"):
        findings = check_file(_content(file), str(file)).findings
        count += len(findings)
        for finding in findings:
            click.echo(f"{file}:{finding.line}: {finding}")
    if count:
        click.echo(f"共有{count}处诱导。", err=True)
        context.exit(FAILED)
    click.echo("没有查出诱导的话。")


@click.command(cls=Command)
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@AS
@click.option("--reason", metavar="理由", required=True, help="为什么要放行，至少10个字，会一直保存。")
def ask(file: Path, name: str, reason: str) -> None:
    """
    申请放行：确要发布被拦下的内容时用。要由另一个人批准；内容改一个字就要重新申请。

    例：python -m cli coaching ask 海报.txt --as 王小明 --reason "纪念品人人都有，海报已经印好"
    """
    checked = check_file(_content(file), str(file))
    with open_parts() as parts, parts.transaction() as session:
        asking = signed_in(session, name)
        request = overrides.ask_override(
            session, checked.content_hash, file.name, checked.findings, asking, reason, parts.clock()
        )
        number = request.id
        who = Who.staff(asking.id, asking.name)
        record(session, Act.OVERRIDE_ASKED, who, about("override", number), {"规则": request.rules})
    for finding in checked.findings:
        click.echo(f"{file}:{finding.line}: {finding}")
    click.echo(f"申请好了，编号{number}。请办公室另一个人运行：coaching approve {number} --as 他的账号")


@click.command(cls=Command)
@click.argument("number", metavar="编号", type=click.IntRange(min=1))
@AS
def approve(number: int, name: str) -> None:
    """
    批准别人的放行申请。自己申请的，自己不能批准。先用 coaching list 看清楚要放行什么。

    例：python -m cli coaching approve 3 --as 李小红
    """
    with open_parts() as parts, parts.transaction() as session:
        approving = signed_in(session, name)
        rules = overrides.approve_override(session, number, approving, parts.clock()).rules
        who = Who.staff(approving.id, approving.name)
        record(session, Act.OVERRIDE_APPROVED, who, about("override", number), {"规则": rules})
    click.echo(f"编号{number}放行了（{rules}）。")


@click.command(cls=Command)
def list_() -> None:
    """
    列出放行申请，新的在前：编号、文件、规则、申请人、理由、批准人。

    例：python -m cli coaching list
    """
    with open_parts() as parts, parts.transaction() as session:
        lines = _request_lines(session, parts)
    for line in lines:
        click.echo(line)
    if not lines:
        click.echo("还没有放行申请。")


def _request_lines(session: Session, parts: Parts) -> list[str]:
    now, lines = parts.clock(), []
    for request, override in overrides.list_requests(session):
        asked = f"{_name(session, request.asked_by)}（{in_words(request.asked_at, now)}）"
        approved = (
            f"{_name(session, override.approved_by)}批准（{in_words(override.approved_at, now)}）"
            if override
            else "等人批准"
        )
        lines.append(f"{request.id}　{request.title}　{request.rules}　{asked}：{request.reason}　{approved}")
    return lines


def _name(session: Session, staff_id: int) -> str:
    return session.get_one(Staff, staff_id).name


def signed_in(session: Session, name: str) -> Staff:
    """Who types; two people are two only if neither can type for the other."""
    is_terminal = sys.stdin.isatty()
    password = click.prompt("密码", hide_input=True) if is_terminal else sys.stdin.readline().rstrip("\r\n")
    staff = verify_staff(session, name, password)
    if staff is None:
        raise WrongPassword
    return staff


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput([Fault(str(file), f"文件读不了：{error.strerror}")]) from error
