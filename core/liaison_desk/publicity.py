"""
Material that was hung up, reported in the chat: `宣传 安阳镇 镇政府门口`, then a photo; or the photo first.

The day is today unless one is typed. What is begun waits half an hour, like everything here.
"""

import re
from dataclasses import dataclass
from datetime import date

from core.audit.acts import Act as Audited
from core.audit.acts import about
from core.liaison_desk.acting import CANCEL
from core.liaison_desk.call import Call
from core.liaison_desk.grammar import day_in
from core.liaison_desk.note import WAITS, is_fresh
from core.liaison_desk.prompts import AdAsksPhoto, AdAsksPlace, AdDone
from core.people.reach import Reach
from core.publicity.service import Hung, add_photo, hang

_PIECES = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True, slots=True)
class _Told:
    """What the words said: township ('' when none was named), where in it, when."""

    place_code: str
    words: str
    day: date


def is_pending(call: Call) -> bool:
    """Whether a report was begun."""
    ad = call.note.ad
    return ad is not None and is_fresh(ad["at"], call.now, WAITS)


def waits_for_words(call: Call) -> bool:
    """Whether what was begun lacks its place."""
    return is_pending(call) and not (call.note.ad or {}).get("words")


def begin(call: Call, words: str) -> None:
    """宣传, with or without the place."""
    call.change(ad={"at": call.at()}, pending=None)
    if words:
        words_came(call, words)
    else:
        _ask_place(call)


def words_came(call: Call, words: str) -> None:
    """The place, and perhaps the day."""
    told = _understood(call, words)
    ad = call.note.ad or {}
    if told is None:
        _ask_place(call, unknown=words)
        return
    key = ad.get("key", "")
    ad = {"at": call.at(), "place": told.place_code, "words": told.words, "day": told.day.isoformat()}
    call.change(ad=ad)
    if key:
        _enter(call, key)
    else:
        call.say(AdAsksPhoto(_name(call, told.place_code), told.words, told.day, (CANCEL,)))


def photo_came(call: Call, media_id: str) -> None:
    """The photo of a report, one more of it, or the first that is known of it."""
    key = call.keep_file("photo", media_id)
    ad = call.note.ad or {}
    if ad.get("post"):
        with call.politely():
            with call.session() as session:
                count = add_photo(session, ad["post"], key, _reach(ad["subject"]), call.now)
            _note(call, ad["post"], ad["subject"], "补照片")
            call.change(ad={**ad, "at": call.at()})
            day = date.fromisoformat(ad["day"])
            call.say(AdDone(_name(call, ad["place"] or ad["subject"]), ad["words"], day, count))
    elif ad.get("words"):
        _enter(call, key)
    else:
        call.change(ad={"at": call.at(), "key": key})
        _ask_place(call)


def held_photo(call: Call) -> None:
    """A photo that came out of nowhere is of such material."""
    held = call.note.held
    call.change(held=None, ad={"at": call.at()}, pending=None)
    if held is not None and held.kind == "photo":
        photo_came(call, held.media_id)
    else:
        _ask_place(call)


def _enter(call: Call, key: str) -> None:
    ad = call.note.ad or {}
    subject = next(
        (each for each in call.acting if each.subject_code == ad["place"][:6]),
        next((each for each in call.acting if not each.subject_code.isdigit()), call.acting[0]),
    )
    hung = Hung(
        subject_code=subject.subject_code,
        place_code=ad["place"],
        words=ad["words"],
        hung_on=date.fromisoformat(ad["day"]),
        origin="chat",
        liaison_id=subject.liaison_id,
    )
    with call.politely():
        with call.session() as session:
            post = hang(session, hung, [key], call.now)
        _note(call, post, subject.subject_code, "登记")
        call.change(ad={**ad, "at": call.at(), "post": post, "subject": subject.subject_code})
        call.say(AdDone(_name(call, ad["place"] or subject.subject_code), hung.words, hung.hung_on, 1))


def _note(call: Call, post: int, subject_code: str, what: str) -> None:
    """For the audit log."""
    liaison_id = next(each.liaison_id for each in call.acting if each.subject_code == subject_code)
    details = {"做法": what, "单位": subject_code}
    call.note_done(Audited.PUBLICITY_NOTED, liaison_id, about("publicity", post), details)


def _ask_place(call: Call, unknown: str = "") -> None:
    needs_township = all(each.subject_code.isdigit() for each in call.acting)
    has_photo = bool((call.note.ad or {}).get("key"))
    call.say(AdAsksPlace(needs_township, unknown, has_photo, (CANCEL,)))


def _understood(call: Call, words: str) -> _Told | None:
    """
    `安阳镇 镇政府门口 11月20日`: a township first or anywhere, a day anywhere, the rest says where.

    None when no township is named and every liaison here is a county's.
    """
    day, place, rest = call.today, "", []
    names = call.visitor.world.township_names
    counties = [each.subject_code for each in call.acting if each.subject_code.isdigit()]
    for piece in filter(None, _PIECES.split(words)):
        typed = day_in(piece, call.today)
        found = () if place else names.find(piece, counties[0] if counties else "")
        towns = [node for node in found if node.level == "township"]
        if typed is not None:
            # Without a year a day means the last such day here: what hangs was hung up before.
            day = typed if typed <= call.today else typed.replace(year=typed.year - 1)
        elif len(towns) == 1 and (not counties or towns[0].parent_code in counties):
            place = towns[0].code
        else:
            rest.append(piece)
    if not place and len(counties) == len(call.acting):
        return None
    where = " ".join(rest) or _name(call, place)
    return _Told(place, where, day) if where else None


def _name(call: Call, code: str) -> str:
    gazetteer = call.visitor.world.gazetteer
    return gazetteer.full_name(code) or call.subject_name(code)


def _reach(subject_code: str) -> Reach:
    return Reach("county" if subject_code.isdigit() else "unit", subject_code)
