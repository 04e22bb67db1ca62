"""
The liaisons of a demonstration: invented people of the real counties and units, with numbers nobody has.

A few of them have simulated phones, so that reminders are delivered and the outbox tells of it. For a few
more a binding code lies ready, to be scanned at `/demo/`. The rest is unbound, as anywhere, and is called.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from cli.parts import Parts
from cli.serving import Serving
from core.clock import local_day
from core.codes.scenes import parse_scene
from core.config import Settings
from core.conversation.incoming import Incoming, Scanned
from core.liaisons.binding import NoLivingCode, living_code, living_codes, make_code
from core.liaisons.kinds import KIND_TITLES, Kind
from core.liaisons.models import Binding, Liaison
from core.liaisons.service import Facts, add_liaison
from core.people.keys import KeyRing
from core.places.gazetteer import Gazetteer
from core.places.service import load_gazetteer
from core.rectification.models import Item
from core.rectification.words import IN_HAND
from simulator.config import SceneChoice
from simulator.followers import Followers
from simulator.store import Store

# Frequent in the region; put together by counting, so that nobody is meant.
SURNAMES = "韦覃蒙黄罗莫陆兰梁谭"
GIVEN_NAMES = (
    *("海燕", "志强", "丽萍", "永福", "秀英", "建国", "春梅"),
    *("光明", "彩云", "文斌", "小兰", "正华", "玉珍"),
)
# The block of numbers that is never given out (shared data, telephone sample).
PHONE = "154000{:05d}"
# One unit in so many has a liaison; the rest shows what an office sees in its first weeks.
EVERY = 3
BOUND, WITH_CODE = 3, 3
STANDIN_FROM, STANDIN_DAYS = timedelta(days=5), timedelta(days=6)
GROUP = "联络员绑定码"


def with_liaisons(session: Session, keys: KeyRing, left_out: Sequence[str], now: datetime) -> str:
    """Liaisons of counties and units, once; what was done. `left_out`: units that are to have none."""
    known = session.scalar(select(func.count()).select_from(Liaison))
    if known:
        return f"联络员：已经有{known}位。"
    made: list[tuple[Facts, int]] = []
    for facts in _everybody(load_gazetteer(session.connection()), left_out):
        made.append((facts, add_liaison(session, keys, facts, now, may_be_invented=True).id))
    stood_in_for, liaison_id = made[0]
    first = local_day(now) + STANDIN_FROM
    standin = Facts(
        subject_code=stood_in_for.subject_code,
        kind=Kind.STANDIN,
        name=_name(len(made)),
        phone=PHONE.format(len(made)),
        from_day=first,
        until_day=first + STANDIN_DAYS,
        stands_in_for=liaison_id,
    )
    add_liaison(session, keys, standin, now, may_be_invented=True)
    return f"联络员：{len(made) + 1}位（姓名是编的，电话是空号）。"


def with_phones(parts: Parts) -> str:
    """
    Simulated phones scan the codes of those with most in hand; codes lie ready for a few more.

    Outside any transaction: each phone takes a turn as it does when the platform delivers.
    """
    now = parts.clock()
    codes: list[tuple[int, str]] = []
    with parts.transaction() as session:
        if not session.scalar(select(func.count()).select_from(Binding)):
            busiest = _busiest(session, BOUND)
            codes = [(each, make_code(session, parts.keys, each, now).code) for each in busiest]
        _lay_out_codes(session, parts.keys, now)
    if not codes:
        return "联络员的微信：已经有绑定好的。"
    serving = Serving.open(parts.settings, parts.clock)
    store = Store(parts.settings.var / "simulator")
    try:
        for liaison_id, code in codes:
            _scan(serving, store, liaison_id, code)
    finally:
        store.close()
        serving.engine.dispose()
    return f"联络员的微信：{len(codes)}位绑定了模拟的手机；另有几个绑定码，在 /demo/ 可以扫。"


def codes_to_scan(
    connection: Connection, settings: Settings, gazetteer: Gazetteer, now: datetime
) -> list[SceneChoice]:
    """Binding codes that can be used, for the phones of the demonstration to scan."""
    choices = []
    for subject_code, kind, code in living_codes(connection, KeyRing(settings.require_data_key()), now):
        node = gazetteer.unit(subject_code) or gazetteer.place(subject_code)
        label = f"{node.short_name if node else subject_code}：{KIND_TITLES[kind]}"
        choices.append((f"b_{code}", label, GROUP))
    return choices


def _everybody(gazetteer: Gazetteer, left_out: Sequence[str]) -> list[Facts]:
    units = [unit.code for unit in gazetteer.units if unit.code not in left_out]
    subjects = [*(county.code for county in gazetteer.counties), *units[::EVERY]]
    kinds = [(code, Kind.LIAISON) for code in subjects]
    kinds += [(code, Kind.HEAD) for code in subjects[::2]]
    kinds += [(code, Kind.DEPUTY) for code in subjects[:3]]
    return [
        Facts(subject_code=code, kind=kind, name=_name(number), phone=PHONE.format(number))
        for number, (code, kind) in enumerate(kinds)
    ]


def _name(number: int) -> str:
    return SURNAMES[number % len(SURNAMES)] + GIVEN_NAMES[number % len(GIVEN_NAMES)]


def _busiest(session: Session, count: int) -> Sequence[int]:
    """The liaisons of the counties and units with most in hand."""
    in_hand = (
        select(Item.lead_code, func.count().label("held"))
        .where(Item.state.in_(sorted(state.value for state in IN_HAND)))
        .group_by(Item.lead_code)
        .subquery()
    )
    query = (
        select(Liaison.id)
        .join(in_hand, in_hand.c.lead_code == Liaison.subject_code)
        .where(Liaison.kind == Kind.LIAISON.value, Liaison.left_at.is_(None))
        .order_by(in_hand.c.held.desc(), Liaison.subject_code)
        .limit(count)
    )
    return session.scalars(query).all()


def _lay_out_codes(session: Session, keys: KeyRing, now: datetime) -> None:
    """Codes for a few who have no phone, anew when the old ones have lapsed."""
    bound = select(Binding.liaison_id).where(Binding.ended_at.is_(None))
    free = (
        select(Liaison.id)
        .where(Liaison.kind == Kind.DEPUTY.value, Liaison.left_at.is_(None), Liaison.id.not_in(bound))
        .order_by(Liaison.id)
        .limit(WITH_CODE)
    )
    for liaison_id in session.scalars(free).all():
        try:
            living_code(session.connection(), keys, liaison_id, now)
        except NoLivingCode:
            make_code(session, keys, liaison_id, now)


def _scan(serving: Serving, store: Store, liaison_id: int, code: str) -> None:
    """A new simulated phone follows the account and scans the code, as at `/demo/`."""
    raw, now = f"b_{code}", serving.clock()
    scene = parse_scene(raw)
    assert scene is not None, "a code makes a scene"
    followers = Followers(store, serving.settings.wechat.app_id)
    phone = followers.add(now.timestamp(), f"联络员{liaison_id}")
    followers.follow(phone.openid, now.timestamp())
    key = f"demo-liaison-{liaison_id}-{int(now.timestamp())}"
    serving.turns.take(Incoming(phone.openid, key, f"{key}:", int(now.timestamp()), Scanned(scene, raw)))
