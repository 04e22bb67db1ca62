"""The simulated platform of a demonstration: phones at `/demo/`, and the API our client calls."""

from collections.abc import Callable, Iterable

from sqlalchemy import Engine

from core.config import Settings
from core.places.gazetteer import Gazetteer
from core.places.service import load_gazetteer
from simulator import Simulator, SimulatorConfig, build
from simulator.config import SceneChoice

# An address to listen on everywhere is none to connect to.
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104


def demo_phone(settings: Settings, engine: Engine) -> Simulator:
    """The simulator, pushing to this very server; its chats are kept beside the demo's database."""
    host = "127.0.0.1" if settings.host in EVERYWHERE else settings.host
    wechat = settings.wechat
    return build(
        SimulatorConfig(
            webhook_url=f"http://{host}:{settings.port}/wechat",
            token=wechat.token,
            app_id=wechat.app_id,
            app_secret=wechat.app_secret,
            aes_key=wechat.aes_key,
            mode=wechat.mode,
            account_name=settings.office.name,
            state_directory=settings.var / "simulator",
            scenes=_scenes_of(engine),
            code_url=f"{settings.public_url}/demo/q/{{key}}",
        )
    )


def _scenes_of(engine: Engine) -> Callable[[], Iterable[SceneChoice]]:
    """Every code there can be, read when the list is shown, so that it follows the office's lists."""

    def scenes() -> list[SceneChoice]:
        with engine.connect().execution_options(read_only=True) as connection:
            return listed_scenes(load_gazetteer(connection))

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
