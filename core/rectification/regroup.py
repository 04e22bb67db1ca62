"""Splitting an opinion into several items, and merging duplicates. Each item's log tells its own part."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from core.clock import local_day
from core.rectification.authors import Author, who_is
from core.rectification.details import Details, Facts
from core.rectification.models import Item
from core.rectification.service import Outcome, begin, known_subjects
from core.rectification.standing import Standing, after
from core.rectification.store import find, keep, standing_of, storable, write
from core.rectification.words import Act
from core.rectification.workflow import Missing, NoSuchItem, NotPossibleNow, check

MIN_PARTS, MAX_PARTS = 2, 10


@dataclass(frozen=True, slots=True)
class Part:
    """One of the items an opinion becomes: what is to be done, and who leads."""

    text: str
    lead_code: str


def split(
    session: Session, number: int, parts: Sequence[Part], author: Author, now: datetime, words: str = ""
) -> tuple[Outcome, ...]:
    """
    Make several items of one; the outcomes of the new ones.

    They keep category, source, deadlines and origin. The old one ends as 已拆分 and counts no more.
    """
    item, standing = _locked(session, number, author)
    wanted = [Part(storable(part.text), part.lead_code) for part in parts]
    _check(number, standing, Act.SPLIT, author, Details(text=words), now)
    if not MIN_PARTS <= len(wanted) <= MAX_PARTS:
        raise Missing(f"拆分要写{MIN_PARTS}到{MAX_PARTS}条。")
    known = known_subjects(session)
    for part in wanted:
        if not part.text:
            raise Missing("拆出来的每一条都要写清楚内容。")
        if part.lead_code not in known:
            raise Missing("拆出来的每一条都要选牵头单位。")
    facts = Facts(
        category=standing.category,
        source=standing.source,
        origin=standing.origin,
        first_deadline=standing.first_deadline,
        deadline=standing.deadline,
        split_from=number,
    )
    made = tuple(
        begin(session, replace(facts, text=part.text, lead_code=part.lead_code), author, now)
        for part in wanted
    )
    _keep(session, item, standing, Act.SPLIT, author, now, words, tuple(each.number for each in made))
    return made


def merge(
    session: Session, number: int, into: int, author: Author, now: datetime, words: str = ""
) -> Outcome:
    """
    One of two duplicates goes into the other, which then has all their units; the other's outcome.

    The merged one ends as 已并入 and counts no more.
    """
    if number == into:
        raise Missing("不能并入自己，请填另一条的编号。")
    # In order of their numbers, so that two who merge crosswise do not wait for one another.
    locked = {each: _locked(session, each, author) for each in sorted((number, into))}
    item, standing = locked[number]
    other, its_standing = locked[into]
    _check(number, standing, Act.MERGE, author, Details(text=words), now)
    _check(into, its_standing, Act.ABSORB, author, Details(text=words), now)
    units = [*its_standing.assist, standing.lead_code, *standing.assist]
    codes = tuple(sorted({code for code in units if code != its_standing.lead_code}))
    _keep(session, item, standing, Act.MERGE, author, now, words, (into,))
    return _keep(session, other, its_standing, Act.ABSORB, author, now, words, (number,), codes)


def _locked(session: Session, number: int, author: Author) -> tuple[Item, Standing]:
    item = find(session, number, author.reach, lock=True)
    if item is None:
        raise NoSuchItem(f"没有{number}号，或者它不归您的单位办。")
    return item, standing_of(session, item)


def _check(
    number: int, standing: Standing, act: Act, author: Author, details: Details, now: datetime
) -> None:
    who = who_is(author, standing)
    if who is None:
        raise NotPossibleNow(f"{number}号您可以看，不能办。")
    check(number, standing, act, who, details, local_day(now))


def _keep(
    session: Session,
    item: Item,
    before: Standing,
    act: Act,
    author: Author,
    now: datetime,
    words: str,
    numbers: tuple[int, ...],
    codes: tuple[str, ...] = (),
) -> Outcome:
    details = Details(text=storable(words), numbers=numbers, codes=codes)
    standing = after(before, act, details, now)
    keep(session, item, standing)
    row = write(session, item.number, act, author, standing, details, now, now)
    return Outcome(row.id, item.number, standing, None)
