"""
What is drawn: one code and the words around it.

A sign knows no round, no database and no platform; whoever has those fills it in.
"""

from dataclasses import dataclass, field

from qrcodes.code import Code, Logo, make_code
from qrcodes.colours import Palette
from qrcodes.given import checked
from qrcodes.pictures import Picture
from qrcodes.texts import Texts

MAX_NAME_CHARS = 40
MAX_OWNER_CHARS = 40
MAX_SCENE_CHARS = 64


@dataclass(frozen=True, slots=True)
class Owner:
    """Who asks, and where one may call."""

    office: str
    phone: str

    def __post_init__(self) -> None:
        checked("单位落款", self.office, MAX_OWNER_CHARS)
        checked("电话", self.phone, MAX_OWNER_CHARS)


@dataclass(frozen=True, slots=True)
class Sign:
    """
    One code, and what stands with it.

    `scene` names the file. `name` is the place or unit in full; `within` the county that a township or
    village lies in, '' for counties and units. `group` is the folder in a ZIP and the heading in a merged
    PDF: the county, or a word for the units.
    """

    scene: str
    url: str
    name: str
    texts: Texts
    owner: Owner
    group: str
    within: str = ""
    palette: Palette = field(default_factory=Palette)
    logo: Logo | None = None
    picture: Picture | None = None

    def __post_init__(self) -> None:
        checked("场景值", self.scene, MAX_SCENE_CHARS)
        checked("名称", self.name, MAX_NAME_CHARS)
        checked("所在县（区）", self.within, MAX_NAME_CHARS, may_be_empty=True)
        checked("分组", self.group, MAX_NAME_CHARS)

    def code(self) -> Code:
        """The code alone; SpoilsCode when it would not be read."""
        return make_code(self.url, self.palette, self.logo)
