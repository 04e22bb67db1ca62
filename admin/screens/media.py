"""
One voice message or photo, for those who may read what it belongs to; and a list of what could not be had.

Files lie outside every public folder and leave only through here.
"""

from flask import Response, render_template, request, send_file

from admin.audit import note_view
from admin.filters import PAGE_SIZE, read_page
from admin.paging import Paging
from admin.parts import parts
from admin.routes import LOOKERS, Route
from core.audit.acts import Act, about
from core.media.service import count_undelivered, open_media, undelivered
from core.media.store import MediaStore

# How long a browser may keep a file it has shown, so that leafing back does not fetch it again.
BROWSER_KEEPS_SECONDS = 3600


def file(key: str) -> Response:
    """The file itself."""
    with parts().reading() as connection:
        opened = open_media(connection, MediaStore(parts().settings.var), key)
    if request.range is None or request.range.ranges[0][0] == 0:  # a player asks for the rest in pieces
        note_view(Act.MEDIA_SHOWN, about("media", key))
    sent = send_file(opened.path, mimetype=opened.mime, conditional=True)
    sent.headers["Cache-Control"] = f"private, max-age={BROWSER_KEEPS_SECONDS}"
    return sent


def missing() -> str:
    """What was sent and could not be fetched or kept, newest first."""
    page = read_page(request.args)
    with parts().reading() as connection:
        paging = Paging(page, count_undelivered(connection), PAGE_SIZE)
        items = undelivered(connection, paging.offset, paging.size)
    return render_template("missing_media.html", items=items, paging=paging)


ROUTES = (
    Route("/media/<key>", "media", file, LOOKERS),
    Route("/missing-media", "missing_media", missing, LOOKERS),
)
