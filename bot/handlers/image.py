"""A picture. Only its media id is taken here; the worker fetches it within the three days it lives."""

from werobot.messages.messages import ImageMessage

from bot.deliveries import incoming
from core.conversation.incoming import Turns
from core.conversation.inputs import Other, Photo


def on_image(message: ImageMessage, turns: Turns) -> str:
    """A picture arrived."""
    media_id = getattr(message, "MediaId", None)
    what = Photo(media_id) if isinstance(media_id, str) else Other("image")
    return turns.take(incoming(message, what))
