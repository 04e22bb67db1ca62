"""
What every API call goes through: ordered faults, method, token, quota; and how refusals look.

WeChat docs, global return codes: a refusal is HTTP 200 with errcode and an errmsg that ends in a request id.
"""

import json
import re
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request

from simulator.errcodes import ApiError
from simulator.world import World

Answer = dict[str, Any] | Response
Handler = Callable[[], Answer]

OK: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}
KEPT_REFUSALS = 1000
_UNICODE_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\u")


@dataclass(frozen=True)
class Api:
    """Where the groups register their calls."""

    world: World
    blueprint: Blueprint

    def call(
        self, method: str, path: str, *, token: bool = True, metered: bool = True
    ) -> Callable[[Handler], Handler]:
        """Register a handler; without `token` it needs none, without `metered` it counts on no quota."""

        def register(handler: Handler) -> Handler:
            def view() -> Response:
                return self._answer(method, path, handler, token=token, metered=metered)

            self.blueprint.add_url_rule(path, path.replace("/", "_"), view, methods=["GET", "POST"])
            return handler

        return register

    def _answer(self, method: str, path: str, handler: Handler, *, token: bool, metered: bool) -> Response:
        if (broken := self._suffer_faults(path)) is not None:
            return broken
        try:
            self._refuse_by_fault(path)
            if request.method != method:
                raise ApiError(43001 if method == "GET" else 43002)
            if token:
                self.world.tokens.check(request.args.get("access_token", ""), self.world.at())
            if metered:
                self.world.quotas.count(path, self.world.now())
            answer = handler()
        except ApiError as refusal:
            answer = self._refusal(refusal)
        if self.world.faults.take(path, "answer_lost") is not None:
            return _broken()
        return answer if isinstance(answer, Response) else as_json(answer)

    def _suffer_faults(self, path: str) -> Response | None:
        """Be slow, break the connection, or answer with an HTTP error, as ordered."""
        faults = self.world.faults
        if (slow := faults.take(path, "slow")) is not None:
            time.sleep(slow.value)
        if faults.take(path, "cut") is not None:
            return _broken()
        if (http := faults.take(path, "http")) is not None:
            return Response("<html>error</html>", status=int(http.value), content_type="text/html")
        return None

    def _refuse_by_fault(self, path: str) -> None:
        fault = self.world.faults.take(path, "errcode")
        if fault is not None:
            raise ApiError(int(fault.value))

    def _refusal(self, refusal: ApiError) -> dict[str, Any]:
        at = self.world.at()
        rid = f"{int(at):08x}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"
        answer = {"errcode": refusal.errcode, "errmsg": f"{refusal.text} rid: {rid}"}
        store = self.world.store
        store.change(
            "INSERT INTO refusal VALUES (?, ?, ?, ?, ?)",
            rid,
            at,
            request.full_path.split("access_token=")[0].rstrip("?&"),
            request.get_data(as_text=True)[:2000] if request.is_json else "",
            json.dumps(answer),
        )
        store.change("DELETE FROM refusal WHERE rowid <= (SELECT max(rowid) FROM refusal) - ?", KEPT_REFUSALS)
        return answer


def as_json(answer: dict[str, Any]) -> Response:
    """The answer as the platform writes JSON."""
    return Response(json.dumps(answer, ensure_ascii=False), content_type="application/json; encoding=utf-8")


def body(*, literal_escapes: bool = False) -> dict[str, Any]:
    r"""
    The JSON object sent; raises ApiError 47001.

    With `literal_escapes`, `\uXXXX` is taken for those six characters, as calls that show text to people do
    (field reports): send raw UTF-8.
    """
    try:
        text = request.get_data().decode()
        found = json.loads(_UNICODE_ESCAPE.sub(r"\1\\\\u", text) if literal_escapes else text)
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise ApiError(47001) from None
    if not isinstance(found, dict):
        raise ApiError(47001)
    return found


def text_of(found: dict[str, Any], name: str, errcode: int) -> str:
    """A required piece of text; raises ApiError `errcode` when it is missing or empty."""
    value = found.get(name)
    if not isinstance(value, str) or not value:
        raise ApiError(errcode)
    return value


def part_of(found: dict[str, Any], name: str) -> dict[str, Any]:
    """A required object inside the body; raises ApiError 47001."""
    value = found.get(name)
    if not isinstance(value, dict):
        raise ApiError(47001)
    return value


def _broken() -> Response:
    return Response(_cut(), content_type="application/json", headers={"Content-Length": "100"})


def _cut() -> Iterator[bytes]:
    """The first bytes of an answer that never comes; servers then drop the connection."""
    yield b'{"'
    raise ConnectionAbortedError("cut as ordered")
