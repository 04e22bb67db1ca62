"""
What a simulated account is made of, as one frozen object handed to `simulator.build`.

The defaults of every duration are the platform's own; tests hand in short ones.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

# How pushes are wrapped: 明文, 兼容 and 安全 mode.
Mode = Literal["plain", "compat", "safe"]

# A code that can be scanned: its scene, what people call it, and the heading it is listed under.
SceneChoice = tuple[str, str, str]


def _system_clock() -> datetime:
    return datetime.now(UTC)


def _no_scenes() -> Iterable[SceneChoice]:
    return ()


@dataclass(frozen=True)
class Template:
    """
    A template message the account holds.

    `labels` maps each key to the words printed before its value; all of them must be sent.
    `allowed` holds the approved values of `const…` keys; a key not listed there takes any value.
    """

    title: str
    labels: Mapping[str, str]
    allowed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class SimulatorConfig:
    """
    One simulated service account, and the server it pushes to.

    `aes_key` has 43 characters, as in the console. `clock` gives aware times and rules every expiry and
    quota; the pauses and time limits below are real seconds.
    """

    webhook_url: str
    token: str
    app_id: str
    app_secret: str
    aes_key: str
    mode: Mode = "safe"
    original_id: str = "gh_3f8a1c5d7e20"
    account_name: str = "模拟服务号"
    account_note: str = "这是模拟的公众号，不是真的微信。"

    # Where phones, chats, codes and media are kept; None keeps them in memory.
    state_directory: Path | None = None
    # Asked again each time the list is shown, so that it may change.
    scenes: Callable[[], Iterable[SceneChoice]] = _no_scenes
    clock: Callable[[], datetime] = _system_clock
    # None takes any template id; the keys' value rules hold all the same.
    templates: Mapping[str, Template] | None = None
    # The host that web sign-in may return to; None allows any.
    oauth_domain: str | None = None
    # What a code's picture says; `{key}` is the code's own key. A demo may point it at `/demo/q/{key}`.
    code_url: str = "http://weixin.qq.com/q/{key}"
    # Where this simulator is reached, for addresses inside pushes; None takes it from the request.
    base_url: str | None = None
    # Makes AMR of a phone's recording (WAV, 8 kHz, 16 bit, mono); None: PyAV if it is installed, else
    # phones send the built-in clip.
    voice_encoder: Callable[[bytes], bytes] | None = None
    # Calls a day by API path, in place of the platform's own numbers.
    day_quotas: Mapping[str, int] = field(default_factory=dict)

    # An answer later than this is lost (WeChat docs, passive replies: 5 seconds).
    delivery_timeout_seconds: float = 5.0
    # From the start of one delivery to the start of the next (field reports: 5 seconds apart).
    redelivery_seconds: float = 5.0
    # The first delivery and its repeats together (field reports: three).
    deliveries: int = 3
    # So many failed pushes in a row, and nothing is pushed for `mark_fail_seconds` (WeChat docs, interface
    # alarms: MarkFail, one minute; the number of failures is not documented).
    mark_fail_after: int = 3
    mark_fail_seconds: float = 60.0
    # How long after a template message the push telling its fate goes out.
    report_delay_seconds: float = 1.0
