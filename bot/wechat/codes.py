"""
Parametrised QR codes, made by the platform for good.

Source: 微信公众平台开发文档「生成带参数的二维码」, read 2026-11: `QR_LIMIT_STR_SCENE` with a
`scene_str` of 1 to 64 characters, 100,000 permanent codes an account and as many calls a day, no call that
lists or deletes them. When to try again is `core.codes`'.
"""

from collections.abc import Mapping
from types import MappingProxyType

from bot.wechat.client import WeChatClient
from bot.wechat.errors import SYSTEM_BUSY, Reaction, WeChatError
from core.codes.maker import NotMade, Then, Ticket
from core.errors import Busy

CALL = "/cgi-bin/qrcode/create"
MAX_KEPT_CHARS = 200

# What an error means for making codes; any other reaction means: stop, somebody has to look.
_THEN: Mapping[Reaction, Then] = MappingProxyType(
    {
        Reaction.RETRY: Then.TRY_AGAIN,
        Reaction.PAUSE_MINUTE: Then.PAUSE_MINUTE,
        Reaction.PARK_UNTIL_MIDNIGHT: Then.PAUSE_UNTIL_MIDNIGHT,
        Reaction.REFRESH_TOKEN: Then.PAUSE_HOUR,
    }
)
BAD_SCENE = 40053

# What a person can do about it.
_ADVICE: Mapping[int, str] = MappingProxyType(
    {
        40013: "请检查设置里的 AppID，再接着生成。",
        40125: "请检查设置里的 AppSecret，再接着生成。",
        40164: "请在公众平台的“基本配置”里把服务器的 IP 加进白名单，等5分钟再接着生成。",
        40243: "请在公众平台解冻 AppSecret，再接着生成。",
        89503: "请公众号的管理员在微信里确认，再接着生成。",
        45029: "旧的二维码微信不让删除；不再需要新载体的，请用已有的二维码。",
        48001: "只有认证过的服务号能做带参数的二维码，请先在公众平台认证。",
        48004: "请到公众平台看看站内通知，处理好再接着生成。",
        50002: "请到公众平台看看站内通知，处理好再接着生成。",
    }
)


class PlatformCodes:
    """The `CodeMaker` behind the platform's API."""

    def __init__(self, client: WeChatClient) -> None:
        self._client = client

    def make(self, scene: str) -> Ticket:
        """See `CodeMaker.make`."""
        wanted = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene": {"scene_str": scene}}}
        try:
            answer = self._client.post(CALL, wanted)
        except WeChatError as error:
            raise NotMade(error.code, _then(error), f"{error}{_ADVICE.get(error.code, '')}") from error
        except Busy as error:
            # Another process takes too long to fetch the access token.
            raise NotMade(SYSTEM_BUSY, Then.TRY_AGAIN, str(error)) from error
        ticket, url = answer.get("ticket"), answer.get("url")
        if not _is_kept(ticket) or not _is_kept(url):
            # Half an answer: nobody knows what became of the call.
            raise NotMade(SYSTEM_BUSY, Then.TRY_AGAIN, str(WeChatError(CALL, SYSTEM_BUSY)))
        return Ticket(str(ticket), str(url))


def _then(error: WeChatError) -> Then:
    if error.code == BAD_SCENE:
        return Then.SKIP
    return _THEN.get(error.reaction, Then.STOP)


def _is_kept(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MAX_KEPT_CHARS
