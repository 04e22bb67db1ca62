"""Parametrised QR codes."""

import io
from typing import Any

import pytest
from PIL import Image

from simulator import codes
from simulator.api import codes as codes_api
from tests.simulator.conftest import Account, MakeAccount


def create(account: Account, action: str, scene: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Ask for a code."""
    wanted = {"action_name": action, "action_info": {"scene": scene}, **more}
    return account.post("/cgi-bin/qrcode/create", wanted)


def test_a_permanent_code_has_no_end_and_is_the_same_when_asked_again(account: Account) -> None:
    first = create(account, "QR_LIMIT_STR_SCENE", {"scene_str": "p_451202"})
    second = create(account, "QR_LIMIT_STR_SCENE", {"scene_str": "p_451202"})

    assert set(first) == {"ticket", "url"}
    assert first == second
    assert account.api.get("/demo/control/state").json()["permanent_codes"] == 1


def test_a_temporary_code_tells_its_life_and_has_a_default(steady: Account) -> None:
    assert create(steady, "QR_STR_SCENE", {"scene_str": "b_1"}, expire_seconds=600)["expire_seconds"] == 600
    assert create(steady, "QR_SCENE", {"scene_id": 7})["expire_seconds"] == 30


def test_scanning_a_created_code_carries_its_ticket(steady: Account) -> None:
    code = create(steady, "QR_LIMIT_STR_SCENE", {"scene_str": "u_012"})
    phone = steady.phone()

    phone.scan(code["url"])

    assert steady.webhook.last["EventKey"] == "qrscene_u_012"
    assert steady.webhook.last["Ticket"] == code["ticket"]


@pytest.mark.parametrize(
    ("action", "scene", "more"),
    [
        ("QR_POSTER", {"scene_str": "a"}, {}),
        ("QR_LIMIT_STR_SCENE", {"scene_str": ""}, {}),
        ("QR_LIMIT_STR_SCENE", {"scene_str": "a" * 65}, {}),
        ("QR_LIMIT_STR_SCENE", {"scene_id": 5}, {}),
        ("QR_LIMIT_SCENE", {"scene_id": 100_001}, {}),
        ("QR_LIMIT_SCENE", {"scene_id": 0}, {}),
        ("QR_SCENE", {"scene_id": 2**32}, {}),
        ("QR_STR_SCENE", {"scene_str": "a"}, {"expire_seconds": 2_592_001}),
    ],
)
def test_bad_scenes_are_refused(
    steady: Account, action: str, scene: dict[str, Any], more: dict[str, Any]
) -> None:
    assert create(steady, action, scene, **more)["errcode"] == 40053


def test_forgetting_the_scene_wrapper_quietly_makes_scene_zero(steady: Account) -> None:
    wanted = {"action_name": "QR_LIMIT_STR_SCENE", "action_info": {"scene_str": "p_451202"}}
    code = steady.post("/cgi-bin/qrcode/create", wanted)
    phone = steady.phone()

    phone.scan(code["url"])

    assert steady.webhook.last["EventKey"] == "qrscene_0"


def test_permanent_codes_run_out(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes_api, "MAX_PERMANENT_CODES", 1)
    create(account, "QR_LIMIT_STR_SCENE", {"scene_str": "p_1"})

    assert create(account, "QR_LIMIT_STR_SCENE", {"scene_str": "p_2"})["errcode"] == 45029
    assert "ticket" in create(account, "QR_LIMIT_STR_SCENE", {"scene_str": "p_1"})


def test_the_picture_is_a_jpeg_of_the_codes_address_and_a_bad_ticket_is_not_found(account: Account) -> None:
    code = create(account, "QR_LIMIT_STR_SCENE", {"scene_str": "p_451202"})

    shown = account.api.get("/cgi-bin/showqrcode", params={"ticket": code["ticket"]})

    assert shown.content == codes.picture(code["url"])
    with Image.open(io.BytesIO(shown.content)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (430, 430))
    assert account.api.get("/cgi-bin/showqrcode", params={"ticket": "no"}).status_code == 404


def test_a_demo_may_let_codes_lead_to_its_own_page(make_account: MakeAccount) -> None:
    account = make_account(code_url="/demo/q/{key}")
    code = create(account, "QR_LIMIT_STR_SCENE", {"scene_str": "p_451202"})

    answer = account.api.get(code["url"])

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/demo/?scan=p_451202"
