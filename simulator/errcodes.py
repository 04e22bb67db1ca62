"""
The platform's error codes with their texts, and the exception that carries one.

WeChat docs, global return codes. Errors travel as HTTP 200 with JSON; the text ends in a request id (rid).
"""

TEXTS: dict[int, str] = {
    -1: "system error",
    40001: (
        "invalid credential, access_token is invalid or not latest, could get access_token by "
        "getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r"
    ),
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40005: "invalid file type",
    40006: "invalid meida size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid appid",
    40014: "invalid access_token",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40023: "invalid sub button size",
    40024: "invalid sub button type",
    40025: "invalid sub button name size",
    40026: "invalid sub button key size",
    40027: "invalid sub button url size",
    40029: "invalid code",
    40030: "invalid refresh_token",
    40032: "invalid openid list size",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40036: "invalid template_id size",
    40037: "invalid template_id",
    40053: "invalid action info, please check document",
    40125: "invalid appsecret",
    40163: "code been used",
    40164: "invalid ip 127.0.0.1 ipv6 ::ffff:127.0.0.1, not in whitelist",
    40200: "invalid account type",
    40243: "AppSecret is frozen",
    40249: "user unsubscribed",
    40252: "message content is under review",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41005: "media data missing",
    41006: "media_id missing",
    41008: "missing code",
    41009: "missing openid",
    42001: "access_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43003: "require https",
    43004: "require subscribe",
    43019: "require remove blacklist",
    43101: "user refuse to accept the msg",
    43116: "user is blocked by the template",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit  must  slower  retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45029: "qrcode count out of limit",
    45047: "out of response count limit",
    45098: "msgmenu list size out of limit",
    46003: "menu no exist",
    46004: "user no exist",
    47001: "data format error",
    47003: "argument invalid!",
    48001: "api unauthorized",
    48002: "user block receive message",
    48004: "api forbidden for irregularities, view detail on mp.weixin.qq.com",
    48006: "forbid to clear quota because of reaching the limit",
    50002: "user limited",
    50005: "user is unsubscribed",
    89503: "the ip needs confirmation by an administrator",
}


class ApiError(Exception):
    """A call the platform refuses."""

    def __init__(self, errcode: int, detail: str | None = None) -> None:
        """`detail` stands in place of the code's usual text."""
        self.errcode = errcode
        self.text = detail or TEXTS.get(errcode, "unknown error")
        super().__init__(f"{errcode}: {self.text}")
