"""
Voice messages and photos people sent: downloaded by their media id.

Source: 微信公众平台开发文档「获取临时素材」, read 2026-11: an id is good for three days, an error comes as
HTTP 200 with JSON. What is kept of a file, and when to try again, is `core.media`'s.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from bot.wechat.client import WeChatClient
from bot.wechat.errors import NO_FILE, SYSTEM_BUSY, Reaction, WeChatError
from core.errors import Busy
from core.media.source import NotFetched, Then

CALL = "/cgi-bin/media/get"

# What an error means for a download; any other reaction means: try again, with growing pauses.
_THEN: Mapping[Reaction, Then] = MappingProxyType(
    {
        Reaction.UPLOAD_AGAIN: Then.GIVE_UP,
        Reaction.PAUSE_MINUTE: Then.PAUSE_MINUTE,
        Reaction.PARK_UNTIL_MIDNIGHT: Then.PAUSE_UNTIL_MIDNIGHT,
        Reaction.REFRESH_TOKEN: Then.PAUSE_HOUR,
        Reaction.STOP_ALL: Then.PAUSE_HOUR,
    }
)


class PlatformMedia:
    """The `MediaSource` behind the platform's API."""

    def __init__(self, client: WeChatClient) -> None:
        self._client = client

    def fetch(self, media_id: str, take: Callable[[bytes], object]) -> None:
        """See `MediaSource.fetch`."""
        try:
            with self._client.download(CALL, media_id=media_id) as pieces:
                for piece in pieces:
                    take(piece)
        except WeChatError as error:
            then = Then.REFUSE if error.code == NO_FILE else _THEN.get(error.reaction, Then.TRY_AGAIN)
            raise NotFetched(error.code, then, str(error)) from error
        except Busy as error:
            # Another process takes too long to fetch the access token.
            raise NotFetched(SYSTEM_BUSY, Then.TRY_AGAIN) from error
