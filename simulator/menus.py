"""
The menu under the chat: its limits, and what each button pushes.

WeChat docs, custom menus.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.errcodes import ApiError
from simulator.store import Store
from simulator.wire import Fields

MAX_BUTTONS, MAX_SUB_BUTTONS = 3, 5
MAX_NAME_BYTES, MAX_SUB_NAME_BYTES = 16, 60
MAX_KEY_BYTES, MAX_URL_BYTES = 128, 1024

# What each type must bring.
NEEDS: dict[str, tuple[str, ...]] = {
    "click": ("key",),
    "view": ("url",),
    "miniprogram": ("url", "appid", "pagepath"),
    "scancode_push": ("key",),
    "scancode_waitmsg": ("key",),
    "pic_sysphoto": ("key",),
    "pic_photo_or_album": ("key",),
    "pic_weixin": ("key",),
    "location_select": ("key",),
    "media_id": ("media_id",),
    "view_limited": ("media_id",),
    "article_id": ("article_id",),
    "article_view_limited": ("article_id",),
}
_EVENTS = {"click": "CLICK", "view": "VIEW", "miniprogram": "view_miniprogram"}
_CLICKS = ("click", "scancode_push", "scancode_waitmsg")


@dataclass(frozen=True)
class Button:
    """A button that can be pressed."""

    name: str
    type: str
    key: str | None
    url: str | None

    @property
    def event(self) -> str:
        """The event a press pushes."""
        return _EVENTS.get(self.type, self.type)

    @property
    def counts_as_click(self) -> bool:
        """Whether a press opens the send window of a menu click."""
        return self.type in _CLICKS

    def extra(self) -> Fields:
        """The event's further fields."""
        if self.type.startswith("scancode"):
            return {"ScanCodeInfo": {"ScanType": "qrcode", "ScanResult": "1"}}
        if self.type.startswith("pic_"):
            return {"SendPicsInfo": {"Count": 1, "PicList": {"item": {"PicMd5Sum": "0" * 32}}}}
        if self.type in ("view", "miniprogram"):
            return {"MenuId": 400000001}
        return {}


def save_menu(store: Store, menu: Mapping[str, Any]) -> None:
    """Keep the menu; raises ApiError with the code of the first limit it breaks."""
    buttons = menu.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= MAX_BUTTONS:
        raise ApiError(40016)
    for button in buttons:
        _check_name(button, MAX_NAME_BYTES, ApiError(40018))
        subs = button.get("sub_button") or []
        if not subs:
            _check_button(button, kind=40017, key=40019, url=40020)
        elif len(subs) > MAX_SUB_BUTTONS:
            raise ApiError(40023)
        for sub in subs:
            _check_name(sub, MAX_SUB_NAME_BYTES, ApiError(40025))
            _check_button(sub, kind=40024, key=40026, url=40027)
    store.change(
        "INSERT OR REPLACE INTO setting VALUES ('menu', ?)",
        json.dumps({"button": buttons}, ensure_ascii=False),
    )


def read_menu(store: Store) -> dict[str, Any] | None:
    """The menu as it was made, or None."""
    row = store.row("SELECT value FROM setting WHERE name = 'menu'")
    if row is None:
        return None
    menu: dict[str, Any] = json.loads(row["value"])
    return menu


def delete_menu(store: Store) -> None:
    """Take the menu away."""
    store.change("DELETE FROM setting WHERE name = 'menu'")


def find_button(store: Store, name: str) -> Button | None:
    """The button of this name that can be pressed, or None."""
    menu = read_menu(store) or {"button": []}
    for button in menu["button"]:
        for one in button.get("sub_button") or [button]:
            if one["name"] == name:
                return Button(name, one["type"], one.get("key"), one.get("url"))
    return None


def _check_name(button: Any, limit_bytes: int, refusal: ApiError) -> None:
    name = button.get("name") if isinstance(button, dict) else None
    if not isinstance(name, str) or not 1 <= len(name.encode()) <= limit_bytes:
        raise refusal


def _check_button(button: Mapping[str, Any], *, kind: int, key: int, url: int) -> None:
    needs = NEEDS.get(button.get("type", ""))
    if needs is None:
        raise ApiError(kind)
    for name, limit_bytes, refusal in (("key", MAX_KEY_BYTES, key), ("url", MAX_URL_BYTES, url)):
        if name in needs and not 1 <= len(str(button.get(name, "")).encode()) <= limit_bytes:
            raise ApiError(refusal)
    for name in needs:
        if not button.get(name):
            raise ApiError(40017 if kind == 40017 else 40024, f"missing {name}")
