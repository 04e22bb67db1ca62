"""
The door by which a questionnaire comes in: text in format 1 to a checked, frozen questionnaire.

`tree` reads the YAML, `lint` judges it, `build` makes the objects. Whoever wants every fault and the warnings
asks `lint`; whoever only wants a good questionnaire asks here.
"""

from dataclasses import replace

from core.errors import BadInput, Fault
from core.questionnaires.build import build
from core.questionnaires.model import Questionnaire
from core.questionnaires.tree import read_tree
from core.questionnaires.writer import content_hash


def load_text(text: bytes | str, filename: str) -> Questionnaire:
    """The questionnaire in a file's bytes or text; raises BadInput with every fault found."""
    tree = read_tree(text)
    if tree.faults or tree.root is None:
        raise BadInput([Fault(f"{filename}:{fault.line}", fault.message) for fault in tree.faults])
    questionnaire = build(tree.root)
    return replace(questionnaire, content_hash=content_hash(questionnaire))
