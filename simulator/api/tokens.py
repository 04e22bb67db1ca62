"""Access tokens of both kinds, and the ticket pages need. WeChat docs, access token, JS-SDK."""

import secrets

from flask import request

from simulator.api.calls import Answer, Api, body
from simulator.errcodes import ApiError
from simulator.world import World


def add_to(api: Api) -> None:
    """Register the group's calls."""
    world = api.world

    @api.call("GET", "/cgi-bin/token", token=False)
    def token() -> Answer:
        _check_client(
            world, request.args.get("grant_type"), request.args.get("appid"), request.args.get("secret")
        )
        issued = world.tokens.ordinary(world.at())
        return {"access_token": issued.token, "expires_in": issued.expires_in}

    @api.call("POST", "/cgi-bin/stable_token", token=False)
    def stable_token() -> Answer:
        wanted = body()
        _check_client(world, wanted.get("grant_type"), wanted.get("appid"), wanted.get("secret"))
        force = wanted.get("force_refresh") is True
        issued = world.tokens.stable(world.at(), force=force)
        if force:
            world.quotas.count_forced_token(world.now())
        return {"access_token": issued.token, "expires_in": issued.expires_in}

    @api.call("GET", "/cgi-bin/ticket/getticket")
    def ticket() -> Answer:
        return {"errcode": 0, "errmsg": "ok", "ticket": secrets.token_urlsafe(64), "expires_in": 7200}


def _check_client(world: World, grant_type: object, app_id: object, secret: object) -> None:
    if grant_type != "client_credential":
        raise ApiError(40002)
    if not app_id:
        raise ApiError(41002)
    if not secret:
        raise ApiError(41004)
    if app_id != world.config.app_id:
        raise ApiError(40013)
    if secret != world.config.app_secret:
        raise ApiError(40125)
