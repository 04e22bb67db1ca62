"""Who follows the account. WeChat docs, user management."""

from typing import Any

from flask import request

from simulator.api.calls import OK, Answer, Api, body, text_of
from simulator.errcodes import ApiError
from simulator.followers import Follower

MAX_OPENIDS_A_PAGE = 10_000
MAX_USERS_A_BATCH = 100
MAX_REMARK_CHARS = 30


def add_to(api: Api) -> None:
    """Register the group's calls."""
    world = api.world

    def about(openid: Any, errcode: int) -> Follower:
        if not isinstance(openid, str) or not openid:
            raise ApiError(errcode)
        follower = world.followers.find(openid)
        if follower is None:
            raise ApiError(40003)
        return follower

    @api.call("GET", "/cgi-bin/user/info")
    def info() -> Answer:
        return _card(about(request.args.get("openid"), 41009))

    @api.call("POST", "/cgi-bin/user/info/batchget")
    def batchget() -> Answer:
        wanted = body().get("user_list")
        if not isinstance(wanted, list) or not 1 <= len(wanted) <= MAX_USERS_A_BATCH:
            raise ApiError(40032)
        openids = [row.get("openid") if isinstance(row, dict) else None for row in wanted]
        return {"user_info_list": [_card(about(openid, 40003)) for openid in openids]}

    @api.call("POST", "/cgi-bin/user/info/updateremark")
    def updateremark() -> Answer:
        wanted = body(literal_escapes=True)
        follower = about(wanted.get("openid"), 41009)
        remark = text_of(wanted, "remark", 47001)
        if len(remark) > MAX_REMARK_CHARS:
            raise ApiError(45002)
        world.followers.set_remark(follower.openid, remark)
        return OK

    @api.call("GET", "/cgi-bin/user/get")
    def get() -> Answer:
        after = request.args.get("next_openid", "")
        page = world.followers.page_of_openids(after, MAX_OPENIDS_A_PAGE)
        answer: dict[str, Any] = {"total": world.followers.count_following(), "count": len(page)}
        if page:
            answer["data"] = {"openid": page}
        return {**answer, "next_openid": page[-1] if page else ""}


def _card(follower: Follower) -> dict[str, Any]:
    """What is told of a person: of one who does not follow, almost nothing."""
    if not follower.following:
        return {"subscribe": 0, "openid": follower.openid}
    scene = follower.scene or ""
    return {
        "subscribe": 1,
        "openid": follower.openid,
        "nickname": "",
        "sex": 0,
        "language": "zh_CN",
        "city": "",
        "province": "",
        "country": "",
        "headimgurl": "",
        "subscribe_time": int(follower.followed_at or 0),
        "remark": follower.remark,
        "groupid": 0,
        "tagid_list": [],
        "subscribe_scene": follower.source,
        "qr_scene": int(scene) if scene.isdecimal() else 0,
        "qr_scene_str": "" if scene.isdecimal() else scene,
    }
