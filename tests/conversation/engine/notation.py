"""Prompts and answers in the notation of `tests/dialogues/README.md`."""

from core.conversation.engine import Script
from core.conversation.prompts import (
    AnswerChanged,
    AnswerUnchanged,
    AskPrompt,
    AskWordMeant,
    Choice,
    ConsentPrompt,
    Declined,
    EndedEarly,
    Finished,
    MoreWelcome,
    NotePrompt,
    NotUnderstood,
    Problem,
    Prompt,
)
from core.conversation.state import Answer


def written(prompt: Prompt) -> str:
    """One prompt as one line."""
    match prompt:
        case ConsentPrompt():
            choices = f"{_choice(prompt.agree)} {_choice(prompt.decline)}"
            return f"consent {prompt.title} {prompt.intro} {prompt.text} {choices} page:{prompt.page}"
        case NotePrompt(text):
            return f"note {text}"
        case AskPrompt():
            return _ask(prompt)
        case NotUnderstood(words, offer_human):
            return f"not-understood {words}{' human' if offer_human else ''}"
        case Problem():
            figures = (
                ("limit", prompt.limit),
                ("got", prompt.got),
                ("low", prompt.low),
                ("high", prompt.high),
            )
            shown = "".join(f" {name}={value:g}" for name, value in figures if value)
            return f"problem {prompt.kind} {prompt.words}{shown}"
        case AnswerChanged(number, title, label, dropped):
            return f"changed {number} {title} {label} dropped={dropped}"
        case AnswerUnchanged(number, title, label):
            return f"unchanged {number} {title} {label}"
        case MoreWelcome(photos, voice, text):
            return f"more-welcome photos={photos}{' voice' if voice else ''}{' text' if text else ''}"
        case AskWordMeant(word, as_act, as_answer):
            return f"word? {word} {_choice(as_act)} {_choice(as_answer)}"
        case Finished(thanks, can_change):
            return f"finished {thanks}{' can-change' if can_change else ''}"
        case EndedEarly(outcome, thanks):
            return f"ended {outcome} {thanks}"
        case Declined(title):
            return f"declined {title}"
        case _:
            raise AssertionError(f"the engine says nothing like {prompt}")


def fits(line: str, shown: str) -> bool:
    """Whether what is shown has the words of an expected line, in order, and none of those with `!`."""
    kind, *words = line.split()
    if shown.split()[0] != kind:
        return False
    at = len(kind)
    for word in words:
        if word.startswith("!") and len(word) > 1:
            if word[1:] in shown:
                return False
            continue
        found = shown.find(word, at)
        if found < 0:
            return False
        at = found + len(word)
    return True


def kept(script: Script, key: str, answer: Answer) -> str:
    """What a question holds, in words; `-` when it was passed over."""
    slot = next(slot for slot in script.slots if slot.key == key)
    if answer.is_empty:
        return "-"
    parts = [slot.kind.label(answer)] if slot.question.type != "text" else [answer.text]
    if slot.question.type != "text" and answer.text:
        parts.append(answer.text)
    parts += [*answer.voices, *answer.photos]
    return " ".join(filter(None, parts)).replace("\n", " ")


def _choice(choice: Choice) -> str:
    number = f"{choice.number} " if choice.number else ""
    return f"{'*' if choice.picked else ''}{number}{choice.label}"


def _ask(prompt: AskPrompt) -> str:
    parts = [f"ask {prompt.key}"]
    if prompt.progress:
        parts.append("({}/{})".format(*prompt.progress))
    parts += [prompt.title, prompt.help]
    parts += [_choice(choice) for choice in prompt.choices]
    parts += [f"[{act.label}]" for act in prompt.acts]
    parts.append(prompt.manner)
    if prompt.low is not None or prompt.high is not None:
        parts.append(f"low={prompt.low} high={prompt.high}")
    parts.append(prompt.unit)
    if prompt.show_manner:
        parts.append("how")
    if prompt.page:
        parts.append(f"page:{prompt.page}")
    return " ".join(filter(None, parts))
