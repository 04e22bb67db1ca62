"""The words of the outbox's tables, and what people call them."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class State(StrEnum):
    """
    How a message stands.

    queued → sending → sent → delivered, blocked or failed. unsure: it was sent and nobody knows whether it
    arrived; only a person sends it again. review: the platform looks at it and sends it by itself.
    withdrawn: taken back before it left.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    BLOCKED = "blocked"
    FAILED = "failed"
    UNSURE = "unsure"
    REVIEW = "review"
    WITHDRAWN = "withdrawn"


# Not over yet: the program or the platform has still to do with it.
WAITING = frozenset({State.QUEUED, State.SENDING, State.REVIEW})


class Channel(StrEnum):
    """How a message goes out; in the order they are tried."""

    TEMPLATE = "template"
    NOTICE = "notice"
    CUSTOM = "custom"


class Reason(StrEnum):
    """Why a message is not where it should be."""

    NO_ANSWER = "no_answer"
    CRASHED = "crashed"
    BUSY = "busy"
    REFUSED = "refused"
    CONTENT = "content"
    NO_ACCOUNT = "no_account"
    FORGOTTEN = "forgotten"
    UNFOLLOWED = "unfollowed"
    NO_CHANNEL = "no_channel"
    TOO_LATE = "too_late"
    BLOCKED = "blocked"
    SYSTEM = "system"
    REVIEW = "review"


class Happened(StrEnum):
    """What a line of a message's history says."""

    SENDING = "sending"
    LAPSED = "lapsed"
    AGAIN = "again"
    REFUSED = "refused"
    SENT = "sent"
    UNSURE = "unsure"
    REVIEW = "review"
    FAILED = "failed"
    DELIVERED = "delivered"
    BLOCKED = "blocked"
    WITHDRAWN = "withdrawn"
    RESENT = "resent"
    CALLED = "called"
    UNCALLED = "uncalled"


STATE_WORDS: Mapping[str, str] = MappingProxyType(
    {
        State.QUEUED: "排队中",
        State.SENDING: "发送中",
        State.SENT: "已发出",
        State.DELIVERED: "已送达",
        State.BLOCKED: "被对方拒收",
        State.FAILED: "没发成",
        State.UNSURE: "不确定",
        State.REVIEW: "微信审核中",
        State.WITHDRAWN: "已撤回",
    }
)
CHANNEL_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "": "还没定",
        Channel.TEMPLATE: "模板消息",
        Channel.NOTICE: "订阅通知",
        Channel.CUSTOM: "客服消息",
    }
)
REASON_WORDS: Mapping[str, str] = MappingProxyType(
    {
        Reason.NO_ANSWER: "微信没有回应，不知道对方收到没有",
        Reason.CRASHED: "发到一半程序断了，不知道对方收到没有",
        Reason.BUSY: "微信系统忙，过一会儿自动再发",
        Reason.REFUSED: "微信不让发给这个人",
        Reason.CONTENT: "内容不合模板的规定，要改模板设置",
        Reason.NO_ACCOUNT: "还没有绑定微信",
        Reason.FORGOTTEN: "微信标识已经删了，等他下次来说话时告诉他",
        Reason.UNFOLLOWED: "没有关注公众号",
        Reason.NO_CHANNEL: "没有能发的办法：没配模板，对方最近也没来过消息",
        Reason.TOO_LATE: "过了时间没发出去",
        Reason.BLOCKED: "对方关掉了接收消息",
        Reason.SYSTEM: "微信说系统原因没送到",
        Reason.REVIEW: "微信审核很久没有结果",
    }
)
HAPPENED_WORDS: Mapping[str, str] = MappingProxyType(
    {
        Happened.SENDING: "开始发送",
        Happened.LAPSED: "发送中断",
        Happened.AGAIN: "没成，等会儿再发",
        Happened.REFUSED: "这个办法发不了",
        Happened.SENT: "微信收下了",
        Happened.UNSURE: "不确定对方收到没有",
        Happened.REVIEW: "微信要审核，通过后它自己会发",
        Happened.FAILED: "没发成",
        Happened.DELIVERED: "微信说送到了",
        Happened.BLOCKED: "微信说对方拒收",
        Happened.WITHDRAWN: "发出前撤回",
        Happened.RESENT: "有人点了重发",
        Happened.CALLED: "有人打了电话",
        Happened.UNCALLED: "改回：还没打电话",
    }
)
