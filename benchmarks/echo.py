"""
What our turn is compared with: a plain WeRoBot echo in Flask, with WeRoBot's own Redis session storage.

Served by the same server as ours. Its settings come in the environment variable `ECHO`, as JSON.
"""

import json
import os

import redis
from flask import Flask
from werobot import WeRoBot
from werobot.contrib.flask import make_view
from werobot.session.redisstorage import RedisStorage


def build() -> Flask:
    """The echo, as a WSGI application."""
    given = json.loads(os.environ["ECHO"])
    robot = WeRoBot(
        token=given["token"],
        app_id=given["app_id"],
        encoding_aes_key=given["aes_key"],
        enable_session=True,
        session_storage=RedisStorage(redis.Redis.from_url(given["redis_url"])),
    )

    @robot.handler
    def echo(message: object, session: dict[str, int]) -> str:
        session["count"] = session.get("count", 0) + 1
        return str(getattr(message, "content", None) or getattr(message, "key", ""))

    app = Flask(__name__)
    app.add_url_rule("/wechat", "wechat", make_view(robot), methods=["GET", "POST"])
    return app
