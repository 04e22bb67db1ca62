"""
Photos and voice of a liaison: to which item they belong.

Sent after an act they belong to it; sent before its words they wait for them; sent out of nowhere the person
is asked. Inside a questionnaire's open question the person is asked as well. A voice is kept as it is and can
be typed up later.
"""

from dataclasses import replace
from typing import Literal

from core.conversation.inputs import Photo, Said, Voice
from core.liaison_desk import acting, showing
from core.liaison_desk.call import Call
from core.liaison_desk.note import ATTACHES, WAITS, Held, Last, is_fresh
from core.liaison_desk.prompts import (
    Cancelled,
    FileAttached,
    FileAwaitsWords,
    ItemRow,
    KindNotTaken,
    Step,
    WhichItem,
    WhichMeant,
)
from core.liaison_desk.rows import rows_in_hand
from core.liaison_desk.taps import Verb, encode
from core.rectification.details import Details
from core.rectification.models import ItemFile
from core.rectification.service import attach_later
from core.rectification.words import Act

Kind = Literal["photo", "voice"]
# What a voice says as long as nobody typed it up.
VOICE_WORDS = "（语音，待整理）"


def arrived(call: Call, sent: Photo | Voice) -> None:
    """A photo or voice came."""
    kind: Kind = "photo" if isinstance(sent, Photo) else "voice"
    pending, last = call.note.pending, call.note.last
    is_doubtful = call.visitor.open_question is not None
    target = None
    if acting.is_pending(call) and pending is not None:
        target = pending.number
        is_doubtful = is_doubtful and not pending.amid
    elif last is not None and _takes_more(call, last):
        target = last.number
    words = sent.recognised if isinstance(sent, Voice) else ""
    if target is not None and is_doubtful:
        call.change(held=Held(kind, call.at(), words, sent.media_id, target))
        call.say(WhichMeant(target, kind, meant_steps(target)))
    elif target is not None:
        _take(call, kind, sent.media_id, words)
    elif call.visitor.person.run is not None or call.visitor.person.asking:
        call.then = sent
    else:
        call.keep_file(kind, sent.media_id)
        call.change(held=Held(kind, call.at(), words, sent.media_id))
        ask_which(call, kind)


def meant_steps(number: int) -> tuple[Step, ...]:
    """For the item, or the answer to the questionnaire."""
    label = f"是{number}号整改的" if number else "看我的整改"
    return (
        Step(label, encode(Verb.FOR_ITEM, number), label, 1),
        Step("是问卷的回答", encode(Verb.IS_ANSWER), "是问卷的回答", 2),
    )


def ask_which(call: Call, kind: Kind, page: int = 0) -> None:
    """For which of the items in hand?"""
    rows = tuple(_to_choose(row) for row in rows_in_hand(call))
    foot = [acting.CANCEL]
    if kind == "photo":
        foot.insert(0, Step("是宣传材料", encode(Verb.AD_PHOTO), "是宣传材料"))
    more = Step("下一页", encode(Verb.LIST, page + 1), "下一页")
    call.say(WhichItem(kind, rows, page, more, tuple(foot)))


def _to_choose(row: ItemRow) -> ItemRow:
    step = Step("报到这一条", encode(Verb.FOR_ITEM, row.number), f"是{row.number}号整改的")
    return replace(row, acts=(step,))


def is_held(call: Call) -> bool:
    """Whether something waits to be told what it is."""
    held = call.note.held
    return held is not None and is_fresh(held.at, call.now, WAITS)


def for_item(call: Call, number: int) -> None:
    """The photo or voice that was held is for this item."""
    held = call.note.held
    if held is None or not is_held(call):
        showing.show_item(call, number)
        return
    call.change(held=None)
    pending, last = call.note.pending, call.note.last
    kind: Kind = "photo" if held.kind == "photo" else "voice"
    is_begun = pending is not None and pending.number == number and acting.is_pending(call)
    if is_begun or (last is not None and last.number == number and _takes_more(call, last)):
        _take(call, kind, held.media_id, held.text)
        return
    key = call.keep_file(kind, held.media_id)
    if kind == "voice":
        with call.politely():
            acting.finish(call, number, Act.PROGRESS, Details(text=held.text or VOICE_WORDS), (key,))
        return
    acting.begin(call, number, Act.PROGRESS)
    if call.note.pending is not None:
        acting.add_files(call, (key,))


def not_taken(call: Call, kind: str) -> None:
    """Something came that no item takes: say what can be sent, and where it would go."""
    pending, last = call.note.pending, call.note.last
    number = 0
    if acting.is_pending(call) and pending is not None:
        number = pending.number
    elif last is not None and _takes_more(call, last):
        number = last.number
    call.say(KindNotTaken(kind, number))


def is_answer(call: Call) -> None:
    """What was held was the questionnaire's after all."""
    held = call.note.held
    if held is None or not is_held(call):
        call.say(Cancelled())
        return
    call.change(held=None)
    if held.kind == "words":
        call.then = Said(held.text)
    elif held.kind == "photo":
        call.then = Photo(held.media_id)
    else:
        call.then = Voice(held.media_id, held.text)


def _takes_more(call: Call, last: Last) -> bool:
    """Whether what is sent now belongs to that act."""
    return is_fresh(last.at, call.now, ATTACHES) and Act(last.act) in acting.TAKES_FILES


def _take(call: Call, kind: Kind, media_id: str, recognised: str) -> None:
    """It belongs to what was begun, or to what was just done."""
    key = call.keep_file(kind, media_id)
    pending, last = call.note.pending, call.note.last
    if acting.is_pending(call) and pending is not None:
        if kind == "voice" and pending.step == "text":
            acting.go_on_with_voice(call, recognised or VOICE_WORDS, key)
        else:
            acting.add_files(call, (key,))
            held = call.note.pending
            count = len(held.files) if held else 1
            call.say(FileAwaitsWords(pending.number, Act(pending.act), count))
        return
    assert last is not None, "asked before"
    with call.politely():
        count = _attach(call, last, key)
        call.change(last=Last(last.act_id, last.number, last.act, call.at()))
        call.say(FileAttached(last.number, kind, count))


def _attach(call: Call, last: Last, key: str) -> int:
    """Attach it; how many are with the act now."""
    with call.session() as session:
        author, _item, _standing = call.find(session, last.number)
        attach_later(session, last.act_id, [key], author, call.now)
        count = session.query(ItemFile).where(ItemFile.act_id == last.act_id).count()
    acting.note_act(call, author, last.number, "附照片或语音")
    return count
