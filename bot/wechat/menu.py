"""
The account's menu under the chat: what it should be, what is live, and making the one the other.

Source: 微信公众平台开发文档「自定义菜单」, read 2026-11: one to three buttons, names up to 16 bytes, keys up
to 128; 1,000 changes a day; phones show a change within five minutes. A change replaces the whole menu. What
a tap says is `bot.phrases.MENU_SAYS`, so it works like typing the words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.wechat.client import WeChatClient
from bot.wechat.errors import NO_MENU, SYSTEM_BUSY, WeChatError

GET, CREATE = "/cgi-bin/menu/get", "/cgi-bin/menu/create"
MAX_BUTTONS, MAX_NAME_BYTES, MAX_KEY_BYTES = 3, 16, 128


@dataclass(frozen=True, slots=True)
class Button:
    """
    One button that can be pressed. `above` is the button it is found under, '' at the top.

    `target` is its key, address or whatever else its `kind` leads to.
    """

    name: str
    kind: str
    target: str
    above: str = ""

    def __str__(self) -> str:
        path = f"{self.above} › {self.name}" if self.above else self.name
        return f"{path}（{self.kind} {self.target}）"


@dataclass(frozen=True, slots=True)
class Difference:
    """One line: `is_wanted` but not live, or live and not wanted."""

    is_wanted: bool
    position: int
    button: Button

    def __str__(self) -> str:
        return f"{'+' if self.is_wanted else '-'} {self.position}. {self.button}"


MENU = (
    Button("我要评价", "click", "menu_survey"),
    Button("我的整改", "click", "menu_mine"),
    Button("帮助", "click", "menu_help"),
)


def live_menu(client: WeChatClient) -> tuple[Button, ...]:
    """The buttons people see now; () when there is no menu. WeChatError when it cannot be had."""
    try:
        answer = client.get(GET)
    except WeChatError as error:
        if error.code == NO_MENU:
            return ()
        raise
    menu = answer.get("menu")
    buttons = menu.get("button") if isinstance(menu, dict) else None
    if not isinstance(buttons, list):
        raise WeChatError(GET, SYSTEM_BUSY)
    return tuple(found for button in buttons if isinstance(button, dict) for found in _pressable(button))


def create_menu(client: WeChatClient) -> None:
    """Put our menu in place of whatever is there. WeChatError when it is refused."""
    client.post(CREATE, menu_body())


def menu_body() -> dict[str, Any]:
    """Our menu as the platform takes it."""
    return {"button": [{"name": each.name, "type": each.kind, "key": each.target} for each in MENU]}


def differences(live: Sequence[Button], wanted: Sequence[Button] = MENU) -> list[Difference]:
    """What would go and what would come, button by button; [] when nothing would change."""
    found = []
    for at in range(max(len(live), len(wanted))):
        old = live[at] if at < len(live) else None
        new = wanted[at] if at < len(wanted) else None
        if old == new:
            continue
        found += [Difference(False, at + 1, old)] if old else []
        found += [Difference(True, at + 1, new)] if new else []
    return found


def _pressable(button: Mapping[str, Any]) -> list[Button]:
    """A button, or those it opens."""
    below = button.get("sub_button")
    if isinstance(below, dict):
        # Menus made in the console come with one more wrapper.
        below = below.get("list")
    if below:
        name = str(button.get("name", ""))
        return [_button(each, name) for each in below if isinstance(each, dict)]
    return [_button(button, "")]


def _button(button: Mapping[str, Any], above: str) -> Button:
    kind = str(button.get("type", ""))
    targets = ("key", "url", "media_id", "article_id", "pagepath", "value")
    target = next((str(button[name]) for name in targets if button.get(name)), "")
    return Button(str(button.get("name", "")), kind, target, above)
