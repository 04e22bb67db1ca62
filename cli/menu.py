"""`menu`: the account's menu under the chat."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from bot.wechat.client import WeChatClient
from bot.wechat.menu import MENU, create_menu, differences, live_menu
from cli.groups import Group
from cli.parts import Parts, open_parts
from cli.platform import open_client
from cli.who import typed_by
from core.audit.acts import Act, about
from core.audit.service import record


@click.group(cls=Group)
def menu() -> None:
    """
    公众号聊天窗口下面的菜单：我要评价、我的整改、帮助。

    例：python -m cli menu diff
    """


@menu.command()
def show() -> None:
    """
    看公众号现在的菜单，一行一个按钮。

    例：python -m cli menu show
    """
    with _client() as (_parts, client):
        buttons = live_menu(client)
    for number, button in enumerate(buttons, 1):
        click.echo(f"{number}. {button}")
    if not buttons:
        click.echo("公众号还没有菜单。建好它：python -m cli menu create")


@menu.command()
def diff() -> None:
    """
    看换上我们的菜单会变什么：- 是去掉的，+ 是加上的。什么都不改。

    例：python -m cli menu diff
    """
    with _client() as (_parts, client):
        found = differences(live_menu(client))
    for each in found:
        click.echo(str(each))
    if not found:
        click.echo("一样，不用换。")


@menu.command()
def create() -> None:
    """
    换上我们的菜单，原来的整个换掉。先用 menu diff 看清楚会变什么。

    例：python -m cli menu create
    """
    with _client() as (parts, client):
        found = differences(live_menu(client))
        if not found:
            click.echo("一样，不用换。")
            return
        create_menu(client)
        with parts.transaction() as session:
            details = {"按钮": "、".join(each.name for each in MENU)}
            record(session, Act.MENU_CREATED, typed_by(), about("menu", "公众号"), details)
    for each in found:
        click.echo(str(each))
    click.echo("菜单换好了。关注的人5分钟内会看到，重新进聊天窗口更快。")


@contextmanager
def _client() -> Iterator[tuple[Parts, WeChatClient]]:
    with open_parts() as parts, open_client(parts.settings, parts.engine, parts.clock) as client:
        yield parts, client
