"""
What the browser's pages need of WeChat: signing a liaison in by their phone, and a code that can be scanned.

A port: `bot/wechat/web_sign_in.py` is the real one, `cli` ties the two together.
"""

from typing import Protocol

from core.errors import Refused, SurveyError


class NotThisWay(Refused):
    """WeChat did not say who it is: a code that was used or invented, or nobody real."""

    say = "微信没有认出您是谁。请关掉这一页，从公众号里重新打开；还不行，就用账号和密码登录。"


class Snapshot(NotThisWay):
    """The page was opened as a preview (快照页); its virtual user is nobody."""

    say = "您打开的是网页快照。请点页面底部的“使用完整服务”，再登录。"


class WeChatDown(SurveyError):
    """WeChat did not answer, or refused."""

    say = "微信那边没有回应。请过一会儿再试，或者用账号和密码登录。"


class WeChatDoor(Protocol):
    """WeChat, for pages in the browser. Each call may take seconds: none with a transaction open."""

    def sign_in_address(self, back: str, state: str) -> str:
        """Where the browser is sent; it comes back to `back` with `code` and `state`."""
        ...

    def openid_of(self, code: str) -> str:
        """Who brought this code. NotThisWay, Snapshot or WeChatDown."""
        ...

    def temporary_code(self, scene: str, seconds: int) -> str:
        """What the picture of a temporary code says; WeChatDown."""
        ...
