"""
What a person can do with a phone, and what that makes the platform push.

Every act leaves its own bubble, opens the send window it is worth, pushes, and shows what came back. Nothing
is locked while the webhook thinks.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator import bubbles, media, messages, voice
from simulator.media import MediaKind
from simulator.menus import Button, find_button
from simulator.windows import Cause
from simulator.wire import Fields, Push
from simulator.world import World

Arguments = Mapping[str, Any]

# Where the simulated phones stand: the square of a county town.
LATITUDE, LONGITUDE, PLACE = 24.4911, 108.6636, "庆远镇中山公园"
SAMPLE_VOICE_SECONDS = 11


class CannotDo(Exception):
    """The phone would not let the person do this; the text says why, in Chinese."""


@dataclass(frozen=True)
class Outcome:
    """What an act led to; `exchange` is None when nothing was pushed."""

    exchange: Mapping[str, Any] | None = None
    opens: str | None = None


class Acts:
    """The acts, by name. `mark` is the page's own name for its bubble."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._acts: dict[str, Callable[[str, Arguments], Outcome]] = {
            "follow": self._follow,
            "unfollow": self._unfollow,
            "scan": self._scan,
            "say": self._say,
            "tap": self._tap,
            "voice": self._voice,
            "photo": self._photo,
            "video": self._video,
            "location": self._location,
            "link": self._link,
            "menu": self._menu,
            "report_location": self._report_location,
            "consent": self._consent,
            "other": self._other,
        }

    def perform(self, openid: str, act: str, arguments: Arguments) -> Outcome:
        """Do it and wait for the webhook; raises NoSuchPhone or CannotDo."""
        follower = self._world.followers.get(openid)
        if act not in self._acts:
            raise CannotDo(f"手机不会“{act}”")
        if not follower.following and act not in ("follow", "scan"):
            raise CannotDo("还没有关注，先点“关注公众号”")
        return self._acts[act](openid, arguments)

    def push(self, openid: str, fields: Fields) -> Outcome:
        """Push any fields as this person's, and show what comes back."""
        world = self._world
        delivery = world.courier.deliver(Push(openid, int(world.at()), fields))
        bubbles.show_delivery(world, delivery)
        return Outcome(world.chats.note_exchange(openid, world.at(), delivery, world.config.original_id))

    def _follow(self, openid: str, arguments: Arguments, scene: str | None = None) -> Outcome:
        world = self._world
        if world.followers.get(openid).following:
            raise CannotDo("已经关注了")
        ticket = None if scene is None else world.codes.of_scene(scene, world.at()).ticket
        world.followers.follow(openid, world.at(), scene)
        world.windows.open(openid, "follow", world.at())
        words = f"您已关注{world.config.account_name}"
        world.chats.add(openid, world.at(), "system", "notice", {"text": words})
        return self.push(openid, messages.subscribe(scene, ticket))

    def _unfollow(self, openid: str, arguments: Arguments) -> Outcome:
        world = self._world
        world.followers.unfollow(openid)
        world.windows.close_all(openid)
        world.chats.add(openid, world.at(), "system", "notice", {"text": "您已不再关注"})
        return self.push(openid, messages.unsubscribe())

    def _scan(self, openid: str, arguments: Arguments) -> Outcome:
        world = self._world
        scene = self._scene(_words(arguments, "scene").strip())
        if not world.followers.get(openid).following:
            return self._follow(openid, arguments, scene)
        world.windows.open(openid, "scan", world.at())
        world.chats.add(openid, world.at(), "system", "notice", {"text": f"扫描了二维码 {scene}"})
        return self.push(openid, messages.scan(scene, world.codes.of_scene(scene, world.at()).ticket))

    def _scene(self, words: str) -> str:
        """The scene itself, or that of a code whose address was given."""
        code = self._world.codes.by_key(words.rsplit("/", 1)[-1]) if "/" in words else None
        if "/" in words and code is None:
            raise CannotDo("没有这个二维码")
        return code.scene if code else words

    def _say(self, openid: str, arguments: Arguments) -> Outcome:
        words = _words(arguments, "text")
        self._own_bubble(openid, arguments, "text", {"text": words, "pieces": [{"words": words}]}, "message")
        return self.push(openid, messages.text(words))

    def _tap(self, openid: str, arguments: Arguments) -> Outcome:
        words = _words(arguments, "content")
        menu_id: str | None = _words(arguments, "menu_id")
        fault = self._world.faults.take("tap", "drop_id", "zero_id")
        if fault is not None:
            menu_id = None if fault.kind == "drop_id" else "0"
        # Whether a tapped link counts as a message or as a menu click is not documented: the smaller window.
        self._own_bubble(openid, arguments, "text", {"text": words, "pieces": [{"words": words}]}, "menu")
        return self.push(openid, messages.text(words, menu_id))

    def _voice(self, openid: str, arguments: Arguments) -> Outcome:
        recording = _bytes(arguments, "content")
        amr, playable = media.sample("voice.amr"), media.sample("voice.mp3")
        seconds = SAMPLE_VOICE_SECONDS
        if recording is not None and arguments.get("as_is"):
            amr, playable, seconds = recording, recording, 1
        elif recording is not None:
            if self._world.encode_voice is None:
                raise CannotDo("这里不能录音，请发示例语音")
            try:
                amr, playable = self._world.encode_voice(recording), recording
            except voice.NotARecording:
                raise CannotDo("录音读不出来，请再录一次") from None
            seconds = int(arguments.get("seconds", 1))
        media_id = self._file(arguments, "voice", "audio/amr", "voice.amr", amr, playable)
        self._own_bubble(openid, arguments, "voice", {"media_id": media_id, "seconds": seconds}, "message")
        return self.push(openid, messages.voice(media_id))

    def _photo(self, openid: str, arguments: Arguments) -> Outcome:
        picked = _bytes(arguments, "content")
        try:
            photo = media.sample("photo.jpg") if picked is None else picked
            photo = photo if picked is None or arguments.get("as_is") else media.as_photo(photo)
        except media.NotAPicture:
            raise CannotDo("这不是图片，请换一张") from None
        media_id = self._file(arguments, "image", "image/jpeg", "photo.jpg", photo)
        self._own_bubble(openid, arguments, "image", {"media_id": media_id}, "message")
        return self.push(openid, messages.image(media_id, self._world.address(f"/demo/media/{media_id}")))

    def _video(self, openid: str, arguments: Arguments) -> Outcome:
        clip = _bytes(arguments, "content") or media.sample("clip.mp4")
        media_id = self._file(arguments, "video", "video/mp4", "clip.mp4", clip)
        thumb = self._world.media.keep(
            "thumb", "image/jpeg", "thumb.jpg", media.sample("photo.jpg"), self._world.at()
        )
        self._own_bubble(openid, arguments, "video", {"media_id": media_id}, "message")
        return self.push(openid, messages.video(media_id, thumb.media_id, short=bool(arguments.get("short"))))

    def _location(self, openid: str, arguments: Arguments) -> Outcome:
        label = str(arguments.get("label") or PLACE)
        latitude = float(arguments.get("latitude", LATITUDE))
        longitude = float(arguments.get("longitude", LONGITUDE))
        body = {"label": label, "latitude": latitude, "longitude": longitude}
        self._own_bubble(openid, arguments, "location", body, "message")
        return self.push(openid, messages.location(latitude, longitude, label))

    def _link(self, openid: str, arguments: Arguments) -> Outcome:
        title, url = _words(arguments, "title"), _words(arguments, "url")
        description = str(arguments.get("description", ""))
        body = {"title": title, "description": description, "url": url}
        self._own_bubble(openid, arguments, "link", body, "message")
        return self.push(openid, messages.link(title, description, url))

    def _menu(self, openid: str, arguments: Arguments) -> Outcome:
        button: Button | None = find_button(self._world.store, _words(arguments, "label"))
        if button is None:
            raise CannotDo("菜单里没有这一项")
        opens = button.url
        if button.counts_as_click:
            self._world.windows.open(openid, "menu", self._world.at())
        outcome = self.push(
            openid, messages.event(button.event, button.key or button.url or "", button.extra())
        )
        return Outcome(outcome.exchange, opens)

    def _report_location(self, openid: str, arguments: Arguments) -> Outcome:
        return self.push(openid, messages.reported_location(LATITUDE, LONGITUDE))

    def _consent(self, openid: str, arguments: Arguments) -> Outcome:
        template_id, accepted = _words(arguments, "template_id"), bool(arguments.get("accepted", True))
        if accepted:
            self._world.store.change(
                "INSERT INTO consent VALUES (?, ?, 1)"
                " ON CONFLICT (openid, template_id) DO UPDATE SET sends_left = sends_left + 1",
                openid,
                template_id,
            )
        return self.push(openid, messages.consent(template_id, accepted=accepted))

    def _other(self, openid: str, arguments: Arguments) -> Outcome:
        kind = str(arguments.get("kind") or "sticker")
        self._own_bubble(openid, arguments, "other", {"text": f"[{kind}]"}, "message")
        return self.push(openid, messages.other(kind, arguments.get("fields") or {}))

    def _own_bubble(
        self, openid: str, arguments: Arguments, kind: str, body: Mapping[str, Any], window: Cause
    ) -> None:
        world = self._world
        marked = {**body, "mark": arguments["mark"]} if "mark" in arguments else body
        world.chats.add(openid, world.at(), "me", kind, marked)
        world.windows.open(openid, window, world.at())

    def _file(
        self,
        arguments: Arguments,
        kind: MediaKind,
        content_type: str,
        name: str,
        content: bytes,
        playable: bytes | None = None,
    ) -> str:
        """The id of the file to send: one already on the shelf if `media_id` names it, else `content`."""
        if "media_id" in arguments:
            return str(arguments["media_id"])
        return self._world.media.keep(kind, content_type, name, content, self._world.at(), playable).media_id


def _words(arguments: Arguments, name: str) -> str:
    words = arguments.get(name)
    if not isinstance(words, str) or not words.strip():
        raise CannotDo(f"缺少 {name}")
    return words


def _bytes(arguments: Arguments, name: str) -> bytes | None:
    encoded = arguments.get(name)
    if encoded is None:
        return None
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise CannotDo(f"{name} 不是 base64") from None
