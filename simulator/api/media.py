"""
Temporary media: uploads by the account, downloads of what people sent. WeChat docs, temporary media.

A download answers with bytes, but its refusals are JSON with HTTP 200.
"""

from urllib.parse import quote

from flask import Response, request

from simulator.api.calls import Answer, Api
from simulator.errcodes import ApiError
from simulator.media import MediaKind

# Largest size in bytes and the endings taken.
UPLOADS: dict[MediaKind, tuple[int, tuple[str, ...]]] = {
    "image": (10 * 2**20, ("png", "jpg", "jpeg", "gif")),
    "voice": (2 * 2**20, ("amr", "mp3")),
    "video": (10 * 2**20, ("mp4",)),
    "thumb": (64 * 2**10, ("jpg", "jpeg")),
}


def add_to(api: Api) -> None:
    """Register the group's calls."""
    world = api.world

    @api.call("POST", "/cgi-bin/media/upload")
    def upload() -> Answer:
        kind = next((known for known in UPLOADS if known == request.args.get("type")), None)
        if kind is None:
            raise ApiError(40004)
        file = request.files.get("media")
        if file is None or not file.filename:
            raise ApiError(41005)
        limit_bytes, endings = UPLOADS[kind]
        if file.filename.rsplit(".", 1)[-1].lower() not in endings:
            raise ApiError(40005)
        content = file.read(limit_bytes + 1)
        if not content:
            raise ApiError(41005)
        if len(content) > limit_bytes:
            raise ApiError(40006)
        kept = world.media.keep(
            kind, file.mimetype or "application/octet-stream", file.filename, content, world.at()
        )
        return {"type": kind, "media_id": kept.media_id, "created_at": int(kept.created_at)}

    @api.call("GET", "/cgi-bin/media/get")
    def get() -> Answer:
        media_id = request.args.get("media_id", "")
        found = world.media.fetch(media_id, world.at()) if media_id else None
        if found is None:
            raise ApiError(40007 if media_id else 41006)
        if found.kind == "video":
            return {"video_url": world.address(f"/demo/media/{found.media_id}")}
        return Response(
            found.content,
            content_type=found.content_type,
            headers={"Content-disposition": f'attachment; filename="{quote(found.name)}"'},
        )
