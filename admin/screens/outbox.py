"""The outbox: what was sent to whom and what became of it, calls to be made, letting sending go on."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from admin.audit import note_view
from admin.downloads import send_xlsx
from admin.filters import PAGE_SIZE, read_choice, read_date, read_page
from admin.paging import Paging
from admin.parts import parts
from admin.routes import LOOKERS, OFFICE, Route
from core.audit.acts import Act, about
from core.audit.service import record
from core.liaisons.recipients import phone_of
from core.outbox import service
from core.outbox.kinds import KIND_WORDS, Kind
from core.outbox.listing import (
    Wanted,
    count_by_state,
    count_messages,
    find_message,
    halts_now,
    list_messages,
)
from core.outbox.states import CHANNEL_WORDS, HAPPENED_WORDS, REASON_WORDS, STATE_WORDS, Channel, State
from core.outbox.tables_out import CALL_WORDS, write_messages
from core.people.roles import Role
from core.rectification.service import known_subjects
from core.reminders.planning import LIAISON

WORDS = {
    "STATE_WORDS": STATE_WORDS,
    "CHANNEL_WORDS": CHANNEL_WORDS,
    "REASON_WORDS": REASON_WORDS,
    "HAPPENED_WORDS": HAPPENED_WORDS,
    "KIND_WORDS": KIND_WORDS,
    "CALL_WORDS": CALL_WORDS,
}


def index() -> str:
    """The messages, newest first."""
    page, now = read_page(request.args), parts().clock()
    with parts().reading() as connection:
        names = known_subjects(Session(connection))
        wanted = _wanted(request.args, names)
        paging = Paging(page, count_messages(connection, wanted, g.staff.reach), PAGE_SIZE)
        messages = list_messages(connection, wanted, g.staff.reach, paging.offset, paging.size)
        halts = halts_now(connection, now)
        counts = count_by_state(connection)
    return render_template(
        "outbox.html",
        messages=messages,
        paging=paging,
        args=_args(wanted),
        wanted=wanted,
        sentence=_sentence(wanted, names),
        halts=halts,
        counts=counts,
        names=names,
        **WORDS,
    )


def export() -> Any:
    """What the filters show, as xlsx."""
    with parts().reading() as connection:
        names = known_subjects(Session(connection))
        wanted = _wanted(request.args, names)
        messages = list_messages(connection, wanted, g.staff.reach)
        return send_xlsx(
            "发件箱",
            "outbox",
            lambda path: write_messages(messages, names, path, "xlsx"),
            _sentence(wanted, names),
        )


def show(message_id: int) -> str:
    """One message with its history; to the office also whom to call, which is written down."""
    with parts().reading() as connection:
        message, history = find_message(connection, message_id, g.staff.reach)
        names = known_subjects(Session(connection))
        name, phone = "", ""
        may_call = g.staff.role is Role.OFFICE and message.to.kind == LIAISON
        if may_call and (message.call == "needed" or message.state == State.UNSURE):
            name, phone = phone_of(connection, parts().keys, message.to.id)
    if phone:
        note_view(Act.PHONE_SHOWN, about("liaison", message.to.id))
    return render_template(
        "outbox_message.html",
        message=message,
        history=history,
        unit=names.get(message.code, message.code),
        name=name,
        phone=phone,
        **WORDS,
    )


def resend(message_id: int) -> Any:
    """A person sends it anew."""

    def change(writing: Session) -> None:
        service.resend(writing, message_id, g.staff.staff_id, parts().clock())
        record(writing, Act.MESSAGE_RESENT, g.staff.who, about("message", message_id))

    return _changed(message_id, change, "排进队里了，工作时间里很快会再发一次。")


def called(message_id: int) -> Any:
    """They were told by telephone."""

    def change(writing: Session) -> None:
        service.mark_called(writing, message_id, g.staff.staff_id, parts().clock())
        record(writing, Act.MESSAGE_CALLED, g.staff.who, about("message", message_id))

    return _changed(message_id, change, "记下了：已打电话。")


def uncalled(message_id: int) -> Any:
    """They were not told by telephone after all."""

    def change(writing: Session) -> None:
        service.mark_uncalled(writing, message_id, g.staff.staff_id, parts().clock())
        record(writing, Act.MESSAGE_UNCALLED, g.staff.who, about("message", message_id))

    return _changed(message_id, change, "改回了：还没打电话。")


def go_on() -> Any:
    """Sending goes on; a halt of everything, or of one kind."""
    scope = request.form.get("scope", "")
    if scope and scope not in set(Kind):
        raise service.NotNow("没有这种消息。")
    with parts().writing() as writing:
        ended = service.go_on(writing, scope, g.staff.staff_id, parts().clock())
        if ended:
            record(writing, Act.SENDING_RESUMED, g.staff.who, about("system", scope or "outbox"))
    flash("继续发送了。还有问题的话，会再停下来告诉您。" if ended else "已经在发了。")
    return redirect(url_for("outbox"), code=303)


def _changed(message_id: int, change: Callable[[Session], None], told: str) -> Any:
    with parts().writing() as writing:
        change(writing)
    flash(told)
    return redirect(url_for("outbox_message", message_id=message_id), code=303)


def _wanted(args: Mapping[str, str], names: Mapping[str, str]) -> Wanted:
    return Wanted(
        state=read_choice(args, "state", list(State), "状态"),
        channel=read_choice(args, "channel", list(Channel), "办法"),
        kind=read_choice(args, "kind", list(Kind), "种类"),
        code=read_choice(args, "unit", names, "单位"),
        call=read_choice(args, "call", ("needed", "done"), "打电话"),
        day=read_date(args, "day"),
    )


def _args(wanted: Wanted) -> dict[str, str]:
    given = {
        "state": wanted.state,
        "channel": wanted.channel,
        "kind": wanted.kind,
        "unit": wanted.code,
        "call": wanted.call,
        "day": wanted.day.isoformat() if wanted.day else "",
    }
    return {name: value for name, value in given.items() if value}


def _sentence(wanted: Wanted, names: Mapping[str, str]) -> str:
    words = [
        f"{wanted.day.month}月{wanted.day.day}日" if wanted.day else "所有日子",
        names.get(wanted.code, wanted.code) or "全部单位",
        KIND_WORDS[wanted.kind] if wanted.kind else "全部种类",
        STATE_WORDS[wanted.state] if wanted.state else "全部状态",
    ]
    words += [CHANNEL_WORDS[wanted.channel]] if wanted.channel else []
    words += [CALL_WORDS[wanted.call]] if wanted.call else []
    return " · ".join(words)


ROUTES = (
    Route("/outbox", "outbox", index, LOOKERS),
    Route("/outbox/export", "outbox_export", export, LOOKERS),
    Route("/outbox/<int:message_id>", "outbox_message", show, LOOKERS),
    Route("/outbox/<int:message_id>/resend", "outbox_resend", resend, OFFICE, methods=("POST",)),
    Route("/outbox/<int:message_id>/called", "outbox_called", called, OFFICE, methods=("POST",)),
    Route("/outbox/<int:message_id>/uncalled", "outbox_uncalled", uncalled, OFFICE, methods=("POST",)),
    Route("/outbox/go-on", "outbox_go_on", go_on, OFFICE, methods=("POST",)),
)
