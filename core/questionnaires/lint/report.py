"""What the linter answers: faults and warnings, each with its line, its sentence and its rule."""

from dataclasses import dataclass

from core.questionnaires.model import Questionnaire


@dataclass(frozen=True, slots=True)
class LintFault:
    """One fault or warning. `rule` is a name in `registry`; it begins with the format's paragraph."""

    file: str
    line: int
    message: str
    rule: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


@dataclass(frozen=True, slots=True)
class LintReport:
    """All that was found, sorted by line. `questionnaire` is None exactly when there are errors."""

    errors: tuple[LintFault, ...]
    warnings: tuple[LintFault, ...]
    questionnaire: Questionnaire | None
