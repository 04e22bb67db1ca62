"""
The fields of every kind of message and event a phone can cause.

WeChat docs, receiving messages and receiving events. Messages carry a MsgId, events do not.
"""

from simulator.wire import Fields, Value, new_message_id


def text(content: str, menu_id: str | None = None) -> Fields:
    """Typed words; with `menu_id`, a tapped option."""
    fields: dict[str, Value] = {"MsgType": "text", "Content": content, "MsgId": new_message_id()}
    if menu_id is not None:
        fields["bizmsgmenuid"] = menu_id
    return fields


def image(media_id: str, picture_url: str) -> Fields:
    """A photo; `picture_url` is where the platform shows it."""
    return {"MsgType": "image", "PicUrl": picture_url, "MsgId": new_message_id(), "MediaId": media_id}


def voice(media_id: str) -> Fields:
    """Spoken words. Recognition has come back empty since the platform retired it."""
    return {
        "MsgType": "voice",
        "MediaId": media_id,
        "Format": "amr",
        "MsgId": new_message_id(),
        "MediaId16K": f"{media_id}_16K",
        "Recognition": "",
    }


def video(media_id: str, thumb_media_id: str, *, short: bool = False) -> Fields:
    """A video; `short` is the kind filmed in the chat."""
    return {
        "MsgType": "shortvideo" if short else "video",
        "MediaId": media_id,
        "ThumbMediaId": thumb_media_id,
        "MsgId": new_message_id(),
    }


def location(latitude: float, longitude: float, label: str) -> Fields:
    """A place the person chose to send."""
    return {
        "MsgType": "location",
        "Location_X": latitude,
        "Location_Y": longitude,
        "Scale": 16,
        "Label": label,
        "MsgId": new_message_id(),
    }


def link(title: str, description: str, url: str) -> Fields:
    """A shared page."""
    return {
        "MsgType": "link",
        "Title": title,
        "Description": description,
        "Url": url,
        "MsgId": new_message_id(),
    }


def other(kind: str, extra: Fields) -> Fields:
    """A kind of message the docs do not know; the platform adds some now and then."""
    return {"MsgType": kind, **extra, "MsgId": new_message_id()}


def subscribe(scene: str | None, ticket: str | None) -> Fields:
    """Following: with a scene by a parametrised code, without one by search."""
    fields: dict[str, Value] = {"MsgType": "event", "Event": "subscribe"}
    fields["EventKey"] = f"qrscene_{scene}" if scene is not None else ""
    if ticket is not None:
        fields["Ticket"] = ticket
    return fields


def scan(scene: str, ticket: str) -> Fields:
    """A follower scans a parametrised code; here the scene has no prefix."""
    return {"MsgType": "event", "Event": "SCAN", "EventKey": scene, "Ticket": ticket}


def unsubscribe() -> Fields:
    """Unfollowing."""
    return event("unsubscribe", "")


def event(kind: str, key: str, extra: Fields | None = None) -> Fields:
    """Any event with a key: menu clicks and their kin."""
    return {"MsgType": "event", "Event": kind, "EventKey": key, **(extra or {})}


def reported_location(latitude: float, longitude: float) -> Fields:
    """The phone tells where it is, each time the chat is opened."""
    return {
        "MsgType": "event",
        "Event": "LOCATION",
        "Latitude": latitude,
        "Longitude": longitude,
        "Precision": 65.0,
    }


def template_report(message_id: int, status: str) -> Fields:
    """What became of a template message; the id's element is spelled MsgID here."""
    return {"MsgType": "event", "Event": "TEMPLATESENDJOBFINISH", "MsgID": message_id, "Status": status}


def consent(template_id: str, *, accepted: bool) -> Fields:
    """The person answered the question whether to be notified once."""
    row: Fields = {
        "TemplateId": template_id,
        "SubscribeStatusString": "accept" if accepted else "reject",
        "PopupScene": 2,
    }
    return {
        "MsgType": "event",
        "Event": "subscribe_msg_popup_event",
        "SubscribeMsgPopupEvent": {"List": [row]},
    }


def notice_report(template_id: str, message_id: int) -> Fields:
    """A subscription notice was sent."""
    row: Fields = {
        "TemplateId": template_id,
        "MsgID": message_id,
        "ErrorCode": 0,
        "ErrorStatus": "success",
    }
    return {
        "MsgType": "event",
        "Event": "subscribe_msg_sent_event",
        "SubscribeMsgSentEvent": {"List": [row]},
    }
