"""
Judges what the webhook answers to a push, as strictly as the platform does and then some.

Reads one finished HTTP answer; whether it came in time is `pushes`' business. A broken answer is what shows
the person 该公众号提供的服务出现故障; a complaint is what an operator should mend.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from simulator import crypto, links
from simulator.config import SimulatorConfig
from simulator.wire import Push

# Field reports put the limit of a passive text near this, link markup included; the docs name none.
MAX_TEXT_BYTES = 2048
# WeChat docs, passive replies: one article since 2018-10-12.
MAX_ARTICLES = 1
EMPTY_ANSWERS = (b"", b"success")


@dataclass(frozen=True)
class Article:
    """A picture card with a title that opens a page."""

    title: str
    description: str
    picture_url: str
    url: str


@dataclass(frozen=True)
class Reply:
    """A passive reply the person gets to see."""

    kind: str
    text: str = ""
    media_id: str = ""
    articles: tuple[Article, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """
    What became of an answer.

    `silent`: accepted, nothing is shown. `reply`: shown. `broken`: the person sees an apology of the
    platform. `xml` is the reply in plain, as far as it could be read.
    """

    outcome: Literal["silent", "reply", "broken"]
    reply: Reply | None = None
    xml: str = ""
    complaints: tuple[str, ...] = field(default=())


class _Broken(Exception):
    """Why an answer cannot be shown, in Chinese."""


def judge(status: int, body: bytes, push: Push, config: SimulatorConfig) -> Verdict:
    """The verdict on one HTTP answer."""
    plain = ""
    try:
        if status != 200:
            raise _Broken(f"HTTP 状态是 {status}，不是 200")
        if body in EMPTY_ANSWERS:
            return Verdict("silent")
        plain = _open(body, config)
        if plain.encode() in EMPTY_ANSWERS:
            raise _Broken("加密信封里装的是空内容或 success；不想回复时直接回空串")
        reply = _read(plain, push, config)
    except (_Broken, crypto.EnvelopeFault) as fault:
        return Verdict("broken", xml=plain, complaints=(str(fault),))
    return Verdict("reply", reply, plain, tuple(links.complaints(reply.text)))


def _open(body: bytes, config: SimulatorConfig) -> str:
    """The plain XML of the answer, decrypted if it is an envelope."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise _Broken("回复不是 UTF-8") from None
    if text.lstrip()[:1] in ("{", "["):
        raise _Broken("回复是 JSON，平台只认 XML")
    if text.strip().strip("\"'").strip() in ("success", ""):
        raise _Broken(f"success 前后不能有引号或空白，收到的是 {text!r}")

    sealed = _parse(text).find("Encrypt")
    if sealed is None:
        if config.mode == "safe":
            raise _Broken("安全模式下回复必须加密")
        return text
    if config.mode == "plain":
        raise _Broken("明文模式下回复不能加密")
    return _unseal(_parse(text), config)


def _unseal(envelope: Element, config: SimulatorConfig) -> str:
    sealed, given = _text(envelope, "Encrypt"), _text(envelope, "MsgSignature")
    timestamp, nonce = _text(envelope, "TimeStamp"), _text(envelope, "Nonce")
    if not timestamp.isdecimal():
        raise _Broken(f"TimeStamp 不是整数：{timestamp!r}")
    if not crypto.same(given, crypto.signature(config.token, timestamp, nonce, sealed)):
        raise _Broken("MsgSignature 不对")
    return crypto.decrypt(sealed, config.aes_key, config.app_id)


def _read(plain: str, push: Push, config: SimulatorConfig) -> Reply:
    root = _parse(plain)
    if push.wants_silence:
        raise _Broken(f"{push.event} 只能回空串或 success")
    if _text(root, "ToUserName") != push.openid or _text(root, "FromUserName") != config.original_id:
        raise _Broken("ToUserName 和 FromUserName 没有对调")
    if not _text(root, "CreateTime").isdecimal():
        raise _Broken("CreateTime 不是整数")
    kind = _text(root, "MsgType")
    if kind not in _READERS:
        raise _Broken(f"不能用 {kind!r} 类型回复")
    return _READERS[kind](root)


def _read_text(root: Element) -> Reply:
    content = _text(root, "Content")
    size = len(content.encode())
    if not content.strip():
        raise _Broken("Content 是空的")
    if size > MAX_TEXT_BYTES:
        raise _Broken(f"文字 {size} 字节，超过 {MAX_TEXT_BYTES} 字节")
    return Reply("text", content)


def _read_image(root: Element) -> Reply:
    return Reply("image", media_id=_text(root, "Image/MediaId"))


def _read_voice(root: Element) -> Reply:
    return Reply("voice", media_id=_text(root, "Voice/MediaId"))


def _read_video(root: Element) -> Reply:
    return Reply("video", root.findtext("Video/Title") or "", _text(root, "Video/MediaId"))


def _read_music(root: Element) -> Reply:
    return Reply("music", root.findtext("Music/Title") or "", _text(root, "Music/ThumbMediaId"))


def _read_news(root: Element) -> Reply:
    items = root.findall("Articles/item")
    count = _text(root, "ArticleCount")
    if count != str(len(items)):
        raise _Broken(f"ArticleCount 是 {count}，实际有 {len(items)} 篇")
    if len(items) != MAX_ARTICLES:
        raise _Broken(f"图文只能有 {MAX_ARTICLES} 篇，收到 {len(items)} 篇")
    names = ("Title", "Description", "PicUrl", "Url")
    articles = tuple(Article(*(item.findtext(name) or "" for name in names)) for item in items)
    return Reply("news", articles[0].title, articles=articles)


def _read_transfer(root: Element) -> Reply:
    return Reply("transfer_customer_service")


_READERS: dict[str, Callable[[Element], Reply]] = {
    "text": _read_text,
    "image": _read_image,
    "voice": _read_voice,
    "video": _read_video,
    "music": _read_music,
    "news": _read_news,
    "transfer_customer_service": _read_transfer,
}


def _parse(text: str) -> Element:
    try:
        root: Element = ElementTree.fromstring(text)
    except ParseError as fault:
        raise _Broken(f"XML 不合格式：{fault}") from None
    except DefusedXmlException:
        raise _Broken("XML 里不许有 DTD 和实体") from None
    if root.tag != "xml":
        raise _Broken(f"最外层是 <{root.tag}>，不是 <xml>")
    return root


def _text(root: Element, path: str) -> str:
    found = root.findtext(path)
    if found is None:
        raise _Broken(f"缺少 {path}")
    return found
