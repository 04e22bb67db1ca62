"""Reads a dialogue file and plays it, the state written out and read back between any two messages."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from core.conversation.engine import Script, Step, begin, current, progress, step
from core.conversation.events import WordAsked
from core.conversation.inputs import Act, Input, Located, Other, Photo, Said, Tapped, Voice
from core.conversation.prompts import AskPrompt, AskWordMeant, Choice, ConsentPrompt, Prompt
from core.conversation.state import NOBODY, Owner, RunState
from core.places.gazetteer import Gazetteer
from core.questionnaires.model import Questionnaire
from core.questionnaires.reader import load_text
from tests.conversation.engine.notation import fits, kept, written

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "tests" / "dialogues"
SHIPPED = ROOT / "bot" / "questionnaires"

_KEYS = {
    "about", "questionnaire", "questions", "scales", "on_repeat", "source", "subject", "chosen", "channel",
    "seed", "talk", "ends", "answers",
}  # fmt: skip


def files() -> list[Path]:
    """Every dialogue."""
    return sorted(FOLDER.glob("*.yaml"))


@dataclass
class Dialogue:
    """One file, being played. `asked` gathers the types of the questions that came up."""

    name: str
    told: dict[str, Any]
    script: Script
    gazetteer: Gazetteer
    asked: set[str] = field(default_factory=set)
    bubbles: dict[str, AskPrompt] = field(default_factory=dict)
    last: tuple[Prompt, ...] = ()

    @classmethod
    def read(cls, path: Path, gazetteer: Gazetteer) -> "Dialogue":
        """A file's dialogue; complains about keys nobody reads."""
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        unknown = set(told) - _KEYS
        assert not unknown, f"{path.name}: what is {unknown}?"
        script = Script(_questionnaire(told), gazetteer, office_name="市绩效办", office_phone="0778-2100000")
        return cls(path.stem, told, script, gazetteer)

    def play(self) -> None:
        """Say all of it; fails at the first line that differs."""
        begun = begin(
            self.script,
            subject=self._owner(self.told.get("subject")),
            source=self._owner(self.told.get("source")),
            source_is_chosen=self.told.get("chosen", False),
            channel=self.told.get("channel", "wechat"),
            seed=self.told.get("seed", 0),
        )
        state, lines = begun.state, self.told["talk"]
        self._hear(lines[0], begun)
        for line in lines[1:]:
            state = _stored_and_loaded(state)
            assert current(self.script, state), self.name
            given = self._given(line)
            stepped = step(self.script, state, given)
            assert step(self.script, state, given) == stepped, "one input, one outcome"
            self._hear(line, stepped)
            state = stepped.state
        self._ended(state)

    def _hear(self, line: dict[str, Any], stepped: Step) -> None:
        said = [written(prompt) for prompt in stepped.prompts]
        said += [f"desk {event.word}" for event in stepped.events if isinstance(event, WordAsked)]
        expected = line["we"] if isinstance(line["we"], list) else [line["we"]]
        where = f"{self.name}: {line}\nwe said:\n  " + "\n  ".join(said)
        assert len(said) == len(expected), where
        for each, shown in zip(expected, said, strict=True):
            assert fits(each, shown), where
        self.last = stepped.prompts or self.last
        for prompt in stepped.prompts:
            if isinstance(prompt, AskPrompt):
                self.bubbles[prompt.key] = prompt
                self.asked.add(self.script.slots[prompt.slot - 1].question.type)
                assert prompt.progress == progress(self.script, stepped.state)

    def _given(self, line: dict[str, Any]) -> Input:
        match line:
            case {"they": words}:
                return Said(str(words))
            case {"tap": label, "of": key}:
                return self._tap_of(self.bubbles[key], str(label))
            case {"tap": label, "choice": choice, "slot": slot}:
                return Tapped(1, 1, slot, choice, str(label))
            case {"tap": label}:
                return self._tap(str(label))
            case {"voice": words}:
                return Voice("v1", str(words))
            case {"photo": media_id}:
                return Photo(str(media_id))
            case {"location": label}:
                return Located(24.5, 108.6, label)
            case {"send": kind}:
                return Other(kind)
            case _:
                raise AssertionError(f"{self.name}: who says what? {line}")

    def _tap(self, label: str) -> Tapped:
        for prompt in reversed(self.last):
            match prompt:
                case AskPrompt():
                    return self._tap_of(prompt, label)
                case AskWordMeant(as_act=as_act, as_answer=as_answer):
                    # The bubble that asks what was meant shows no question, so its links name none.
                    return _tapped(0, label, (as_act, as_answer))
                case ConsentPrompt(agree=agree, decline=decline):
                    return _tapped(0, label, (agree, decline))
        raise AssertionError(f"{self.name}: nothing to tap")

    def _tap_of(self, bubble: AskPrompt, label: str) -> Tapped:
        return _tapped(bubble.slot, label, (*bubble.choices, *bubble.acts))

    def _owner(self, name: str | None) -> Owner:
        if name is None:
            return NOBODY
        for level in ("city", "county", "township", "village"):
            for place in self.gazetteer.at_level(level):
                if self.gazetteer.full_name(place.code) == name:
                    return Owner("place", place.code, name)
        unit = next(unit for unit in self.gazetteer.units if unit.short_name == name)
        return Owner("unit", unit.code, unit.short_name)

    def _ended(self, state: RunState) -> None:
        if "ends" in self.told:
            assert self.told["ends"] == (
                state.outcome or ("completed" if state.stage == "finished" else state.stage)
            )
        if "answers" in self.told:
            answers = {key: kept(self.script, key, answer) for key, answer in state.answers.items()}
            assert answers == {key: str(value) for key, value in self.told["answers"].items()}


def _tapped(slot: int, label: str, choices: tuple[Choice, ...]) -> Tapped:
    if label == "继续":
        return Tapped(1, 1, slot, Act.MORE, label)
    found = [choice for choice in choices if choice.label == label]
    assert found, f"no link reads {label}: {[choice.label for choice in choices]}"
    return Tapped(1, 1, slot, found[0].choice, found[0].echo)


def _stored_and_loaded(state: RunState) -> RunState:
    loaded = RunState.load(json.loads(json.dumps(state.dump(), ensure_ascii=False)))
    assert loaded == state
    return loaded


def _questionnaire(told: dict[str, Any]) -> Questionnaire:
    if "questionnaire" in told:
        name = f"{told['questionnaire']}.yaml"
        return load_text((SHIPPED / name).read_bytes(), name)
    return load_text(yaml.safe_dump(around(told), allow_unicode=True, sort_keys=False), "dialogue.yaml")


def around(told: dict[str, Any]) -> dict[str, Any]:
    """What a questionnaire needs besides its questions."""
    scales = told.get("scales", {})
    dimensions = {
        question["dimension"]: "一个方面" for question in _flat(told["questions"]) if "dimension" in question
    }
    subject = "place_or_unit" if "subject" in told else "none"
    return {
        "format": 1,
        "id": "dialogue",
        "version": 1,
        "title": "一份小问卷",
        "intro": "说几句您的看法。",
        "audience": {"who": "residents", "describe": "居民", "channels": ["wechat", "web"]},
        "subject": subject,
        "consent": {"text": "自愿参加。", "agree": "我愿意", "decline": "不参加"},
        "one_response": {
            "per": ["account"],
            "period": "survey",
            "on_repeat": told.get("on_repeat", "refuse"),
        },
        "open": "2021-01-01T00:00:00+08:00",
        "close": "2021-12-31T00:00:00+08:00",
        "dimensions": dimensions,
        "scales": scales,
        "questions": told["questions"],
        "thanks": "谢谢您！",
        "closed": "已经结束。",
    }


def _flat(questions: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for question in questions:
        yield question
        yield from _flat(question.get("questions", []))
