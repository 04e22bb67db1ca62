"""Reading and clearing quotas, and asking what a request id was. WeChat docs, API quotas."""

import json

from simulator.api.calls import OK, Answer, Api, body, text_of
from simulator.errcodes import ApiError


def add_to(api: Api) -> None:
    """Register the group's calls."""
    world = api.world

    @api.call("POST", "/cgi-bin/clear_quota")
    def clear() -> Answer:
        if body().get("appid") != world.config.app_id:
            raise ApiError(40013)
        world.quotas.clear(world.now())
        return OK

    @api.call("POST", "/cgi-bin/clear_quota/v2", token=False)
    def clear_by_secret() -> Answer:
        wanted = body()
        if wanted.get("appid") != world.config.app_id:
            raise ApiError(40013)
        if wanted.get("appsecret") != world.config.app_secret:
            raise ApiError(40125)
        world.quotas.clear(world.now())
        return OK

    @api.call("POST", "/cgi-bin/openapi/quota/clear")
    def clear_one() -> Answer:
        world.quotas.clear(world.now(), text_of(body(), "cgi_path", 47001))
        return OK

    @api.call("POST", "/cgi-bin/openapi/quota/get")
    def get() -> Answer:
        path = text_of(body(), "cgi_path", 47001)
        limit = world.quotas.daily_limit(path)
        if limit is None:
            raise ApiError(76022 if not path.startswith("/") else 47001, "could not use this cgi_path")
        used = world.quotas.used_today(path, world.now())
        return {**OK, "quota": {"daily_limit": limit, "used": used, "remain": limit - used}}

    @api.call("POST", "/cgi-bin/openapi/rid/get")
    def explain() -> Answer:
        row = world.store.row("SELECT * FROM refusal WHERE rid = ?", text_of(body(), "rid", 47001))
        if row is None:
            raise ApiError(76021, "rid not found")
        return {
            **OK,
            "request": {
                "invoke_time": int(row["at"]),
                "cost_in_ms": 1,
                "request_url": row["url"],
                "request_body": row["request"],
                "response_body": json.loads(row["answer"])["errmsg"],
                "client_ip": "127.0.0.1",
            },
        }
