"""
Temporary parametrised codes, for leaders' slips.

Source: 微信公众平台开发文档「生成带参数的二维码」, read 2026-11: `QR_STR_SCENE`, `expire_seconds` up to
2,592,000 (30 days), a `scene_str` of 1 to 64 characters.
"""

from bot.wechat.client import WeChatClient
from bot.wechat.errors import SYSTEM_BUSY, WeChatError

CALL = "/cgi-bin/qrcode/create"
MAX_EXPIRE_SECONDS = 2_592_000


class SlipCodes:
    """The `TemporaryCodes` behind the platform's API."""

    def __init__(self, client: WeChatClient) -> None:
        self._client = client

    def make(self, scene: str, seconds: int) -> str:
        """See `TemporaryCodes.make`."""
        if not 0 < seconds <= MAX_EXPIRE_SECONDS:
            raise ValueError(f"a temporary code cannot live {seconds} seconds")
        answer = self._client.post(
            CALL,
            {
                "expire_seconds": seconds,
                "action_name": "QR_STR_SCENE",
                "action_info": {"scene": {"scene_str": scene}},
            },
        )
        url = answer.get("url")
        if not isinstance(url, str) or not url.startswith("http"):
            raise WeChatError(CALL, SYSTEM_BUSY)
        return url
