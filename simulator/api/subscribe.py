"""Subscription notices: one consent, one send. WeChat docs, subscription notices."""

from simulator import messages
from simulator.api.calls import OK, Answer, Api, body, text_of
from simulator.api.templates import known_template, new_message_number, report
from simulator.bubbles import template_body
from simulator.errcodes import ApiError
from simulator.values import check_data


def add_to(api: Api) -> None:
    """Register the group's calls."""
    world = api.world

    @api.call("POST", "/cgi-bin/message/subscribe/bizsend")
    def send() -> Answer:
        wanted = body(literal_escapes=True)
        openid = text_of(wanted, "touser", 40003)
        if world.followers.find(openid) is None:
            raise ApiError(40003)
        template_id = text_of(wanted, "template_id", 40037)
        template = known_template(world, template_id)
        values = check_data(wanted.get("data"), template)
        spent = world.store.change(
            "UPDATE consent SET sends_left = sends_left - 1"
            " WHERE openid = ? AND template_id = ? AND sends_left > 0",
            openid,
            template_id,
        )
        if not spent:
            raise ApiError(43101)
        card = template_body(template, values, wanted.get("page"), kind="订阅通知")
        world.chats.add(openid, world.at(), "account", "template", card)
        fields = messages.notice_report(template_id, new_message_number())
        world.later(world.config.report_delay_seconds, lambda: report(world, openid, fields))
        return OK
