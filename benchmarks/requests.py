"""
Encrypted requests of made-up residents, ready to be sent: nothing is computed while the clock runs.

What a resident taps is found by letting the real desk walk through the questionnaire beforehand, so each
request is one that a phone would really send at that point.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import urlencode

from bot.tap_ids import TapId
from core.conversation import desk
from core.conversation.incoming import Scanned, Scene
from core.conversation.inputs import Act, Input, Tapped
from core.conversation.person import Person
from core.conversation.prompts import AskPrompt, Choice, ConsentPrompt, Prompt
from core.conversation.world import World
from simulator import messages
from simulator.config import SimulatorConfig
from simulator.wire import Fields, Push, wrap


@dataclass(frozen=True, slots=True)
class Account:
    """The Official Account requests are made for."""

    config: SimulatorConfig
    scene: Scene


def openid(number: int) -> str:
    """A made-up openid of the right shape."""
    return f"oBench{number:022d}"


def http_bytes(account: Account, push: Push, at: datetime, path: str = "/wechat") -> bytes:
    """The whole HTTP request of one delivery."""
    envelope = wrap(push, account.config, at)
    body = envelope.body.encode()
    head = (
        f"POST {path}?{urlencode(envelope.query)} HTTP/1.1\r\n"
        "Host: 127.0.0.1\r\nContent-Type: text/xml\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def resident(account: Account, world: World, number: int, at: datetime) -> Iterator[bytes]:
    """Every request of one resident, from scanning the code to the last answer; each in its own second."""
    chance = random.Random(number)
    who = openid(number)
    person = Person()
    what: Input | Scanned = Scanned(account.scene, account.scene.raw)
    fields: Fields = {"MsgType": "event", "Event": "SCAN", "EventKey": account.scene.raw, "Ticket": "t"}
    around = desk.Circumstances(now=at, account_of=lambda _round: "", new_id=lambda: 0, seed=number)
    for second in range(200):
        yield http_bytes(account, Push(who, int(at.timestamp()) - 500 + second, fields), at)
        outcome = desk.take(world, person, what, around)
        person = outcome.person
        run = person.run
        if run is None:
            return
        tap = partial(_tap, run.goal.round_id, run.number)
        choice, slot = _pick(outcome.prompts, chance)
        what = tap(slot, choice)
        tap_id = TapId(run.goal.round_id, run.number, slot, choice.choice).encode()
        fields = messages.text(choice.echo, tap_id)


def _tap(round_id: int, run: int, slot: int, choice: Choice) -> Tapped:
    return Tapped(round_id, run, slot, choice.choice, choice.echo)


def _pick(prompts: tuple[Prompt, ...], chance: random.Random) -> tuple[Choice, int]:
    """A choice that moves on: for questions of several options, 下一步 rather than gathering."""
    last = prompts[-1]
    if isinstance(last, ConsentPrompt):
        return last.agree, 0
    if not isinstance(last, AskPrompt):
        raise AssertionError(f"nothing to tap in {last!r}")
    moving_on = [act for act in last.acts if act.choice == Act.NEXT]
    if last.manner != "one" and moving_on:
        return moving_on[0], last.slot
    if last.manner == "place":
        return last.choices[0], last.slot
    return chance.choice(last.choices), last.slot
