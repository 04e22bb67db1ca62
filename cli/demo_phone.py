"""The simulated platform of a demonstration: phones at `/demo/`, and the API our client calls."""

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import Connection, Engine

from bot.wechat.menu import menu_body
from bot.wechat.templates import DEFAULT
from cli.demo_ballot import drawer
from cli.demo_liaisons import codes_to_scan
from cli.outbox_jobs import templates_of
from core.clock import system_clock
from core.codes.listing import CodeFilter, list_codes
from core.config import Settings
from core.outbox.kinds import Kind
from core.outbox.states import Channel
from core.people.reach import EVERYTHING
from core.places.gazetteer import Gazetteer
from core.places.service import load_gazetteer
from simulator import Simulator, SimulatorConfig, build
from simulator.config import SceneChoice, Template
from simulator.menus import read_menu, save_menu

# Codes on materials that the phones offer; the list has a search.
MAX_SHOWN = 2_000
# Each template of a demonstration: its name, and what its keywords are called.
SHOWN = {
    DEFAULT: (
        "工单催办提醒",
        {"const3": "工单类型", "thing1": "工单名称", "number2": "工单数量", "time4": "截止时间"},
    ),
    Kind.OUTCOME: (
        "意见办理结果通知",
        {"thing1": "反馈内容", "phrase2": "办理结果", "thing3": "办理单位", "time4": "反馈日期"},
    ),
}
# An address to listen on everywhere is none to connect to.
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104


def demo_phone(settings: Settings, engine: Engine) -> Simulator:
    """
    The simulator, pushing to this very server; its chats are kept beside the demo's database.

    Its account has our menu, as if `menu create` had been run; one that is there is left as it is.
    """
    host = "127.0.0.1" if settings.host in EVERYWHERE else settings.host
    wechat = settings.wechat
    simulator = build(
        SimulatorConfig(
            webhook_url=f"http://{host}:{settings.port}/wechat",
            token=wechat.token,
            app_id=wechat.app_id,
            app_secret=wechat.app_secret,
            aes_key=wechat.aes_key,
            mode=wechat.mode,
            account_name=settings.office.name,
            state_directory=settings.var / "simulator",
            templates=demo_templates(settings),
            scenes=_scenes_of(engine, settings),
            code_url=f"{settings.public_url}/demo/q/{{key}}",
        )
    )
    if read_menu(simulator.world.store) is None:
        save_menu(simulator.world.store, menu_body())
    return simulator


def demo_templates(settings: Settings) -> Mapping[str, Template] | None:
    """The templates this account holds: the demo's own; any id will do when the office gave its file."""
    if settings.sending.templates is not None:
        return None
    held = {}
    for kind, (title, labels) in SHOWN.items():
        found = templates_of(settings).find(kind, Channel.TEMPLATE)
        assert found is not None, f"the demo's file has none for {kind}"
        held[found.id] = Template(title, {each: labels[each] for each in found.keywords}, found.allowed)
    return held


def _scenes_of(engine: Engine, settings: Settings) -> Callable[[], Iterable[SceneChoice]]:
    """Every code there can be, read when the list is shown, so that it follows the office's lists."""

    def scenes() -> list[SceneChoice]:
        with engine.connect().execution_options(read_only=True) as connection:
            gazetteer = load_gazetteer(connection)
            return [
                *listed_scenes(gazetteer),
                *on_materials(connection, gazetteer),
                *drawer(connection, settings),
                *codes_to_scan(connection, settings, gazetteer, system_clock()),
            ]

    return scenes


def listed_scenes(gazetteer: Gazetteer) -> list[SceneChoice]:
    """(scene, label, group) of each county, township and unit."""
    listed: list[SceneChoice] = [
        (f"p_{county.code}", county.short_name, "县（区）") for county in gazetteer.counties
    ]
    for county in gazetteer.counties:
        listed += [
            (f"p_{town.code}", town.short_name, county.short_name) for town in gazetteer.children(county.code)
        ]
    listed += [(f"u_{unit.code}", unit.short_name, unit.category) for unit in gazetteer.units]
    return listed


def on_materials(connection: Connection, gazetteer: Gazetteer) -> list[SceneChoice]:
    """(scene, label, group) of every code the office has made for a material of its own."""
    made = list_codes(connection, CodeFilter(state="created"), EVERYTHING, gazetteer, limit=MAX_SHOWN)
    return [
        (line.scene, f"{line.name}（{line.material_name}）", line.group) for line in made if line.material
    ]
