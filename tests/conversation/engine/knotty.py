"""Questionnaires in which much depends on much: the shipped ones, and one made for it."""

import yaml

from core.questionnaires.model import Questionnaire
from core.questionnaires.reader import load_text
from tests.conversation.engine.dialogue import SHIPPED, around

KNOTTY = """
scales:
  good: {options: [{code: g2, label: 好, score: 100}, {code: g1, label: 中, score: 50}, {code: g0, label: 差, score: 0}]}
questions:
  - {id: a, type: scale, scale: good, dimension: d, title: 甲？, required: true}
  - {id: b, type: multi, title: 乙？, show_if: a != 'g2', options: [{code: b1, label: 一点}, {code: b2, label: 两点}, {code: b3, label: 其他, other: true}]}
  - {id: c, type: number, title: 丙？, show_if: b == 'b1' or not answered(b), min: 0, max: 9, required: true}
  - id: part
    type: group
    title: 一组
    show_if: c >= 3 and a in ['g1', 'g0']
    questions:
      - {id: d, type: scale, scale: good, dimension: d, title: 丁？, required: true}
      - {id: e, type: text, title: 戊？, show_if: d == 'g0' or a == 'g0', max_length: 9}
  - {id: f, type: scale, scale: good, dimension: d, title: 己？, required: true}
  - id: each
    type: repeat
    over: places:county
    as: county
    title: 请评价{county.name}
    order: shuffled
    show_if: not (a == 'g2' and f == 'g2')
    questions:
      - {id: g, type: scale, scale: good, dimension: d, title: 庚？, required: true}
      - {id: h, type: single, title: 辛？, show_if: g == 'g0' or answered(e), options: [{code: h1, label: 是}, {code: h2, label: 否}]}
  - {id: i, type: place, title: 您住在哪里？, level: village, min_level: county, prefill: source, show_if: f != 'g1'}
  - {id: j, type: single, title: 够了吗？, required: true, options: [{code: j1, label: 够了}, {code: j2, label: 再来}]}
  - {id: k, type: text, title: 还有？, show_if: j == 'j2' and i != '451202', max_length: 9, allow: [text, photo], max_photos: 2}
"""  # noqa: E501


def knotty() -> tuple[Questionnaire, ...]:
    """All of them."""
    shipped = [load_text(path.read_bytes(), path.name) for path in sorted(SHIPPED.glob("*.yaml"))]
    told = around(yaml.safe_load(KNOTTY))
    made = load_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=False), "dialogue.yaml")
    return (*shipped, made)
