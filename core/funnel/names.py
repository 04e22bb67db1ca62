"""What people call what the counters count: counties, townships, codes, materials, questions."""

from collections.abc import Iterable

from core.funnel.events import PLAIN, UNKNOWN, material_in
from core.funnel.reading import Line
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Questionnaire

NO_CODE_WORDS = "没有扫码"
UNKNOWN_WORDS = "认不出的码"
# What a code hangs on, by what its scene says. Anything else is shown as it stands there.
MATERIAL_WORDS = {
    "": NO_CODE_WORDS,
    PLAIN: "通用",
    UNKNOWN: UNKNOWN_WORDS,
    "bus": "公交",
    "led": "LED屏",
    "village": "村务公开栏",
    "town": "乡镇公告栏",
    "door": "门口",
    "desk": "桌牌",
    "window": "办事窗口",
    "poster": "海报",
    "rollup": "易拉宝",
    "sticker": "贴纸",
}


class Names:
    """Names of places and units as they are now, and of questions as the round asks them."""

    def __init__(self, gazetteer: Gazetteer, questionnaires: Iterable[Questionnaire] = ()) -> None:
        self._gazetteer = gazetteer
        self._titles = {
            (each.id, question.id): question.title
            for each in questionnaires
            for question in each.walk()
            if hasattr(question, "title")
        }

    def owner(self, code: str) -> str:
        """A county, a unit, or what stands for none."""
        if not code:
            return NO_CODE_WORDS
        if code == UNKNOWN:
            return UNKNOWN_WORDS
        unit = self._gazetteer.unit(code)
        if unit is not None:
            return f"{unit.short_name}（已停用）" if unit.retired else unit.short_name
        return self._gazetteer.full_name(code) or code

    def township(self, code: str) -> str:
        """A township; a county's code stands for the codes of the county itself."""
        if self._gazetteer.place(code) is None:
            return f"{code}（已停用）"
        name = self._gazetteer.full_name(code)
        return name if len(self._gazetteer.path(code)) > 1 else f"{name}（县级的码）"

    def code(self, line: Line) -> str:
        """A code: whose it is and what it hangs on."""
        if not line.key:
            return NO_CODE_WORDS
        if line.owner == UNKNOWN:
            return line.key
        place = line.key.split("_")[1] if "_" in line.key else ""
        whose = self._gazetteer.full_name(place) if line.township else ""
        return f"{whose or self.owner(line.owner)} · {self.material(material_in(line.key))}"

    def material(self, material: str) -> str:
        """What a code hangs on."""
        return MATERIAL_WORDS.get(material, material)

    def question(self, questionnaire_id: str, slot: str) -> str:
        """The question a break-off stopped at, by questionnaire and slot key; the key where it is unknown."""
        question, _, item = slot.partition("@")
        title = self._titles.get((questionnaire_id, question), question)
        about = (self.owner(item) if item else "").strip()
        return f"{title}（{about}）" if about else title
