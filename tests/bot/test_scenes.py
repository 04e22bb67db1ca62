"""What stands in a QR code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.scenes import build_scene, parse_scene, scene_of_follow
from core.conversation.incoming import Scene


@pytest.mark.parametrize(
    ("raw", "scene"),
    [
        ("p_451202001", Scene("place", "451202001", "", "p_451202001")),
        ("p_451202001_bus", Scene("place", "451202001", "bus", "p_451202001_bus")),
        ("p_451202001_bus_line_3", Scene("place", "451202001", "bus_line_3", "p_451202001_bus_line_3")),
        ("u_U001_led", Scene("unit", "U001", "led", "u_U001_led")),
        ("b_aB3_x", Scene("bind", "aB3_x", "", "b_aB3_x")),
        ("s_7Kp2", Scene("slip", "7Kp2", "", "s_7Kp2")),
    ],
)
def test_a_scene_of_ours_is_read_and_built(raw: str, scene: Scene) -> None:
    assert parse_scene(raw) == scene
    assert build_scene(scene.kind, scene.code, scene.material) == raw


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "p",
        "p_",
        "p__bus",
        "p_1_",
        "P_1",
        "x_1",
        "123",
        "p_1-2",
        "p_庆远",
        "p_1 ",
        "b_",
        "s_a-b",
        "p_" + "1" * 63,
    ],
)
def test_another_scene_means_nothing(raw: str) -> None:
    assert parse_scene(raw) is None


@pytest.mark.parametrize(("code", "material"), [("", ""), ("1_2", ""), ("1", "a b"), ("1" * 70, "")])
def test_a_scene_that_would_not_read_back_is_not_built(code: str, material: str) -> None:
    with pytest.raises(ValueError, match="not a scene"):
        build_scene("place", code, material)


@given(st.text())
def test_any_scene_at_all_is_read_without_failing(raw: str) -> None:
    scene = parse_scene(raw)

    assert scene is None or scene.raw == raw


@pytest.mark.parametrize(
    ("key", "scene"),
    [(None, ""), ("", ""), ("qrscene_p_1", "p_1"), ("p_1", ""), ("last_trade_no_9", ""), ("scanimage|x", "")],
)
def test_only_our_own_prefix_brings_a_scene_with_a_new_follower(key: str | None, scene: str) -> None:
    assert scene_of_follow(key) == scene
