"""`audit`: whether the log of acts is as it was written, and answering for a gap that has a good reason."""

import click

from cli.coaching import AS, signed_in
from cli.groups import Group
from cli.guard import FAILED
from cli.parts import open_parts
from cli.progress import counting
from core.audit.chain import AuditLog
from core.audit.service import accept as accept_log
from core.audit.service import newest
from core.audit.verify import find_troubles
from core.audit.who import Who
from core.db.reading import reading
from core.errors import Refused
from core.people.roles import Role

MIN_REASON_CHARS, MAX_REASON_CHARS = 10, 300


class NotOffice(Refused):
    """Only the office answers for the log."""

    say = "只有办公室的账号能认可操作记录的断口。"


class BadReason(Refused):
    """Auditors will read it."""

    say = f"请写明理由，{MIN_REASON_CHARS}到{MAX_REASON_CHARS}个字。"


@click.group(cls=Group)
def audit() -> None:
    """
    操作记录：检查有没有被人动过。

    例：python -m cli audit check
    """


@audit.command()
@click.pass_context
def check(context: click.Context) -> None:
    """
    从头到尾检查操作记录：改过、删过、截过末尾的都找出来，一处一行。找到了，退出码是1。

    例：python -m cli audit check
    """
    with open_parts() as parts, reading(parts.engine) as looking, reading(parts.engine) as connection:
        total = newest(looking).number
        with counting("检查操作记录", total, "条") as step:
            audit_log = AuditLog.of(parts.settings, parts.clock)
            troubles = list(find_troubles(connection, audit_log, step))
    for trouble in troubles:
        click.echo(trouble.words)
    if troubles:
        click.echo(f"共有{len(troubles)}处不对。", err=True)
        context.exit(FAILED)
    click.echo(f"{total}条，没有改过、删过、截过。")


@audit.command()
@AS
@click.option("--reason", metavar="理由", required=True, help="为什么，例如恢复了哪天的备份；会一直保存。")
def accept(name: str, reason: str) -> None:
    """
    恢复旧备份以后，数据库里的操作记录比外面记着的短。办公室的人用这个命令说明理由，从现在接着记。

    这件事本身也记进操作记录。以前改过、删过的，检查时仍会指出来。

    例：python -m cli audit accept --as 王小明 --reason "服务器坏了，恢复了12月1日的备份"
    """
    if not MIN_REASON_CHARS <= len(reason.strip()) <= MAX_REASON_CHARS:
        raise BadReason
    with open_parts() as parts, parts.transaction() as session:
        staff = signed_in(session, name)
        if staff.role != Role.OFFICE:
            raise NotOffice
        accept_log(session, Who.staff(staff.id, staff.name), reason.strip())
    click.echo("记下了。操作记录从这里接着往下记。")
