"""What people call what the counters count: counties, townships, codes, materials, questions."""

from collections.abc import Iterable

from core.codes.materials import material_name
from core.codes.scenes import parse_scene
from core.funnel.events import PLAIN, UNKNOWN, material_in
from core.funnel.reading import Line
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Questionnaire

NO_CODE_WORDS = "没有扫码"
UNKNOWN_WORDS = "认不出的码"
_NO_MATERIAL = {"": NO_CODE_WORDS, PLAIN: material_name(""), UNKNOWN: UNKNOWN_WORDS}


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
        scene = parse_scene(line.key)
        whose = self._gazetteer.full_name(scene.code) if scene is not None and scene.kind == "place" else ""
        return f"{whose or self.owner(line.owner)} · {self.material(material_in(line.key))}"

    def material(self, material: str) -> str:
        """What a code hangs on."""
        return _NO_MATERIAL.get(material) or material_name(material)

    def question(self, questionnaire_id: str, slot: str) -> str:
        """The question a break-off stopped at, by questionnaire and slot key; the key where it is unknown."""
        question, _, item = slot.partition("@")
        title = self._titles.get((questionnaire_id, question), question)
        about = (self.owner(item) if item else "").strip()
        return f"{title}（{about}）" if about else title
