"""
Each error code of the platform: what it means, and what we do about it.

The platform answers errors as HTTP 200 with `errcode`. Source of codes and meanings: 微信公众平台开发文档
「全局返回码」 and the page of each call (customer-service, template and subscription messages, QR codes,
media), read 2026-11; what those pages do not say and we infer is marked so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from core.errors import SurveyError

SYSTEM_BUSY = -1
# Ours, not the platform's: a file was asked for, and JSON came that names no error (a video's address
# does).
NO_FILE = -2
NO_MENU = 46003


class Reaction(StrEnum):
    """What a caller does about an error. None of them is done here, but for `REFRESH_TOKEN`."""

    RETRY = "retry"  # back off and try again, at most three times, with the same client_msg_id
    REFRESH_TOKEN = "refresh_token"  # noqa: S105  # the client has done that once already; then alarm
    PAUSE_MINUTE = "pause_minute"
    PARK_UNTIL_MIDNIGHT = "park_until_midnight"
    DROP_RECIPIENT = "drop_recipient"
    MARK_UNFOLLOWED = "mark_unfollowed"
    MARK_OPTED_OUT = "mark_opted_out"
    USE_TEMPLATE = "use_template"  # the customer-service window is closed: template message, or drop
    STOP_JOB = "stop_job"  # after one more try; alarm
    FIX_CONTENT = "fix_content"  # never as it is again
    USE_LINKS = "use_links"  # one-tap links in text instead of a menu message
    UPLOAD_AGAIN = "upload_again"
    WAIT_FOR_REVIEW = "wait_for_review"  # the platform sends it by itself once passed; never send again
    FIX_CODE = "fix_code"
    STOP_ALL = "stop_all"  # settings or account: trying again cannot help; alarm


@dataclass(frozen=True, slots=True)
class KnownError:
    """One line of the table. `meaning` is Chinese, for the office's screens and the logs."""

    meaning: str
    reaction: Reaction


_TOKEN = Reaction.REFRESH_TOKEN
_STOP = Reaction.STOP_ALL

KNOWN: Mapping[int, KnownError] = MappingProxyType(
    {
        SYSTEM_BUSY: KnownError("微信系统忙，或没有回应", Reaction.RETRY),
        NO_FILE: KnownError("微信给的不是文件", Reaction.FIX_CONTENT),
        40001: KnownError("access_token 不对或不是最新的", _TOKEN),
        40014: KnownError("access_token 无效", _TOKEN),
        41001: KnownError("没有带 access_token", _TOKEN),
        42001: KnownError("access_token 过期了", _TOKEN),
        45011: KnownError("一分钟内调用太多", Reaction.PAUSE_MINUTE),
        45009: KnownError("今天的调用次数用完了", Reaction.PARK_UNTIL_MIDNIGHT),
        40003: KnownError("这个人的编号不对，或属于另一个公众号", Reaction.DROP_RECIPIENT),
        43019: KnownError("这个人在公众号的黑名单里", Reaction.DROP_RECIPIENT),
        43116: KnownError("这个人收不到", Reaction.DROP_RECIPIENT),  # inferred
        40249: KnownError("这个人收不到", Reaction.DROP_RECIPIENT),  # inferred
        46004: KnownError("没有这个人", Reaction.DROP_RECIPIENT),  # inferred for sends
        50005: KnownError("这个人没有关注", Reaction.DROP_RECIPIENT),  # inferred for sends
        43004: KnownError("这个人没有关注", Reaction.MARK_UNFOLLOWED),
        43101: KnownError("这个人不接收", Reaction.MARK_OPTED_OUT),
        48002: KnownError("这个人关掉了接收消息", Reaction.MARK_OPTED_OUT),  # inferred for templates
        45015: KnownError("超过了可以回复的时间", Reaction.USE_TEMPLATE),
        45047: KnownError("可以回复的条数用完了", Reaction.USE_TEMPLATE),
        40036: KnownError("模板编号长度不对", Reaction.STOP_JOB),
        40037: KnownError("模板编号不对", Reaction.STOP_JOB),
        47001: KnownError("发去的内容不是合格的 JSON", Reaction.FIX_CONTENT),
        47003: KnownError("模板里有一项内容不合规定", Reaction.FIX_CONTENT),
        45002: KnownError("内容太长", Reaction.FIX_CONTENT),
        40033: KnownError("内容里有不允许的字符", Reaction.FIX_CONTENT),
        45098: KnownError("菜单消息的选项太多", Reaction.USE_LINKS),
        40200: KnownError("这种公众号发不了菜单消息", Reaction.USE_LINKS),
        40007: KnownError("媒体编号不对或过期了", Reaction.UPLOAD_AGAIN),
        40252: KnownError("内容在审核，通过后微信自己会发", Reaction.WAIT_FOR_REVIEW),
        45029: KnownError("公众号的永久二维码已经满了（最多100000个）", _STOP),
        NO_MENU: KnownError("公众号还没有菜单", Reaction.FIX_CONTENT),
        40016: KnownError("菜单的按钮太多或没有", Reaction.FIX_CONTENT),
        40017: KnownError("菜单按钮的类型不对", Reaction.FIX_CONTENT),
        40018: KnownError("菜单按钮的名称太长", Reaction.FIX_CONTENT),
        40019: KnownError("菜单按钮的 KEY 太长或没有", Reaction.FIX_CONTENT),
        40053: KnownError("二维码的参数不对", Reaction.FIX_CODE),
        43002: KnownError("要用 POST", Reaction.FIX_CODE),
        43003: KnownError("要用 HTTPS", Reaction.FIX_CODE),
        40013: KnownError("AppID 不对", _STOP),
        40125: KnownError("AppSecret 不对", _STOP),
        40164: KnownError("服务器的 IP 不在公众号的白名单里", _STOP),
        40243: KnownError("AppSecret 被冻结了", _STOP),
        89503: KnownError("服务器的 IP 要等管理员确认", _STOP),
        48001: KnownError("公众号没有这个接口的权限", _STOP),
        48004: KnownError("这个接口被封了", _STOP),
        48006: KnownError("这个月清零的次数用完了", _STOP),
        50002: KnownError("公众号受到限制", _STOP),
    }
)
UNKNOWN = KnownError("没见过的返回码", Reaction.STOP_JOB)

# The token was refused: the client fetches another and tries once more.
TOKEN_REFUSED = frozenset({40001, 40014, 42001})


class WeChatError(SurveyError):
    """
    A call to the platform failed.

    `code` is its errcode, or -1 where it gave none (time-out, HTTP error, not JSON). `is_unsure`: nobody
    knows whether the call took effect; False where the platform refused, or was never reached. `rid` is the
    platform's name for the request, '' where it gave none.
    """

    def __init__(self, call: str, code: int, rid: str = "", *, was_reached: bool = True) -> None:
        known = KNOWN.get(code, UNKNOWN)
        self.call = call
        self.code = code
        self.rid = rid
        self.meaning = known.meaning
        self.reaction = known.reaction
        # The platform's own -1, system busy, does not say either whether anything was done.
        self.is_unsure = code == SYSTEM_BUSY and was_reached
        named = f"，rid {rid}" if rid else ""
        super().__init__(f"微信接口没有成功：{known.meaning}（{call}，{code}{named}）。")
