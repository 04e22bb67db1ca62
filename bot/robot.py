"""
The WeRoBot router, with one guard around every handler.

WeRoBot finds the handler for a message and makes a reply of what it gives. It also swallows a handler's
exception without a word to the person, so the guard stands inside: a failure is logged with its traceback
and the delivery's key, counted, and answered with an apology. WeRoBot's sessions stay off: they are read
and written without a lock.
"""

import logging
from collections.abc import Callable
from typing import Any

from werobot import WeRoBot
from werobot.replies import WeChatReply

from bot import phrases
from bot.deliveries import delivery_key
from bot.handlers import EVENTS_BEYOND, HANDLERS, SILENT, Handler, handler_for
from bot.metrics import BotMetrics
from bot.replies import Forged, Silence, text_reply
from core.conversation.incoming import StampReused, Turns
from core.errors import Busy

log = logging.getLogger(__name__)


def build_robot(turns: Turns, metrics: BotMetrics) -> WeRoBot:
    """A robot whose handlers hand every delivery to `turns`."""
    # Token and keys are the webhook's business; the robot only routes.
    robot = WeRoBot(logger=log, SESSION_STORAGE=False)
    for kind, handler in HANDLERS.items():
        robot.add_handler(_guarded(handler, turns, metrics), type=kind)

    def on_any_other(message: Any) -> WeChatReply:
        return _guarded(handler_for(message.type), turns, metrics)(message)

    robot.add_handler(on_any_other)
    return robot


def _guarded(handler: Handler, turns: Turns, metrics: BotMetrics) -> Callable[[Any], WeChatReply]:
    """The handler, always giving a reply object and never raising."""

    def run(message: Any) -> WeChatReply:
        kind = message.type if message.type in HANDLERS or message.type in EVENTS_BEYOND else "other"
        metrics.deliveries.labels(kind).inc()
        try:
            words = handler(message, turns)
        except Busy:
            # Shed: nothing was stored. The person's next turn tells them so.
            metrics.shed.inc()
            return Silence(message=message)
        except StampReused:
            return Forged(message=message)
        except Exception:
            metrics.failures.labels(kind).inc()
            log.exception("handler_failed", extra={"kind": kind, "delivery_key": delivery_key(message)})
            words = "" if handler in SILENT else phrases.APOLOGY
        return text_reply(message, words)

    return run
