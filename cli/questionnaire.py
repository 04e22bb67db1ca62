"""`questionnaire`: judging, loading and trying questionnaires."""

from pathlib import Path

import click

from cli.groups import Command, LazyGroup
from cli.guard import FAILED
from cli.parts import open_parts
from cli.progress import progress
from cli.who import typed_by
from core.audit.acts import Act, about
from core.audit.service import record
from core.errors import BadInput, Fault
from core.questionnaires.lint import lint as judge
from core.questionnaires.service import load_questionnaire

COMMANDS = {
    "lint": ("cli.questionnaire:lint", "检查问卷文件有没有错"),
    "load": ("cli.questionnaire:load", "把问卷导入数据库"),
    "play": ("cli.play:play", "在终端里试答一份问卷，不保存"),
}
OUTCOMES = {"added": "导入好了", "replaced": "更新好了", "unchanged": "没有变化"}


@click.group(cls=LazyGroup, commands_at=COMMANDS)
def questionnaire() -> None:
    """
    检查、导入、试答问卷。

    例：python -m cli questionnaire lint bot/questionnaires/residents-2021.yaml
    """


@click.command(cls=Command)
@click.argument("files", metavar="文件…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.pass_context
def lint(context: click.Context, files: tuple[Path, ...]) -> None:
    """
    检查问卷文件，每处问题一行（文件:行号: 说明）。有错误时退出码是1；提醒不算错误。

    例：python -m cli questionnaire lint bot/questionnaires/*.yaml
    """
    errors = 0
    for file in progress(files, "检查问卷", "份"):
        report = judge(_content(file), str(file))
        errors += len(report.errors)
        for fault in report.errors:
            click.echo(str(fault))
        for warning in report.warnings:
            click.echo(f"{warning.file}:{warning.line}: 提醒：{warning.message}")
    if errors:
        click.echo(f"共有{errors}处错误。", err=True)
        context.exit(FAILED)


@click.command(cls=Command)
@click.argument("files", metavar="文件…", nargs=-1, required=True, type=click.Path(path_type=Path))
def load(files: tuple[Path, ...]) -> None:
    """
    把问卷导入数据库，有错误的不导入。开放过的版本不能改：改了内容要把 version 加1。

    例：python -m cli questionnaire load bot/questionnaires/residents-2021.yaml
    """
    with open_parts() as parts, parts.transaction() as session:
        loaded = [
            load_questionnaire(session, _content(file), str(file), parts.clock())
            for file in progress(files, "导入问卷", "份")
        ]
        for each in loaded:
            details = {"版本": str(each.questionnaire.version), "结果": OUTCOMES[each.outcome]}
            which = about("questionnaire", each.questionnaire.id)
            record(session, Act.QUESTIONNAIRE_LOADED, typed_by(), which, details)
    for each in loaded:
        made = each.questionnaire
        click.echo(f"问卷 {made.id} 第{made.version}版“{made.title}”{OUTCOMES[each.outcome]}。")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput([Fault(str(file), f"文件读不了：{error.strerror}")]) from error
