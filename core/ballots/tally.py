"""
Opened ballots as figures: mean, distribution and rank of everybody who is judged, criterion by criterion.

What must stay hidden is left out here and stored nowhere. Scores are the questionnaire's own; 不了解 and 回避
count into no mean. Ranks are of means as shown (two decimals, half up): what looks equal is equal.
"""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from core.ballots.cards import card_key
from core.ballots.contents import Cast
from core.ballots.suppression import LEAST, Line, hidden
from core.conversation.layout import Slot
from core.conversation.script import Script
from core.questionnaires.model import Rating, Single

OVERALL = "overall"
_CENT = Decimal("0.01")
Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """Ballots that answered one top-level question alike; `key` is '' for all of them."""

    key: str
    label: str
    casts: tuple[Cast, ...]


def tally(script: Script, casts: Sequence[Cast]) -> Figures:
    """
    Everything that may be known: `criteria`, `subjects`, a `table` for each group of ballots, `comments`.

    In a table, `cells[subject][criterion]` has `n`, `mean`, `rank`, `tied`, `counts`, or is hidden.
    """
    slots = [slot for slot in script.slots if slot.item and isinstance(slot.question, Rating)]
    groups = _groups(script, casts)
    cells = {
        (group.key, subject, criterion): [
            slot for slot in slots if (slot.item, slot.question.id) == (subject, criterion)
        ]
        for group in groups
        for subject in _subjects(slots)
        for criterion in _criteria(slots)
    }
    counts = {key: len(_scores(its, _group(groups, key[0]).casts)) for key, its in cells.items()}
    hiding = hidden(counts, _lines(groups, slots))
    return {
        "ballots": len(casts),
        "criteria": [{"id": id_, "title": title} for id_, title in _criteria(slots).items()],
        "subjects": [{"code": code, "name": name} for code, name in _subjects(slots).items()],
        "options": _options(slots),
        "tables": [
            {
                "group": group.key,
                "label": group.label,
                "ballots": len(group.casts),
                "cells": _table(group, cells, hiding, slots),
            }
            for group in groups
        ],
        "comments": _comments(script, casts),
    }


CellKey = tuple[str, str, str]


def _lines(groups: Sequence[Group], slots: Sequence[Slot]) -> list[Line[CellKey]]:
    """Figures that add up: a subject's criteria in one group; the groups of one question at one figure."""
    subjects, criteria = _subjects(slots), _criteria(slots)
    lines = [
        Line([(group.key, subject, criterion) for criterion in criteria], apart=False)
        for group in groups
        for subject in subjects
    ]
    for question in sorted({group.key.partition("=")[0] for group in groups if group.key}):
        its = [group.key for group in groups if group.key.partition("=")[0] == question]
        lines += [
            Line([(key, subject, criterion) for key in its], apart=True)
            for subject in subjects
            for criterion in criteria
        ]
    return lines


def _groups(script: Script, casts: Sequence[Cast]) -> list[Group]:
    """All ballots, then those of each option of every question that stands for itself and has options."""
    groups = [Group("", "全部选票", tuple(casts))]
    for slot in script.slots:
        if slot.item or not isinstance(slot.question, Single):
            continue
        sizes = Counter(code for cast in casts if (a := cast.answers.get(slot.key)) for code in a.codes)
        sizes["(blank)"] = len(casts) - sum(sizes.values())
        too_small = hidden(sizes, [Line(list(sizes), apart=True)])
        for option in slot.question.options:
            if sizes[option.code] and option.code not in too_small:
                its = tuple(
                    cast for cast in casts if (a := cast.answers.get(slot.key)) and option.code in a.codes
                )
                groups.append(Group(f"{slot.key}={option.code}", f"{slot.title}{option.label}", its))
    return groups


def _group(groups: Sequence[Group], key: str) -> Group:
    return next(group for group in groups if group.key == key)


def _subjects(slots: Sequence[Slot]) -> dict[str, str]:
    return {slot.item: slot.item_name for slot in slots}


def _criteria(slots: Sequence[Slot]) -> dict[str, str]:
    return {slot.question.id: slot.question.title for slot in slots}


def _options(slots: Sequence[Slot]) -> list[dict[str, Any]]:
    first = next((slot.question for slot in slots if isinstance(slot.question, Rating)), None)
    return [{"code": each.code, "label": each.label} for each in first.options] if first else []


def _scores(slots: Sequence[Slot], casts: Sequence[Cast]) -> list[float]:
    scores: list[float] = []
    for slot in slots:
        assert isinstance(slot.question, Rating)
        worth = {option.code: option.score for option in slot.question.options}
        for cast in casts:
            answer = cast.answers.get(slot.key)
            score = worth.get(answer.codes[0]) if answer and answer.codes else None
            if score is not None:
                scores.append(score)
    return scores


def _table(
    group: Group,
    cells: Mapping[tuple[str, str, str], list[Slot]],
    hiding: set[tuple[str, str, str]],
    slots: Sequence[Slot],
) -> dict[str, dict[str, Figures]]:
    table: dict[str, dict[str, Figures]] = {}
    for subject in _subjects(slots):
        row: dict[str, Figures] = {}
        for criterion in _criteria(slots):
            key = (group.key, subject, criterion)
            row[criterion] = {"hidden": True} if key in hiding else _cell(cells[key], group.casts)
        mine = [slot for slot in slots if slot.item == subject]
        graded = _graded_ballots(mine, group.casts)
        row[OVERALL] = {"hidden": True} if 0 < graded < LEAST else _overall(mine, group.casts, graded)
        table[subject] = row
    for criterion in (*_criteria(slots), OVERALL):
        _rank([row[criterion] for row in table.values()])
    return table


def _cell(slots: Sequence[Slot], casts: Sequence[Cast]) -> Figures:
    scores = _scores(slots, casts)
    counts: Counter[str] = Counter()
    recused = 0
    for slot in slots:
        for cast in casts:
            answer = cast.answers.get(slot.key)
            if answer and answer.codes:
                counts[answer.codes[0]] += 1
            elif card_key(slot) in cast.recused:
                recused += 1
    return {"n": len(scores), "mean": _mean(scores), "counts": dict(counts), "recused": recused}


def _overall(slots: Sequence[Slot], casts: Sequence[Cast], graded: int) -> Figures:
    """The plain mean of every grade given, as the questionnaire weighs them; n counts ballots."""
    total, weights = Decimal(0), Decimal(0)
    for slot in slots:
        assert isinstance(slot.question, Rating)
        for score in _scores([slot], casts):
            weight = Decimal(str(slot.question.weight))
            total += weight * Decimal(str(score))
            weights += weight
    mean = str((total / weights).quantize(_CENT, ROUND_HALF_UP)) if weights else None
    return {"n": graded, "mean": mean}


def _graded_ballots(slots: Sequence[Slot], casts: Sequence[Cast]) -> int:
    """How many ballots gave a grade that counts to this subject."""
    return sum(bool(_scores(slots, [cast])) for cast in casts)


def _mean(scores: Sequence[float]) -> str | None:
    if not scores:
        return None
    total = sum((Decimal(str(score)) for score in scores), Decimal(0))
    return str((total / len(scores)).quantize(_CENT, ROUND_HALF_UP))


def _rank(column: Sequence[Figures]) -> None:
    """1 for the best; equal means share a rank, and the next rank is skipped."""
    means = sorted((Decimal(cell["mean"]) for cell in column if cell.get("mean")), reverse=True)
    for cell in column:
        if cell.get("mean"):
            mean = Decimal(cell["mean"])
            cell["rank"] = means.index(mean) + 1
            cell["tied"] = means.count(mean) > 1


def _comments(script: Script, casts: Sequence[Cast]) -> list[Figures]:
    """Each open question's answers, cut loose from their ballots and shuffled."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for slot in script.slots:
        if slot.question.type == "text":
            words = [a.text for cast in casts if (a := cast.answers.get(slot.key)) and a.text]
            if words:
                found[slot.question.id, slot.own_title, slot.item_name] = words
    chance = secrets.SystemRandom()
    told = []
    for (id_, title, name), words in found.items():
        chance.shuffle(words)
        told.append({"question": id_, "title": title, "subject": name, "words": words})
    return told
