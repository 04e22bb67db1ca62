"""The phone page itself, the codes it can show, and the files in its chats."""

from flask import Blueprint, Response, abort, jsonify, make_response, redirect, render_template, request

from simulator import codes
from simulator.followers import COLOURS
from simulator.world import World

MAX_SCENES_SHOWN = 60
POLL_MS = 1000

# Everything is our own, so nothing else may load; recordings are played from memory.
CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' blob: data: http: https:; media-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'"
)


def add_to(demo: Blueprint, world: World) -> None:
    """Register the page's addresses."""

    @demo.get("/")
    def page() -> Response:
        html = render_template(
            "phone.html",
            account=world.config.account_name,
            note=world.config.account_note,
            can_record=world.encode_voice is not None,
            poll_ms=POLL_MS,
            colours=COLOURS,
        )
        return make_response(html, 200, {"Content-Security-Policy": CONTENT_POLICY})

    @demo.get("/scenes")
    def scenes() -> Response:
        """The codes on offer whose scene, name or heading has the words `q`, and how many there are."""
        words = request.args.get("q", "").split()
        found = [
            {"scene": scene, "label": label, "group": group}
            for scene, label, group in world.config.scenes()
            if all(word in f"{scene} {label} {group}" for word in words)
        ]
        return jsonify({"scenes": found[:MAX_SCENES_SHOWN], "total": len(found)})

    @demo.get("/qr")
    def qr() -> Response:
        """A code to scan from the screen with any phone: it opens this page there and scans the scene."""
        scene = request.args.get("scene", "").strip()
        if not scene:
            abort(400)
        code = world.codes.of_scene(scene, world.at())
        picture = codes.picture(world.address(f"/demo/q/{code.key}"))
        return Response(picture, content_type="image/jpeg")

    @demo.get("/q/<key>")
    def scanned(key: str) -> Response:
        code = world.codes.by_key(key)
        if code is None:
            abort(404)
        return make_response(redirect(f"/demo/?scan={code.scene}"))

    @demo.get("/media/<media_id>")
    def media(media_id: str) -> Response:
        """A file as a phone shows it; unlike the API's, it stays, as chats on a phone do."""
        found = world.media.find(media_id)
        if found is None:
            abort(404)
        if found.playable is None:
            return Response(found.content, content_type=found.content_type)
        is_wave = found.playable.startswith(b"RIFF")
        return Response(found.playable, content_type="audio/wav" if is_wave else "audio/mpeg")
