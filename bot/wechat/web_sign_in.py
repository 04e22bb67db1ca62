"""
Signing in to the browser's pages by WeChat's web authorisation, silently (`snsapi_base`).

Source: 微信公众平台开发文档「网页授权」, read 2026-11: the code is good once for five minutes; preview pages
(快照页) bring a virtual user, marked `is_snapshotuser`; the address's parameters keep the order given there.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from urllib.parse import quote

from bot.wechat.client import WeChatClient
from bot.wechat.errors import WeChatError
from bot.wechat.slip_codes import SlipCodes
from core.config import WeChat
from core.errors import Busy
from core.signin.wechat import NotThisWay, Snapshot, WeChatDown

CALL = "/sns/oauth2/access_token"
AUTHORIZE = "/connect/oauth2/authorize"
# 40029: no such code; 40163: used already (a page that was loaded twice); 41008: none came.
BAD_CODES = frozenset({40029, 40163, 41008})

OpenClient = Callable[[], AbstractContextManager[WeChatClient]]


class WebSignIn:
    """The `WeChatDoor` behind the platform's API. `host` is where the browser finds the asking page."""

    def __init__(self, wechat: WeChat, host: str, open_client: OpenClient) -> None:
        self._wechat = wechat
        self._host = host
        self._open_client = open_client

    def sign_in_address(self, back: str, state: str) -> str:
        """See `WeChatDoor.sign_in_address`."""
        return (
            f"{self._host}{AUTHORIZE}?appid={self._wechat.app_id}&redirect_uri={quote(back, safe='')}"
            f"&response_type=code&scope=snsapi_base&state={state}#wechat_redirect"
        )

    def openid_of(self, code: str) -> str:
        """See `WeChatDoor.openid_of`."""
        asked = {
            "appid": self._wechat.app_id,
            "secret": self._wechat.app_secret,
            "code": code,
            "grant_type": "authorization_code",
        }
        try:
            with self._open_client() as client:
                answer = client.ask(CALL, **asked)
        except WeChatError as error:
            raise (NotThisWay if error.code in BAD_CODES else WeChatDown) from error
        if answer.get("is_snapshotuser"):
            raise Snapshot
        openid = answer.get("openid")
        if not isinstance(openid, str) or not openid:
            raise NotThisWay
        return openid

    def temporary_code(self, scene: str, seconds: int) -> str:
        """See `WeChatDoor.temporary_code`."""
        try:
            with self._open_client() as client:
                return SlipCodes(client).make(scene, seconds)
        except (WeChatError, Busy) as error:
            raise WeChatDown from error
