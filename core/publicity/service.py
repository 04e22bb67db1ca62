"""
The publicity ledger: hanging up, adding photos, taking back; and by township, when last. Never commits.

A county reports its own townships; a unit any township, or none when it hung it up at its own place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, false, func, or_, select, true, update
from sqlalchemy.orm import Session

from core.clock import local_day
from core.errors import NotFound, Refused
from core.media.models import Media
from core.people.reach import Reach
from core.places.models import Place
from core.publicity.models import MAX_WORDS_CHARS, PublicityPhoto, PublicityPost

HELD_BY = "publicity"
MAX_PHOTOS = 9
OLDEST = timedelta(days=366)


class BadPost(Refused):
    """Something about it cannot be; the text says what."""


class NoSuchPost(NotFound):
    """There is no such entry, or it is somebody else's."""

    say = "没有这条宣传，或者它不归您的单位管。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hung:
    """What was hung up, and by whom (`liaison_id` in the chat, `staff_id` in the browser)."""

    subject_code: str
    place_code: str
    words: str
    hung_on: date
    origin: str
    liaison_id: int | None = None
    staff_id: int | None = None


@dataclass(frozen=True, slots=True)
class TownshipLine:
    """A township in the ledger: how often, when last, and up to three photos of the last time."""

    code: str
    count: int
    last_on: date
    photos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Post:
    """One entry with its photos, oldest first. `may_withdraw` is for the screen that asked."""

    id: int
    subject_code: str
    place_code: str
    words: str
    hung_on: date
    at: datetime
    origin: str
    photos: tuple[str, ...]


def hang(session: Session, hung: Hung, photos: Sequence[str], now: datetime) -> int:
    """Enter it, with at least one photo (keys of `media`); its number. BadPost with a sentence."""
    words = " ".join(hung.words.split())
    if not 0 < len(words) <= MAX_WORDS_CHARS:
        raise BadPost(f"请写明挂在哪里，最多{MAX_WORDS_CHARS}个字。")
    today = local_day(now)
    if not today - OLDEST <= hung.hung_on <= today:
        raise BadPost("挂出去的日期要在今天或以前，一年以内。")
    if hung.place_code:
        place = session.get(Place, hung.place_code)
        if place is None or place.level != "township" or place.retired:
            raise BadPost("没有这个乡镇（街道），请再看一遍名称。")
        if hung.subject_code.isdigit() and place.parent_code != hung.subject_code:
            raise BadPost("这个乡镇（街道）不归您的县（区）。")
    elif hung.subject_code.isdigit():
        raise BadPost("请写明是哪个乡镇（街道）。")
    if not photos:
        raise BadPost("要附一张照片。")
    post = PublicityPost(
        subject_code=hung.subject_code,
        place_code=hung.place_code,
        words=words,
        hung_on=hung.hung_on,
        at=now,
        origin=hung.origin,
        liaison_id=hung.liaison_id,
        staff_id=hung.staff_id,
    )
    session.add(post)
    session.flush()
    _attach(session, post.id, photos, now)
    return post.id


def add_photo(session: Session, post_id: int, key: str, reach: Reach, now: datetime) -> int:
    """One more photo; how many there are now."""
    _within_reach(session, post_id, reach)
    _attach(session, post_id, [key], now)
    there = select(func.count()).select_from(PublicityPhoto).where(PublicityPhoto.post_id == post_id)
    return session.scalar(there) or 0


def withdraw(session: Session, post_id: int, reach: Reach, now: datetime) -> None:
    """It was sent by mistake: gone from the ledger, its photos are forgotten. Harmless the second time."""
    post = _within_reach(session, post_id, reach)
    post.withdrawn_at = post.withdrawn_at or now
    keys = select(PublicityPhoto.media_key).where(PublicityPhoto.post_id == post_id)
    session.execute(update(Media).where(Media.key.in_(keys)).values(held_by=""))


def by_township(connection: Connection, reach: Reach) -> dict[str, TownshipLine]:
    """Each township that has something, by its code; those without are not there."""
    standing = (PublicityPost.withdrawn_at.is_(None), PublicityPost.place_code != "", _within(reach))
    last = func.max(PublicityPost.hung_on)
    rows = connection.execute(
        select(PublicityPost.place_code, func.count().label("times"), last.label("last_on"))
        .where(*standing)
        .group_by(PublicityPost.place_code)
    ).all()
    photos = _last_photos(connection, standing)
    return {
        row.place_code: TownshipLine(row.place_code, row.times, row.last_on, photos.get(row.place_code, ()))
        for row in rows
    }


def list_posts(
    connection: Connection, reach: Reach, place_code: str = "", *, offset: int = 0, limit: int = 50
) -> list[Post]:
    """Entries within reach, newest first; of one township or of all."""
    query = select(PublicityPost.__table__).where(PublicityPost.withdrawn_at.is_(None), _within(reach))
    if place_code:
        query = query.where(PublicityPost.place_code == place_code)
    query = query.order_by(PublicityPost.hung_on.desc(), PublicityPost.id.desc())
    rows = connection.execute(query.offset(offset).limit(limit)).all()
    photos = _photos_of(connection, [row.id for row in rows])
    return [
        Post(
            row.id,
            row.subject_code,
            row.place_code,
            row.words,
            row.hung_on,
            row.at,
            row.origin,
            photos.get(row.id, ()),
        )
        for row in rows
    ]


def count_posts(connection: Connection, reach: Reach, place_code: str = "") -> int:
    """How many that list has."""
    query = select(func.count()).where(PublicityPost.withdrawn_at.is_(None), _within(reach))
    if place_code:
        query = query.where(PublicityPost.place_code == place_code)
    return connection.scalar(query) or 0


def is_within_reach(connection: Connection, key: str, reach: Reach) -> bool:
    """Whether a photo (its key) belongs to an entry that may be seen."""
    found = (
        select(PublicityPost.id)
        .join(PublicityPhoto, PublicityPhoto.post_id == PublicityPost.id)
        .where(PublicityPhoto.media_key == key, PublicityPost.withdrawn_at.is_(None), _within(reach))
    )
    return connection.scalar(found) is not None


def _within(reach: Reach) -> ColumnElement[bool]:
    """A county sees what hangs in its townships and what it hung up; a unit only its own."""
    if reach.is_all:
        return true()
    if not reach.code:
        return false()
    own = PublicityPost.subject_code == reach.code
    return or_(own, PublicityPost.place_code.like(f"{reach.code}%")) if reach.kind == "county" else own


def _within_reach(session: Session, post_id: int, reach: Reach) -> PublicityPost:
    post = session.scalar(select(PublicityPost).where(PublicityPost.id == post_id, _within(reach)))
    is_own = post is not None and (reach.is_all or post.subject_code == reach.code)
    if post is None or not is_own:
        raise NoSuchPost
    return post


def _attach(session: Session, post_id: int, keys: Sequence[str], now: datetime) -> None:
    there = select(func.count()).select_from(PublicityPhoto).where(PublicityPhoto.post_id == post_id)
    if (session.scalar(there) or 0) + len(keys) > MAX_PHOTOS:
        raise BadPost(f"一处最多{MAX_PHOTOS}张照片。")
    for key in keys:
        known = session.scalar(select(Media.kind).where(Media.key == key))
        if known != "photo" or session.get(PublicityPhoto, key) is not None:
            continue
        session.execute(update(Media).where(Media.key == key).values(held_by=HELD_BY))
        session.add(PublicityPhoto(media_key=key, post_id=post_id, added_at=now))
    session.flush()


def _photos_of(connection: Connection, posts: Sequence[int]) -> Mapping[int, tuple[str, ...]]:
    """The photos that are there to be shown, by entry."""
    rows = connection.execute(
        select(PublicityPhoto.post_id, PublicityPhoto.media_key)
        .join(Media, Media.key == PublicityPhoto.media_key)
        .where(PublicityPhoto.post_id.in_(posts), Media.state == "kept")
        .order_by(PublicityPhoto.post_id, PublicityPhoto.added_at, PublicityPhoto.media_key)
    )
    found: dict[int, tuple[str, ...]] = {}
    for post_id, key in rows:
        found[post_id] = (*found.get(post_id, ()), key)
    return found


def _last_photos(
    connection: Connection, standing: Sequence[ColumnElement[bool]]
) -> Mapping[str, tuple[str, ...]]:
    """Up to three photos of each township's newest entry."""
    newest = (
        select(PublicityPost.place_code, func.max(PublicityPost.id).label("id"))
        .where(*standing)
        .group_by(PublicityPost.place_code)
    )
    posts = {row.id: row.place_code for row in connection.execute(newest)}
    photos = _photos_of(connection, list(posts))
    return {place: photos.get(post_id, ())[:3] for post_id, place in posts.items()}
