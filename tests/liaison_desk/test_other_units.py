"""A liaison of another unit sees and does nothing, whatever they type, tap or send."""

from core.conversation.inputs import Photo, Said, Voice
from core.liaison_desk.prompts import (
    AskText,
    CannotAct,
)
from tests.liaison_desk.office import PROSECUTORS, Office, claimed
from tests.turns.town import Reply


def test_every_command_and_link_of_another_units_liaison_changes_and_shows_nothing(office: Office) -> None:
    claimed(office, 1)
    office.town.says("liaison", "1 进展 路基做完了")
    before, files = office.acts(1), office.files(1)
    links = [
        step
        for reply in (
            office.town.says("liaison", "我的"),
            office.town.says("liaison", "1"),
            office.town.says("liaison", "1 销号"),
            office.town.says("liaison", "1 进展 再来一次"),
        )
        for step in _steps_of(reply)
    ]
    office.town.says("liaison", "撤回")
    after_own = office.acts(1)
    office.bind("other", PROSECUTORS, name="覃小红")

    for words in ("领取", "措施 我来", "进展 我来", "销号 好了", "延期", "收回", "看", ""):
        _refuses(office, office.town.says("other", f"1 {words}"))
    for step in links:
        from core.conversation.incoming import SideTapped

        if "1号" in step.echo or step.echo.startswith("1 ") or step.label == "撤回":
            _refuses(office, office.town.hears("other", SideTapped(2, step.code, step.echo)))
    for sent in (Photo("stolen"), Voice("stolen-voice"), Said("路基做完了")):
        office.town.hears("other", sent)
    (listed,) = office.town.says("other", "我的")

    assert office.acts(1) == after_own
    assert len(before) < len(after_own)
    assert office.files(1) == files
    assert [row.number for row in listed.rows] == [2]


def _steps_of(reply: Reply) -> list:  # type: ignore[type-arg]
    found = []
    for prompt in reply:
        rows = getattr(prompt, "rows", ())
        found += [step for row in rows for step in row.acts]
        row = getattr(prompt, "row", None)
        found += [*getattr(prompt, "steps", ()), *(row.acts if row else ())]
    return found


def _refuses(office: Office, reply: Reply) -> None:
    """Nothing of the item is in the answer."""
    assert reply.kinds in ([CannotAct], [AskText]), reply
    assert "路" not in str(reply) or reply.kinds == [CannotAct]
    assert isinstance(reply[0], CannotAct), reply
    assert "不归您的单位" in reply[0].words
