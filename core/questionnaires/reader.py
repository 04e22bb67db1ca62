"""
The door by which a questionnaire comes in: text in format 1 to a checked, frozen questionnaire.

`tree` reads the YAML, `lint` judges it, `build` makes the objects. Whoever wants every fault and the warnings
asks `lint`; whoever only wants a good questionnaire asks here.
"""

from core.errors import BadInput, Fault
from core.questionnaires.lint import lint
from core.questionnaires.model import Questionnaire


def load_text(text: bytes | str, filename: str) -> Questionnaire:
    """
    The questionnaire in a file's bytes or text, with its content hash.

    Raises BadInput with every fault found. `filename` must be the questionnaire's id with `.yaml`.
    """
    report = lint(text, filename)
    if report.questionnaire is None:
        raise BadInput([Fault(f"{fault.file}:{fault.line}", fault.message) for fault in report.errors])
    return report.questionnaire
