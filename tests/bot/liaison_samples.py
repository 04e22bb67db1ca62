"""Samples of what liaisons are told: one ordinary prompt of each kind."""

from datetime import date

from core.conversation.prompts import SidePrompt
from core.liaison_desk import prompts as say
from core.liaison_desk.prompts import ItemRow, Step
from core.liaison_desk.taps import Verb, encode
from core.liaisons.kinds import Kind
from core.rectification.words import Act, State

NEW_YEAR = date(2026, 12, 31)
CANCEL = Step("算了", encode(Verb.CANCEL), "算了")
MORE = Step("下一页", encode(Verb.LIST, 1), "下一页")


def row(number: int = 12, state: State = State.WORKING, days_left: int = 3) -> ItemRow:
    """An item whose text is as long as they come."""
    return ItemRow(
        number=number,
        subject="",
        category="食品药品安全",
        text="反映罗城仫佬族自治县个别村屯个别小卖部有过期食品，建议开展农村食品安全专项检查。",
        deadline=NEW_YEAR,
        days_left=days_left,
        state=state,
        waits_for_extension=False,
        acts=(
            Step("办进展", encode(Verb.PROGRESS, number), f"{number}进展"),
            Step("申请销号", encode(Verb.APPLY, number), f"{number}申请销号"),
            Step("延期", encode(Verb.EXTEND, number), f"{number}延期"),
        ),
    )


MEANT = (
    Step("是12号整改的", encode(Verb.FOR_ITEM, 12), "是12号整改的", 1),
    Step("是问卷的回答", encode(Verb.IS_ANSWER), "是问卷的回答", 2),
)
UNDO = Step("撤回", encode(Verb.UNDO, 77), "撤回")

SAMPLES: tuple[SidePrompt, ...] = (
    say.BoundNow("都安县", Kind.STANDIN, True, NEW_YEAR, NEW_YEAR),
    say.CodeWrong(),
    say.CodeMustWait(2),
    say.BindingOver("replaced"),
    say.NotBound(),
    say.NotYourDays(),
    say.ItemList((row(), row(13, State.ASSIGNED, -2)), 1, 1, 0, MORE, (CANCEL,)),
    say.ItemShown(row(), "都安县城道路破损，希望尽快修好。", "住建局牵头，月底修完", 60, "照片不清"),
    say.AskText(12, Act.PROGRESS, (CANCEL,)),
    say.AskWhy(12, (Step("资金", encode(Verb.WHY, 2), "资金", 2), CANCEL)),
    say.AskUntil(12, NEW_YEAR, True, (CANCEL,)),
    say.ActDone(12, Act.ASK_EXTENSION, 60, True, 2, NEW_YEAR, (UNDO,)),
    say.ActUndone(12, Act.CLAIM),
    say.CannotAct("12号现在是“待领取”，不能申请销号。现在可以：领取。"),
    say.WhichMeant(12, "photo", MEANT),
    say.WhichItem("voice", (row(),), 0, MORE, (CANCEL,)),
    say.FileAttached(12, "photo", 2),
    say.FileAwaitsWords(12, Act.PROGRESS, 1),
    say.Cancelled(),
    say.LiaisonHelp(),
    say.NotACommand("路修好了"),
    say.KindNotTaken("video", 12),
    say.KindNotTaken("location", 0),
    say.NothingToUndo(),
    say.AdAsksPlace(True, "大厅", False, (CANCEL,)),
    say.AdAsksPhoto("都安县安阳镇", "镇政府门口", NEW_YEAR, (CANCEL,)),
    say.AdDone("都安县安阳镇", "镇政府门口", NEW_YEAR, 2),
)
