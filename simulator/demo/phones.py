"""Phones over HTTP: made, looked at, used. The phone page and the test driver both come this way."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, jsonify, request

from simulator.acts import Acts, CannotDo
from simulator.api.oauth import PHONE_COOKIE
from simulator.followers import Follower, NoSuchPhone
from simulator.menus import read_menu
from simulator.world import World

View = Callable[..., Response | tuple[Response, int]]


def add_to(demo: Blueprint, world: World) -> None:
    """Register the phones' addresses."""
    acts = Acts(world)

    def state(openid: str, after: int) -> dict[str, Any]:
        found = world.chats.since(openid, after)
        return {
            "phone": phone_json(world.followers.get(openid)),
            "messages": [message.as_json() for message in found],
            "menu": (read_menu(world.store) or {}).get("button", []),
        }

    @demo.post("/phones")
    def add() -> Response:
        wanted = _arguments()
        return jsonify(phone_json(world.followers.add(world.at(), wanted.get("name"), wanted.get("openid"))))

    @demo.get("/phones")
    def everyone() -> Response:
        return jsonify([phone_json(phone) for phone in world.followers.everyone()])

    @demo.get("/phones/<openid>/messages")
    @_politely
    def messages(openid: str) -> Response:
        """The phone and its bubbles after number `after`."""
        return jsonify(state(openid, request.args.get("after", 0, type=int)))

    @demo.post("/phones/<openid>/acts")
    @_politely
    def act(openid: str) -> Response:
        """Do `act` and answer with everything new since `after`, once the webhook has spoken."""
        arguments = _arguments()
        outcome = acts.perform(openid, str(arguments.get("act", "")), arguments)
        after = arguments.get("after", 0)
        answer = state(openid, after if isinstance(after, int) else 0)
        response = jsonify({**answer, "exchange": outcome.exchange, "opens": outcome.opens})
        # A page opened from this phone next is signed in as its owner.
        response.set_cookie(PHONE_COOKIE, openid, path="/connect/", samesite="Lax", httponly=True)
        return response

    @demo.post("/phones/<openid>/hold")
    @_politely
    def hold(openid: str) -> Response:
        """Take this phone in hand: a web sign-in that follows is its owner's."""
        world.followers.get(openid)
        response = jsonify({})
        response.set_cookie(PHONE_COOKIE, openid, path="/connect/", samesite="Lax", httponly=True)
        return response

    @demo.get("/phones/<openid>/exchanges")
    @_politely
    def exchanges(openid: str) -> Response:
        """What went over the wire for this phone after number `after`."""
        return jsonify(world.chats.exchanges_since(openid, request.args.get("after", 0, type=int)))

    @demo.delete("/phones/<openid>")
    @_politely
    def remove(openid: str) -> Response:
        """Throw the phone away; whoever followed with it is gone as after unfollowing."""
        if world.followers.get(openid).following:
            acts.perform(openid, "unfollow", {})
        world.followers.remove(openid)
        return jsonify({})


def phone_json(phone: Follower) -> dict[str, Any]:
    """A phone as the page draws it."""
    return {
        "openid": phone.openid,
        "name": phone.name,
        "colour": phone.colour,
        "following": phone.following,
    }


def _arguments() -> dict[str, Any]:
    found = request.get_json(silent=True)
    return found if isinstance(found, dict) else {}


def _politely(view: View) -> View:
    """Turn what a phone cannot do into an answer with a sentence."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Response | tuple[Response, int]:
        try:
            return view(*args, **kwargs)
        except NoSuchPhone:
            return jsonify({"error": "没有这部手机"}), 404
        except CannotDo as refusal:
            return jsonify({"error": str(refusal)}), 409

    return guarded
