"""`staff`: accounts of those who sign in to the admin."""

import click
from sqlalchemy.orm import Session

from cli.groups import Group
from cli.parts import open_parts
from cli.passwords import asked_password
from cli.who import typed_by
from core.audit.acts import Act, about
from core.audit.service import record
from core.errors import NotFound
from core.people.reach import NOTHING, reach_of
from core.people.roles import ROLE_TITLES, Role
from core.people.service import (
    add_staff,
    disable_staff,
    enable_staff,
    list_staff,
    named_staff,
    set_password,
    tie_staff,
)
from core.places.service import load_gazetteer
from core.signin.sessions import end_all
from core.signin.totp import reset, standing

COUNTY_OPTION = click.option(
    "--county", default="", metavar="县区代码", help="账号是哪个县区的，例如 451225。"
)
UNIT_OPTION = click.option("--unit", default="", metavar="单位代码", help="账号是哪个单位的，例如 U017。")
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
@COUNTY_OPTION
@UNIT_OPTION
def add(name: str, role: str, county: str, unit: str) -> None:
    """
    新建账号。密码在终端里输入；也可以从管道传入一行；都没有就自动生成，只显示一次。

    例：python -m cli staff add 王小明 --role office
    """
    with open_parts() as parts:
        password, is_made_up = asked_password()
        with parts.transaction() as session:
            staff = add_staff(session, name, Role(role), password, parts.clock())
            details = {"账号": name, "角色": ROLE_TITLES[Role(role)]}
            record(session, Act.STAFF_ADDED, typed_by(), about("staff", staff.id), details)
            whose = _tie(session, name, county, unit) if county or unit else ""
            sees_nothing = reach_of(Role(role), staff.county_code, staff.unit_code) == NOTHING
    click.echo(f"账号“{name}”（{ROLE_TITLES[Role(role)]}{whose}）建好了。")
    if sees_nothing and role in (Role.COUNTY, Role.LIAISON):
        click.echo(
            f"还没有说明是哪里的，登录后什么也看不到。请再运行：staff tie {name} --county 或 --unit 代码"
        )
    _show(password, is_made_up)


@staff.command()
@click.argument("name", metavar="账号")
@COUNTY_OPTION
@UNIT_OPTION
def tie(name: str, county: str, unit: str) -> None:
    """
    说明县区账号、联络员账号是哪个县区或单位的；原来说明过的换成新的。

    例：python -m cli staff tie 李小红 --unit U017
    """
    with open_parts() as parts, parts.transaction() as session:
        whose = _tie(session, name, county, unit)
    click.echo(f"账号“{name}”现在是{whose.removeprefix('，')}的。")


@staff.command(name="list")
def list_() -> None:
    """
    列出所有账号，一行一个：账号、角色、动态口令、状态。

    例：python -m cli staff list
    """
    with open_parts() as parts, parts.transaction() as session:
        for each in list_staff(session):
            factor = "动态口令已设" if standing(session.connection(), each.id).is_on else "没有动态口令"
            state = "已停用" if each.disabled_at else "在用"
            click.echo(f"{each.name}　{ROLE_TITLES[Role(each.role)]}　{factor}　{state}")


@staff.command()
@click.argument("name", metavar="账号")
def disable(name: str) -> None:
    """
    停用账号，马上登录不了。可以再恢复。

    例：python -m cli staff disable 王小明
    """
    with open_parts() as parts, parts.transaction() as session:
        found = named_staff(session, name)
        disable_staff(session, found.id, parts.clock())
        end_all(session, found.id)
        record(session, Act.STAFF_DISABLED, typed_by(), about("staff", found.id), {"账号": name})
    click.echo(f"账号“{name}”停用了。")


@staff.command()
@click.argument("name", metavar="账号")
def enable(name: str) -> None:
    """
    恢复停用的账号，密码还是原来的。

    例：python -m cli staff enable 王小明
    """
    with open_parts() as parts, parts.transaction() as session:
        found = enable_staff(session, named_staff(session, name).id)
        record(session, Act.STAFF_ENABLED, typed_by(), about("staff", found.id), {"账号": name})
    click.echo(f"账号“{name}”恢复了。")


@staff.group(cls=Group)
def totp() -> None:
    """
    动态口令。

    例：python -m cli staff totp reset 王小明
    """


@totp.command(name="reset")
@click.argument("name", metavar="账号")
def reset_(name: str) -> None:
    """
    去掉账号的动态口令和恢复码：手机丢了、没有别的办公室账号能帮忙时用。下次登录重新设置。

    例：python -m cli staff totp reset 王小明
    """
    with open_parts() as parts, parts.transaction() as session:
        found = named_staff(session, name)
        was_on = reset(session, found.id)
        end_all(session, found.id)
        record(session, Act.TOTP_RESET, typed_by(), about("staff", found.id), {"账号": name})
    click.echo(f"账号“{name}”的动态口令去掉了。" if was_on else f"账号“{name}”没有设过动态口令。")


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
            changed = set_password(session, name, password)
            record(session, Act.PASSWORD_SET, typed_by(), about("staff", changed.id), {"账号": name})
    click.echo(f"账号“{name}”的密码改好了。")
    _show(password, is_made_up)


def _tie(session: Session, name: str, county: str, unit: str) -> str:
    """Tie an account to a county or unit that exists; `，宜州区`, to go on in a sentence."""
    gazetteer = load_gazetteer(session.connection())
    place, judged = gazetteer.place(county), gazetteer.unit(unit)
    if county and (place is None or place.level != "county"):
        raise NotFound(f"没有代码是“{county}”的县区。")
    if unit and judged is None:
        raise NotFound(f"没有代码是“{unit}”的单位。")
    tied = tie_staff(session, name, county_code=place.code if place else "", unit_code=unit)
    node = place or judged
    details = {"账号": name, "县区或单位": node.code if node else ""}
    record(session, Act.STAFF_TIED, typed_by(), about("staff", tied.id), details)
    return f"，{node.short_name}" if node else ""


def _show(password: str, is_made_up: bool) -> None:
    if is_made_up:
        click.echo(f"密码（只显示这一次）：{password}")
