"""Template messages: the send, and the later push that tells its fate. WeChat docs, template messages."""

import secrets
from typing import Any

from simulator import messages
from simulator.acts import Acts
from simulator.api.calls import OK, Answer, Api, body, text_of
from simulator.bubbles import template_body
from simulator.errcodes import ApiError
from simulator.values import check_data
from simulator.wire import Fields
from simulator.world import World

# Within it the same openid and client_msg_id are delivered once.
CLIENT_ID_SECONDS = 600.0
STATUSES = {"user_block": "failed:user block", "system_failed": "failed: system failed"}


def add_to(api: Api) -> None:
    """Register the group's calls."""
    world = api.world

    @api.call("POST", "/cgi-bin/message/template/send")
    def send() -> Answer:
        wanted = body(literal_escapes=True)
        openid = follower_of(world, wanted)
        template_id = text_of(wanted, "template_id", 40037)
        template = known_template(world, template_id)
        values = check_data(wanted.get("data"), template)
        message_id, is_new = _number_of(world, openid, wanted.get("client_msg_id"))
        if not is_new:
            return {**OK, "msgid": message_id}

        status = _status(world)
        if status == "success":
            card = template_body(template, values, _target(wanted), kind="模板消息")
            world.chats.add(openid, world.at(), "account", "template", card)
        fields = messages.template_report(message_id, status)
        world.later(world.config.report_delay_seconds, lambda: report(world, openid, fields))
        return {**OK, "msgid": message_id}

    @api.call("GET", "/cgi-bin/template/get_all_private_template")
    def list_templates() -> Answer:
        held = world.config.templates or {}
        return {
            "template_list": [
                {
                    "template_id": template_id,
                    "title": template.title,
                    "primary_industry": "",
                    "deputy_industry": "",
                    "content": "".join(
                        f"{label}:{{{{{key}.DATA}}}}\n" for key, label in template.labels.items()
                    ),
                    "example": "",
                }
                for template_id, template in held.items()
            ]
        }


def follower_of(world: World, wanted: dict[str, Any]) -> str:
    """The openid in `touser`; raises ApiError 40003 (nobody of ours) or 43004 (does not follow)."""
    follower = world.followers.find(text_of(wanted, "touser", 40003))
    if follower is None:
        raise ApiError(40003)
    if not follower.following:
        raise ApiError(43004)
    return follower.openid


def known_template(world: World, template_id: str) -> Any:
    """The template, None if any id goes; raises ApiError 40037."""
    if world.config.templates is None:
        return None
    if template_id not in world.config.templates:
        raise ApiError(40037)
    return world.config.templates[template_id]


def new_message_number() -> int:
    """A msgid; beyond 32 bits, as the platform's are."""
    return 2**40 + secrets.randbelow(2**61)


def report(world: World, openid: str, fields: Fields) -> None:
    """Push what became of a sent message."""
    if world.followers.find(openid) is not None:
        Acts(world).push(openid, fields)


def _number_of(world: World, openid: str, client_id: Any) -> tuple[int, bool]:
    """The msgid, and whether it is new: the same client_msg_id within its time keeps the first one's."""
    with world.store.together():
        earlier = world.store.row(
            "SELECT id FROM template_message WHERE openid = ? AND client_msg_id = ? AND at > ?",
            openid,
            client_id,
            world.at() - CLIENT_ID_SECONDS,
        )
        if earlier is not None:
            return int(earlier["id"]), False
        message_id = new_message_number()
        world.store.change(
            "INSERT INTO template_message VALUES (?, ?, ?, ?)", message_id, openid, client_id, world.at()
        )
        return message_id, True


def _status(world: World) -> str:
    fault = world.faults.take("report", "user_block", "system_failed")
    return "success" if fault is None else STATUSES[fault.kind]


def _target(wanted: dict[str, Any]) -> str | None:
    """Where a tap on the card leads; a mini program goes before an address, and none can be opened here."""
    return None if wanted.get("miniprogram") else wanted.get("url") or None
