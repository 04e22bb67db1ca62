"""
Making things go wrong, and looking behind the scenes, for tests and demonstrations.

`POST /demo/control/faults {"path": "/cgi-bin/media/get", "kind": "errcode", "value": 40007, "times": 2}`
"""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, request

from simulator.faults import BadFault
from simulator.media import MediaKind
from simulator.world import World

MEDIA_KINDS: dict[str, MediaKind] = {"image": "image", "voice": "voice", "video": "video", "thumb": "thumb"}
SECONDS_A_DAY = 86_400.0


def add_to(demo: Blueprint, world: World) -> None:
    """Register the controls."""

    @demo.get("/control/faults")
    def waiting() -> Response:
        return jsonify([asdict(fault) for fault in world.faults.waiting()])

    @demo.post("/control/faults")
    def add_fault() -> Response | tuple[Response, int]:
        wanted = request.get_json()
        try:
            fault = world.faults.add(
                str(wanted.get("path", "")),
                wanted.get("kind", ""),
                float(wanted.get("value", 0)),
                int(wanted.get("times", 1)),
            )
        except BadFault as refusal:
            return jsonify({"error": str(refusal)}), 400
        return jsonify(asdict(fault))

    @demo.delete("/control/faults")
    def clear_faults() -> Response:
        world.faults.clear()
        return jsonify([])

    @demo.delete("/control/tokens")
    def forget_tokens() -> Response:
        """Make every access token invalid at once."""
        world.tokens.forget_all()
        return jsonify({})

    @demo.post("/control/media")
    def put_media() -> Response | tuple[Response, int]:
        """Keep the request's body as a file phones can send by its id; `age_days` makes it old."""
        kind = MEDIA_KINDS.get(request.args.get("kind", "image"))
        if kind is None:
            return jsonify({"error": "kind 只能是 " + "、".join(MEDIA_KINDS)}), 400
        kept_at = world.at() - request.args.get("age_days", 0.0, type=float) * SECONDS_A_DAY
        kept = world.media.keep(
            kind,
            request.content_type or "application/octet-stream",
            request.args.get("name", "file"),
            request.get_data(),
            kept_at,
        )
        return jsonify({"media_id": kept.media_id})

    @demo.post("/control/verify")
    def verify() -> Response:
        """Ask the webhook for the echo, as saving the console's settings does."""
        return jsonify({"verified": world.courier.verify()})

    @demo.get("/control/state")
    def state() -> Response:
        """How the account stands."""
        paused_until = world.courier.paused_until
        answer: dict[str, Any] = {
            "following": world.followers.count_following(),
            "permanent_codes": world.codes.count_permanent(),
            "paused_until": paused_until.isoformat() if paused_until else None,
            "mode": world.config.mode,
        }
        return jsonify(answer)
