"""Every file in tests/dialogues is said as it stands there."""

from pathlib import Path

import pytest

from core.conversation.kinds.registry import ANSWERABLE_TYPES, OTHER_TYPES
from core.places.gazetteer import Gazetteer
from tests.conversation.engine.dialogue import Dialogue, files


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_dialogue(path: Path, gazetteer: Gazetteer) -> None:
    Dialogue.read(path, gazetteer).play()


def test_every_kind_of_question_has_a_dialogue(gazetteer: Gazetteer) -> None:
    asked: set[str] = set()
    for path in files():
        dialogue = Dialogue.read(path, gazetteer)
        dialogue.play()
        asked |= dialogue.asked
        asked |= {question.type for question in dialogue.script.questionnaire.walk()} & set(OTHER_TYPES)

    assert asked == {*ANSWERABLE_TYPES, *OTHER_TYPES}
