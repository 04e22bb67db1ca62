"""A plan of reminders as lines in a terminal."""

from collections.abc import Iterator
from datetime import datetime

from core.clock import in_words
from core.outbox.kinds import KIND_WORDS
from core.places.gazetteer import Gazetteer
from core.reminders.planning import Plan
from core.workdays.service import unknown_words


def told(plan: Plan, gazetteer: Gazetteer, asked: datetime, unknown_year: int | None) -> Iterator[str]:
    """What would go out, a line a message; then what else is worth knowing."""

    def name(code: str) -> str:
        unit = gazetteer.unit(code)
        return unit.short_name if unit else gazetteer.full_name(code) or code

    if plan.at != asked:
        yield f"{in_words(asked, asked)}不发提醒，下面是{in_words(plan.at, asked)}要发的。"
    for planned in plan.messages:
        how = "" if planned.can_be_pushed else "（没有绑定微信或没有关注，要打电话）"
        words = planned.message.fields["summary"]
        yield f"{KIND_WORDS[planned.message.kind]} → {name(planned.code)}：{words}{how}"
        yield from (f"    {line}" for line in planned.message.body.split("\n")[1:])
    for each in plan.for_office:
        yield f"报办公室：{name(each.code)} {each.number}号{each.words}"
    if plan.without_liaison:
        yield f"没有联络员，提醒不了：{'、'.join(map(name, plan.without_liaison))}"
    if unknown_year is not None:
        yield unknown_words(unknown_year)
    pushed = sum(planned.can_be_pushed for planned in plan.messages)
    calls = len(plan.messages) - pushed
    counts = f"微信{pushed}条，要打电话{calls}条，报办公室{len(plan.for_office)}件"
    yield f"{in_words(plan.at, asked)}：{counts}。什么都没有发。"
