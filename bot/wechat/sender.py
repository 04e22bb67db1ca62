"""
Sends the outbox's messages: 模板消息 with `client_msg_id`, 订阅通知, 客服消息.

What each error means for the message and for all others stands in one table, `_THEN`. When to send again,
and what to record, is `core.outbox`'s.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from bot.rendering.fit import LIMIT_BYTES
from bot.wechat.client import WeChatClient
from bot.wechat.errors import SYSTEM_BUSY, Reaction, WeChatError
from bot.wechat.templates import BadValue, Templates
from core.errors import Busy
from core.outbox.kinds import TO_RESIDENTS
from core.outbox.notice_marks import notice_mark
from core.outbox.sender import Letter, NotSent, Then
from core.outbox.states import Channel

CALLS: Mapping[Channel, str] = MappingProxyType(
    {
        Channel.TEMPLATE: "/cgi-bin/message/template/send",
        Channel.NOTICE: "/cgi-bin/message/subscribe/bizsend",
        Channel.CUSTOM: "/cgi-bin/message/custom/send",
    }
)

_THEN: Mapping[Reaction, Then] = MappingProxyType(
    {
        Reaction.RETRY: Then.TRY_AGAIN,
        Reaction.REFRESH_TOKEN: Then.REFUSED_TOKEN,
        Reaction.PAUSE_MINUTE: Then.PAUSE_MINUTE,
        Reaction.PARK_UNTIL_MIDNIGHT: Then.PAUSE_UNTIL_MIDNIGHT,
        Reaction.DROP_RECIPIENT: Then.GIVE_UP,
        Reaction.MARK_UNFOLLOWED: Then.UNFOLLOWED,
        Reaction.MARK_OPTED_OUT: Then.NEXT_CHANNEL,
        Reaction.USE_TEMPLATE: Then.NEXT_CHANNEL,
        Reaction.USE_LINKS: Then.NEXT_CHANNEL,
        Reaction.STOP_JOB: Then.STOP_KIND,
        Reaction.FIX_CONTENT: Then.FIX_CONTENT,
        Reaction.UPLOAD_AGAIN: Then.STOP_KIND,
        Reaction.FIX_CODE: Then.STOP_KIND,
        Reaction.WAIT_FOR_REVIEW: Then.IN_REVIEW,
        Reaction.STOP_ALL: Then.STOP_ALL,
    }
)


class WeChatSender:
    """
    The `Sender` behind the platform's API. `public_url`: where links of ours begin, '' for no links.

    `notice_key`: what notices are marked under, so that their receipts find them.
    """

    def __init__(
        self, client: WeChatClient, templates: Templates, public_url: str, notice_key: bytes
    ) -> None:
        self._client = client
        self._notice_key = notice_key
        self._templates = templates
        self._public_url = public_url

    def can_send(self, kind: str, channel: Channel) -> bool:
        """See `Sender`."""
        if channel == Channel.CUSTOM:
            return kind not in TO_RESIDENTS
        return self._templates.find(kind, channel) is not None

    def mark(self, kind: str, channel: Channel, openid: str) -> str:
        """See `Sender`."""
        template = self._templates.find(kind, channel) if channel == Channel.NOTICE else None
        return notice_mark(self._notice_key, openid, template.id) if template else ""

    def send(self, letter: Letter) -> str:
        """See `Sender`."""
        call = CALLS[letter.channel]
        try:
            answer = self._client.post(call, self._body(letter))
        except BadValue as error:
            raise NotSent(47003, Then.FIX_CONTENT, say=str(error)) from error
        except WeChatError as error:
            # An error of the call for a token: this message had not left yet.
            is_unsure = error.is_unsure and error.call == call
            raise NotSent(error.code, _THEN[error.reaction], is_unsure=is_unsure, say=str(error)) from error
        except Busy as error:
            # Another process takes too long to fetch the access token.
            raise NotSent(SYSTEM_BUSY, Then.TRY_AGAIN, say=str(error)) from error
        return str(answer.get("msgid") or "")

    def _body(self, letter: Letter) -> dict[str, Any]:
        link = self._public_url + letter.link if self._public_url and letter.link else ""
        if letter.channel == Channel.CUSTOM:
            content = fitting(letter.body, link)
            return {"touser": letter.openid, "msgtype": "text", "text": {"content": content}}
        template = self._templates.find(letter.kind, letter.channel)
        if template is None:
            raise BadValue("没有设这种消息的模板")
        body = {"touser": letter.openid, "template_id": template.id, "data": template.filled(letter.fields)}
        if letter.channel == Channel.TEMPLATE:
            return body | {"client_msg_id": letter.client_id} | ({"url": link} if link else {})
        return body | ({"page": link} if link else {})


def fitting(body: str, link: str) -> str:
    """The text of a customer-service message with its link, whole lines left out where it is too long."""
    tail = f'\n<a href="{link}">打开清单</a>' if link else ""
    lines: list[str] = []
    used = len(tail.encode())
    more = "\n……"
    for line in body.split("\n"):
        used += len(line.encode()) + 1
        if used > LIMIT_BYTES - len(more.encode()):
            return "\n".join(lines) + more + tail
        lines.append(line)
    return "\n".join(lines) + tail
