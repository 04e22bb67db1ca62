"""Parametrised QR codes: made with a token, shown to anybody. WeChat docs, parametrised QR codes."""

from typing import Any

from flask import Response, request

from simulator import codes
from simulator.api.calls import Answer, Api, body
from simulator.errcodes import ApiError

MAX_EXPIRE_SECONDS = 2_592_000
# One old page says 30 seconds, another 60; the shorter shows a forgotten field sooner.
DEFAULT_EXPIRE_SECONDS = 30
MAX_PERMANENT_CODES = 100_000
MAX_SCENE_CHARS = 64
MAX_TEMPORARY_SCENE_ID, MAX_PERMANENT_SCENE_ID = 2**32 - 1, 100_000

# Action → (is permanent, takes text).
ACTIONS = {
    "QR_SCENE": (False, False),
    "QR_STR_SCENE": (False, True),
    "QR_LIMIT_SCENE": (True, False),
    "QR_LIMIT_STR_SCENE": (True, True),
}


def add_to(api: Api) -> None:
    """Register the group's calls."""
    world = api.world

    @api.call("POST", "/cgi-bin/qrcode/create")
    def create() -> Answer:
        wanted = body()
        if wanted.get("action_name") not in ACTIONS:
            raise ApiError(40053)
        permanent, takes_text = ACTIONS[wanted["action_name"]]
        scene = _scene(wanted.get("action_info"), permanent=permanent, takes_text=takes_text)
        if permanent:
            full = world.codes.count_permanent() >= MAX_PERMANENT_CODES
            if full and not world.codes.has_permanent(scene):
                raise ApiError(45029)
            code = world.codes.make(scene)
            return {"ticket": code.ticket, "url": world.code_address(code)}
        seconds = _expire_seconds(wanted)
        code = world.codes.make(scene, world.at() + seconds)
        return {"ticket": code.ticket, "expire_seconds": seconds, "url": world.code_address(code)}

    @api.blueprint.get("/cgi-bin/showqrcode")
    def show() -> Response:
        code = world.codes.by_ticket(request.args.get("ticket", ""))
        if code is None:
            return Response("", status=404)
        return Response(codes.picture(world.code_address(code)), content_type="image/jpg")


def _scene(info: Any, *, permanent: bool, takes_text: bool) -> str:
    if not isinstance(info, dict):
        raise ApiError(40053)
    if "scene" not in info:
        # The platform does not mind a forgotten wrapper and makes a code of scene 0.
        return "0"
    scene = info["scene"]
    if not isinstance(scene, dict):
        raise ApiError(40053)
    if takes_text:
        text = scene.get("scene_str")
        if not isinstance(text, str) or not 1 <= len(text) <= MAX_SCENE_CHARS:
            raise ApiError(40053)
        return text
    number = scene.get("scene_id")
    limit = MAX_PERMANENT_SCENE_ID if permanent else MAX_TEMPORARY_SCENE_ID
    if type(number) is not int or not 1 <= number <= limit:
        raise ApiError(40053)
    return str(number)


def _expire_seconds(wanted: dict[str, Any]) -> int:
    seconds = wanted.get("expire_seconds", DEFAULT_EXPIRE_SECONDS)
    if type(seconds) is not int or not 1 <= seconds <= MAX_EXPIRE_SECONDS:
        raise ApiError(40053)
    return seconds
