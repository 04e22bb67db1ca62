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
from core.questionnaires.service import get_questionnaire, load_questionnaire
from core.questionnaires.workbook.reading import lint_workbook, load_workbook
from core.questionnaires.workbook.writing import write_workbook
from core.questionnaires.writer import dump

COMMANDS = {
    "lint": ("cli.questionnaire:lint", "检查问卷文件有没有错"),
    "load": ("cli.questionnaire:load", "把问卷导入数据库"),
    "export": ("cli.questionnaire:export", "把导入过的问卷存成 Excel 工作簿或问卷文件"),
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
    检查问卷文件或工作簿，每处问题一行（文件:行号: 说明，工作簿是单元格）。有错误时退出码是1；提醒不算错误。

    \b
    例：python -m cli questionnaire lint bot/questionnaires/*.yaml
        python -m cli questionnaire lint residents-2027.xlsx
    """
    errors = 0
    for file in progress(files, "检查问卷", "份"):
        if is_workbook(file):
            errors += _lint_workbook(file)
            continue
        report = judge(_content(file), str(file))
        errors += len(report.errors)
        for fault in report.errors:
            click.echo(str(fault))
        for warning in report.warnings:
            click.echo(f"{warning.file}:{warning.line}: 提醒：{warning.message}")
    if errors:
        click.echo(f"共有{errors}处错误。", err=True)
        context.exit(FAILED)


def is_workbook(file: Path) -> bool:
    """Whether it is to be read as an Excel workbook."""
    return file.suffix.lower() == ".xlsx"


def _lint_workbook(file: Path) -> int:
    """Say what is wrong, a cell a line; how many errors."""
    report = lint_workbook(_content(file), str(file))
    for fault in report.errors:
        click.echo(str(fault))
    for warning in report.warnings:
        click.echo(f"{warning.place}: 提醒：{warning.message}")
    return len(report.errors)


@click.command(cls=Command)
@click.argument("questionnaire_id", metavar="问卷")
@click.option("--version", type=int, metavar="版本", help="哪一版；不写就是最新的。")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="文件",
    required=True,
    help="存到哪里，文件名以 .xlsx 或 .yaml 结尾。",
)
def export(questionnaire_id: str, version: int | None, out: Path) -> None:
    """
    把导入过的问卷存成 Excel 工作簿（.xlsx）或问卷文件（.yaml），改好可以再导入。

    例：python -m cli questionnaire export residents-2021 --out residents-2021.xlsx
    """
    if out.suffix.lower() not in (".xlsx", ".yaml"):
        raise click.BadParameter("文件名要以 .xlsx 或 .yaml 结尾。", param_hint="--out")
    with open_parts() as parts, parts.transaction() as session:
        found = get_questionnaire(session, questionnaire_id, version)
    content = write_workbook(found) if is_workbook(out) else dump(found).encode()
    try:
        out.write_bytes(content)
    except OSError as error:
        raise BadInput([Fault(str(out), f"写不了文件：{error.strerror}")]) from error
    click.echo(f"问卷 {found.id} 第{found.version}版存好了：{out}")


@click.command(cls=Command)
@click.argument("files", metavar="文件…", nargs=-1, required=True, type=click.Path(path_type=Path))
def load(files: tuple[Path, ...]) -> None:
    """
    把问卷导入数据库，有错误的不导入。开放过的版本不能改：改了内容要把 version 加1。

    例：python -m cli questionnaire load bot/questionnaires/residents-2021.yaml
    """
    with open_parts() as parts, parts.transaction() as session:
        loaded = [
            load_questionnaire(session, *_as_yaml(file), parts.clock())
            for file in progress(files, "导入问卷", "份")
        ]
        for each in loaded:
            details = {"版本": str(each.questionnaire.version), "结果": OUTCOMES[each.outcome]}
            which = about("questionnaire", each.questionnaire.id)
            record(session, Act.QUESTIONNAIRE_LOADED, typed_by(), which, details)
    for each in loaded:
        made = each.questionnaire
        click.echo(f"问卷 {made.id} 第{made.version}版“{made.title}”{OUTCOMES[each.outcome]}。")


def _as_yaml(file: Path) -> tuple[bytes, str]:
    """The questionnaire's text and file name; a workbook's as it would be written in YAML."""
    if not is_workbook(file):
        return _content(file), str(file)
    made = load_workbook(_content(file), str(file))
    return dump(made).encode(), str(file.with_suffix(".yaml"))


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput([Fault(str(file), f"文件读不了：{error.strerror}")]) from error
