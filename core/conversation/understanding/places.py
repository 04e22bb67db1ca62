"""
Which place words name: whole, short, without 县/区/镇/乡, as a path (宜州庆远), or a part of one name only.
"""

import re
from collections.abc import Iterable

from core.conversation.understanding.plain import plain, squeezed
from core.places.gazetteer import LEVELS, Gazetteer, PlaceNode

MIN_PART_CHARS = 2
# Longer than any path of names; what is longer names no place.
MAX_NAME_CHARS = 40

_PEOPLES = r"(?:壮|瑶|苗|侗|水|回|彝|京|汉|各|仫佬|毛南|仡佬|布依|土家)族"
_KINDS = re.compile(
    rf"(?:(?:{_PEOPLES})+(?:自治县|乡|镇)|自治县|县|区|市|镇|乡|街道办事处|街道"
    r"|社区居民委员会|社区居委会|村民委员会|居民委员会|村委会|居委会|社区|村)$"
)
_MINORITY = re.compile(rf"(?:{_PEOPLES})+(?:自治)?(县|乡)$")
_I_LIVE = re.compile(r"^我?(?:家|就)?(?:住在|住|在)")
_PROVINCE = re.compile(r"^广西(?:壮族自治区|省)?")


class PlaceNames:
    """The names of every place from county down to `level`. Built once, then read only."""

    def __init__(self, gazetteer: Gazetteer, level: str) -> None:
        self._gazetteer = gazetteer
        self._nodes = [node for each in _levels_to(level) for node in gazetteer.at_level(each)]
        self._ancestors = {node.code: _ancestors(gazetteer, node) for node in self._nodes}
        self._cities = {name for city in gazetteer.at_level("city") for name in _names(city)}
        self._named: dict[str, list[PlaceNode]] = {}
        for node in self._nodes:
            for name in _names(node):
                self._named.setdefault(name, []).append(node)

    def find(self, words: str, within: str = "") -> tuple[PlaceNode, ...]:
        """
        The places that words may mean; () for none, several when it cannot be told.

        A place inside `within` goes before one elsewhere; a county before its own township of that name.
        """
        said = squeezed(plain(words))
        if "?" in said or len(said) > MAX_NAME_CHARS:
            return ()
        for name in self._readings(said):
            # Who says no more than the city's name does not mean the town that shares it.
            if name in self._cities:
                return ()
            for match in (self._whole, self._path, self._part):
                found = match(name)
                inside = [node for node in found if within in self._ancestors[node.code]]
                if inside or found:
                    return self._outermost(inside or found)
        return ()

    def _readings(self, said: str) -> Iterable[str]:
        """The words as they are, then without 我住在 and the names of province and city."""
        yield said
        shorter = _I_LIVE.sub("", said)
        yield shorter
        shorter = _PROVINCE.sub("", shorter)
        for city in sorted(self._cities, key=len, reverse=True):
            shorter = shorter.removeprefix(city) or shorter
        yield shorter

    def _whole(self, name: str) -> list[PlaceNode]:
        return self._named.get(name, [])

    def _path(self, name: str) -> list[PlaceNode]:
        """`宜州庆远镇`: a name, then the name of something inside it."""
        found: dict[str, PlaceNode] = {}
        for cut in range(MIN_PART_CHARS, len(name) - MIN_PART_CHARS + 1):
            heads = self._named.get(name[:cut], ())
            if not heads:
                continue
            tails = self._whole(name[cut:]) or self._path(name[cut:])
            for tail in tails:
                if any(head.code in self._ancestors[tail.code] for head in heads):
                    found[tail.code] = tail
        return list(found.values())

    def _part(self, name: str) -> list[PlaceNode]:
        if len(name) < MIN_PART_CHARS:
            return []
        return [node for node in self._nodes if name in node.name or name in node.short_name]

    def _outermost(self, nodes: list[PlaceNode]) -> tuple[PlaceNode, ...]:
        for node in nodes:
            if all(other is node or node.code in self._ancestors[other.code] for other in nodes):
                return (node,)
        return tuple(nodes)


def _levels_to(level: str) -> tuple[str, ...]:
    return LEVELS[1 : LEVELS.index(level) + 1]


def _ancestors(gazetteer: Gazetteer, node: PlaceNode) -> frozenset[str]:
    return frozenset({"", *(above.code for above in gazetteer.path(node.code)[:-1])})


def _names(node: PlaceNode) -> set[str]:
    names = {node.name, node.short_name}
    for name in (node.name, node.short_name):
        names.add(_MINORITY.sub(r"\1", name))
        names.add(_KINDS.sub("", name))
    return {squeezed(plain(name)) for name in names if len(name) >= MIN_PART_CHARS}
