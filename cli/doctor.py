"""`doctor`: what is wrong with an installation, and what to do, a line each."""

import click

from cli.checks import CHECKS, Finding, Health
from cli.groups import Command
from cli.guard import FAILED
from cli.parts import load_settings
from core.clock import system_clock
from core.errors import ConfigError

MARKS = {Health.GOOD: "✓", Health.NOTE: "！", Health.BAD: "✗"}


@click.command(cls=Command)
@click.pass_context
def doctor(context: click.Context) -> None:
    """
    检查设置、数据库、Redis、磁盘、时钟、公众号和办公室信息，一项一行。有不对的，退出码是1。

    例：python -m cli doctor
    """
    try:
        settings = load_settings()
    except ConfigError as error:
        for line in str(error).splitlines():
            click.echo(f"{MARKS[Health.BAD]} 设置：{line}")
        context.exit(FAILED)
    findings: list[Finding] = []
    for check in CHECKS:
        for finding in check(settings, system_clock):
            click.echo(f"{MARKS[finding.health]} {finding.subject}：{finding.words}")
            findings.append(finding)
    bad = sum(finding.health is Health.BAD for finding in findings)
    click.echo(f"有{bad}项不对，请照上面的办法改。" if bad else "都好。")
    if bad:
        context.exit(FAILED)
