"""
The WSGI callable the platform posts to: who sent it, is it whole, is it fresh; then the reply.

A bad request gets its 4xx, one log line and nothing else. A good one is parsed by WeRoBot's parser and
answered by the robot's handlers, which have a guard of their own. What is said in reply, and how a
delivery is taken exactly once, is not decided here.

    GET  /wechat   the platform verifies the address: the echo string comes back
    POST /wechat   a push; the answer is a reply's XML or `success` for silence
"""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from werobot import WeRoBot

from bot.envelope import AesKey, Envelope
from bot.incoming_xml import read_xml, to_message
from bot.metrics import BotMetrics
from bot.refusals import Rejected
from bot.replies import SILENCE, Forged, Silence, to_xml
from bot.request_guard import Query, checked_query, read_body
from core.clock import Clock
from core.config import WeChat

log = logging.getLogger(__name__)

PLAIN = "text/plain; charset=utf-8"
XML = "application/xml; charset=utf-8"

_Answer = tuple[str, str]  # content type, body


class Webhook:
    """See the module's docstring. Holds nothing that changes; safe to call from any thread."""

    def __init__(self, wechat: WeChat, robot: WeRoBot, clock: Clock, metrics: BotMetrics) -> None:
        self._token = wechat.token
        self._mode = wechat.mode
        self._envelope = Envelope(wechat.token, wechat.app_id, (wechat.aes_key, wechat.aes_key_previous))
        self._robot = robot
        self._clock = clock
        self._metrics = metrics

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        started = time.perf_counter()
        status = "200 OK"
        try:
            content_type, body = self._methods(environ)
        except Rejected as rejected:
            status, content_type, body = rejected.status, PLAIN, rejected.reason
            self._metrics.refused.labels(rejected.reason).inc()
            log.warning("webhook_refused", extra={"reason": rejected.reason, "status": status[:3]})
        except Exception:
            # Not a handler's failure (those apologise) but ours. An error status would make the platform
            # deliver the same again and, after some, stop all pushes for a minute; so: silence.
            content_type, body = PLAIN, SILENCE
            self._metrics.webhook_failures.inc()
            log.exception("webhook_failed")
        self._metrics.delivery_seconds.observe(time.perf_counter() - started)
        sent = body.encode()
        headers = [
            ("Content-Type", content_type),
            ("Content-Length", str(len(sent))),
            ("X-Content-Type-Options", "nosniff"),
        ]
        if status.startswith("405"):
            headers.append(("Allow", "GET, POST"))
        start_response(status, headers)
        return [sent]

    def _methods(self, environ: WSGIEnvironment) -> _Answer:
        methods: dict[str, Callable[[WSGIEnvironment, Query], _Answer]] = {
            "GET": self._get,
            "POST": self._post,
        }
        method = methods.get(environ["REQUEST_METHOD"])
        if method is None:
            raise Rejected("method")
        return method(environ, checked_query(environ, self._token, self._clock()))

    def _get(self, environ: WSGIEnvironment, query: Query) -> _Answer:
        """The platform checks the address: give its echo string back."""
        echo = query.parameters.get("echostr")
        if not echo:
            raise Rejected("missing_parameter")
        return PLAIN, echo

    def _post(self, environ: WSGIEnvironment, query: Query) -> _Answer:
        elements, key = self._opened(read_xml(read_body(environ)), query)
        message = to_message(elements)
        message.stamp = query.stamp
        reply = self._robot.get_reply(message)
        if isinstance(reply, Forged):
            raise Rejected("stamp_reused")
        if reply is None or isinstance(reply, Silence):
            return PLAIN, SILENCE
        xml = to_xml(reply)
        if key is not None:
            xml = self._envelope.seal(xml, key, int(self._clock().timestamp()))
        return XML, xml

    def _opened(self, elements: dict[str, Any], query: Query) -> tuple[dict[str, Any], AesKey | None]:
        """The message's elements, and the key to answer with when it came encrypted."""
        encrypted = elements.get("Encrypt")
        if self._mode == "plain":
            if encrypted is not None and "MsgType" not in elements:
                raise Rejected("encrypted_in_plain_mode")
            return elements, None
        if encrypted is None:
            if self._mode == "safe":
                raise Rejected("not_encrypted")
            return elements, None
        msg_signature = query.parameters.get("msg_signature")
        if not msg_signature or not isinstance(encrypted, str):
            raise Rejected("bad_msg_signature")
        opened = self._envelope.open(encrypted, query.timestamp, query.nonce, msg_signature)
        return read_xml(opened.xml), opened.key
