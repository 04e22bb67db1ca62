"""The account's menu by command, against the simulated platform."""

from sqlalchemy import Engine

from bot.phrases import MENU_SAYS
from bot.wechat.menu import MAX_BUTTONS, MAX_KEY_BYTES, MAX_NAME_BYTES, MENU
from cli.demo_phone import demo_phone
from core.config import Settings
from simulator import Simulator
from simulator.menus import save_menu
from tests.cli.conftest import Cli

WITHOUT = "公众号还没有菜单。建好它：python -m cli menu create\n"


def test_the_menu_is_shown_compared_and_made(platform: Simulator, migrated: Cli) -> None:
    assert migrated("menu", "show").out == WITHOUT
    assert migrated("menu", "diff").out.splitlines() == [
        "+ 1. 我要评价（click menu_survey）",
        "+ 2. 我的整改（click menu_mine）",
        "+ 3. 帮助（click menu_help）",
    ]
    assert migrated("menu", "show").out == WITHOUT

    assert "菜单换好了" in migrated("menu", "create").out
    assert migrated("menu", "show").out.splitlines()[0] == "1. 我要评价（click menu_survey）"
    assert migrated("menu", "diff").out == "一样，不用换。\n"
    assert migrated("menu", "create").out == "一样，不用换。\n"


def test_what_goes_and_what_comes_is_named(platform: Simulator, migrated: Cli) -> None:
    save_menu(
        platform.world.store,
        {
            "button": [
                {"name": "我要评价", "type": "click", "key": "menu_survey"},
                {"name": "网站", "sub_button": [{"name": "首页", "type": "view", "url": "http://a.cn/"}]},
            ]
        },
    )

    assert migrated("menu", "diff").out.splitlines() == [
        "- 2. 网站 › 首页（view http://a.cn/）",
        "+ 2. 我的整改（click menu_mine）",
        "+ 3. 帮助（click menu_help）",
    ]


def test_the_phones_of_a_demonstration_have_the_menu_until_somebody_makes_another(
    settings: Settings, sqlite_engine: Engine
) -> None:
    def buttons(simulator: Simulator) -> list[str]:
        page = simulator.flask.test_client()
        openid = page.post("/demo/phones", json={}).get_json()["openid"]
        shown = page.get(f"/demo/phones/{openid}/messages").get_json()["menu"]
        return [each["name"] for each in shown]

    with demo_phone(settings, sqlite_engine) as simulator:
        assert buttons(simulator) == ["我要评价", "我的整改", "帮助"]
        save_menu(simulator.world.store, {"button": [{"name": "别的", "type": "click", "key": "other"}]})
    with demo_phone(settings, sqlite_engine) as simulator:
        assert buttons(simulator) == ["别的"]


def test_what_the_platform_refuses_is_one_line(platform: Simulator, migrated: Cli) -> None:
    platform.world.faults.add("/cgi-bin/menu/create", "errcode", 48001)

    outcome = migrated("menu", "create")

    assert outcome.code == 1
    assert outcome.err.count("\n") == 1
    assert "公众号没有这个接口的权限" in outcome.err
    assert migrated("menu", "show").out == WITHOUT


def test_our_menu_keeps_the_platforms_limits_and_every_button_says_something() -> None:
    assert 1 <= len(MENU) <= MAX_BUTTONS
    for button in MENU:
        assert len(button.name.encode()) <= MAX_NAME_BYTES
        assert len(button.target.encode()) <= MAX_KEY_BYTES
        assert MENU_SAYS[button.target]
