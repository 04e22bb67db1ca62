"""`staff`: accounts of those who sign in to the admin."""

import click

from cli.groups import Group
from cli.parts import open_parts
from cli.passwords import asked_password
from core.people.roles import ROLE_TITLES, Role
from core.people.service import add_staff, set_password

ROLES = "、".join(f"{role} {title}" for role, title in ROLE_TITLES.items())


@click.group(cls=Group)
def staff() -> None:
    """
    工作人员账号。

    例：python -m cli staff add 王小明 --role office
    """


@staff.command()
@click.argument("name", metavar="账号")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help=f"{ROLES}。")
def add(name: str, role: str) -> None:
    """
    新建账号。密码在终端里输入；也可以从管道传入一行；都没有就自动生成，只显示一次。

    例：python -m cli staff add 王小明 --role office
    """
    with open_parts() as parts:
        password, is_made_up = asked_password()
        with parts.transaction() as session:
            add_staff(session, name, Role(role), password, parts.clock())
    click.echo(f"账号“{name}”（{ROLE_TITLES[Role(role)]}）建好了。")
    _show(password, is_made_up)


@staff.command()
@click.argument("name", metavar="账号")
def passwd(name: str) -> None:
    """
    改密码。输入的办法同 staff add。

    例：python -m cli staff passwd 王小明
    """
    with open_parts() as parts:
        password, is_made_up = asked_password()
        with parts.transaction() as session:
            set_password(session, name, password)
    click.echo(f"账号“{name}”的密码改好了。")
    _show(password, is_made_up)


def _show(password: str, is_made_up: bool) -> None:
    if is_made_up:
        click.echo(f"密码（只显示这一次）：{password}")
