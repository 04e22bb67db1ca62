"""
An order: which signs are wanted, how they look and what file they become. Plain values, to be kept and sent.

Made by a form or a command, checked at once (`look` refuses what could not be printed), carried out later by
`cli/posters.py`. Pictures come beside it as bytes; an order holds only the key they are kept under.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Any, Literal

from core.codes.listing import CodeFilter, CodeLine
from core.places.gazetteer import Gazetteer
from qrcodes.code import Logo
from qrcodes.colours import Palette
from qrcodes.drawings import BareCodes, Drawing, Pages
from qrcodes.errors import CannotDraw
from qrcodes.pictures import read_logo
from qrcodes.press import Press
from qrcodes.sign import Owner, Sign
from qrcodes.templates.registry import template_named
from qrcodes.texts import AFTERWARDS, FOR_PLACES, FOR_UNITS, HOW, Texts

TASK_KIND = "codes.posters"
Form = Literal["zip", "merged", "one"]
FORMS: tuple[Form, ...] = ("zip", "merged", "one")
# In place of a template: the codes alone.
BARE = "bare"
BARE_SUFFIXES = ("svg", "png")
BARE_WIDTH_MM = 80.0
DPI = 150.0

# Dark enough for white words; each a county's whole choice.
PALETTES: Mapping[str, tuple[str, Palette]] = MappingProxyType(
    {
        "green": ("墨绿", Palette()),
        "blue": ("藏青", Palette("#173B6C", "#E0A63A", "#0B1F3D")),
        "red": ("绛红", Palette("#8C1D18", "#E8B04A", "#3D0907")),
        "purple": ("紫", Palette("#4B2A6B", "#D9A441", "#22102F")),
        "brown": ("赭石", Palette("#6B3F1D", "#E3B35B", "#2E1907")),
        "slate": ("青灰", Palette("#37474F", "#D9A441", "#16201F")),
    }
)
DEFAULT_PALETTE = "green"


@dataclass(frozen=True, slots=True)
class Look:
    """What all signs of an order have in common."""

    owner: Owner
    for_places: Texts
    for_units: Texts
    palette: Palette
    logo: Logo | None

    def sign(self, line: CodeLine) -> Sign:
        """The sign of one code."""
        return Sign(
            scene=line.scene,
            url=line.url,
            name=line.name,
            texts=self.for_units if line.kind == "unit" else self.for_places,
            owner=self.owner,
            group=line.group,
            within=line.within,
            palette=self.palette,
            logo=self.logo,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PosterOrder:
    """
    `county_code`, `levels`, `material` and `scene` say which codes (see `CodeFilter`); `template` is a name
    of the registry or `BARE`, `suffix` what each file is ('' for the template's own), `form` how they come.

    Texts are '' where the shipped ones are meant; `field` is a colour in place of the palette's.
    """

    template: str = "a4"
    form: Form = "zip"
    suffix: str = ""
    county_code: str = ""
    levels: tuple[str, ...] = ()
    material: str | None = None
    scene: str = ""
    place_question: str = ""
    unit_question: str = ""
    how: str = ""
    afterwards: str = ""
    palette: str = DEFAULT_PALETTE
    field_colour: str = ""
    logo_key: str = ""
    logo_share: float = 0.2
    width_mm: float = BARE_WIDTH_MM

    def dump(self) -> dict[str, Any]:
        """As a task's params."""
        return asdict(self)

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> "PosterOrder":
        """From what `dump` gave."""
        return cls(**{**stored, "levels": tuple(stored["levels"])})

    @property
    def filter(self) -> CodeFilter:
        """Which codes are wanted."""
        return CodeFilter(self.county_code, self.levels, self.material, scene=self.scene)

    @property
    def own_texts(self) -> tuple[tuple[str, str], ...]:
        """Each text that is not the shipped one, under what people call it: somebody has to look at them."""
        given = (
            ("海报的问题（地方）", self.place_question),
            ("海报的问题（单位）", self.unit_question),
            ("海报的“怎么答”", self.how),
            ("海报的“回答怎么用”", self.afterwards),
        )
        return tuple((what, text) for what, text in given if text)

    @property
    def title(self) -> str:
        """`A4 海报`."""
        return "二维码图片" if self.template == BARE else template_named(self.template).title

    def title_in(self, gazetteer: Gazetteer) -> str:
        """`宜州区 A4 海报`."""
        where = gazetteer.full_name(self.county_code) if self.county_code else self.scene
        return f"{where} {self.title}".strip()

    @property
    def file_suffix(self) -> str:
        """What the whole comes as: zip, pdf, png or svg."""
        if self.form == "one":
            return self.each_suffix
        return "pdf" if self.form == "merged" else "zip"

    @property
    def each_suffix(self) -> str:
        """What a single file is."""
        if self.template == BARE:
            return self.suffix or "svg"
        return self.suffix or template_named(self.template).suffix

    def look(self, owner: Owner, logo: bytes | None) -> Look:
        """How the signs look; CannotDraw, with the reason, for what could not be printed or read."""
        how, afterwards = self.how or HOW, self.afterwards or AFTERWARDS
        found = Look(
            owner=owner,
            for_places=Texts(self.place_question or FOR_PLACES.question, how, afterwards),
            for_units=Texts(self.unit_question or FOR_UNITS.question, how, afterwards),
            palette=self._palette(),
            logo=Logo(read_logo(logo), self.logo_share) if logo else None,
        )
        if self.form == "merged" and (self.template == BARE or template_named(self.template).is_screen):
            raise CannotDraw(
                "合成一个 PDF 只能用纸上的样式（海报、台卡、贴纸等）。屏幕图和单独的二维码请选 ZIP。"
            )
        return found

    def drawing(self, press: Press) -> Drawing:
        """What turns signs into files."""
        if self.template == BARE:
            return BareCodes(self.each_suffix, self.width_mm)
        return Pages(press, template_named(self.template), self.each_suffix, DPI)

    def _palette(self) -> Palette:
        if self.palette not in PALETTES:
            raise CannotDraw(f"没有叫“{self.palette}”的配色。有这些：{'、'.join(PALETTES)}。")
        chosen = PALETTES[self.palette][1]
        if not self.field_colour:
            return chosen
        return Palette(self.field_colour.upper(), chosen.accent, chosen.code)
