"""The one form behind every act on an item; which of its fields an act shows is the workflow's table."""

from collections.abc import Mapping
from datetime import date

from flask import request
from wtforms import DateField, IntegerField, RadioField, SelectField, SelectMultipleField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from admin.forms import ChineseForm
from core.rectification.details import Details
from core.rectification.words import WHY_TITLES, Act, State, Why
from core.rectification.workflow import MAX_TEXT_CHARS, Need, Who, rule_for

NOBODY = ""
# What the words of an act are about; others ask for 说明.
TEXT_LABELS = {
    Act.MEASURES: "准备怎么整改，谁负责，什么时候做完",
    Act.PROGRESS: "这个月做了什么",
    Act.APPLY: "办理结果",
    Act.RETURN: "退回的理由，还要做什么",
    Act.ASK_EXTENSION: "为什么完不成，有什么依据（文件名称、文号）",
    Act.REFUSE_EXTENSION: "为什么不同意",
    Act.TRANSFER: "为什么转办",
    Act.REOPEN: "为什么重开",
    Act.SUPERVISE: "督办的要求",
    Act.RESEARCH: "调研的情况",
    Act.TRANSCRIBE: "语音里说了什么",
}
DATE_MESSAGE = "请填日期，比如 2026-12-31。"


class ChineseDate(DateField):
    """A day; what is none is said in Chinese."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """As the browser sends it."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(DATE_MESSAGE) from None


class ChineseWhole(IntegerField):
    """A whole number; what is none is said in Chinese."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """As the browser sends it."""
        if valuelist and not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata([each.strip().rstrip("%％") for each in valuelist])
        except ValueError:
            raise ValueError("请填整数，比如 40。") from None


class ActForm(ChineseForm):
    """Everything any act can bring. What an act must bring, the workflow says when it is done."""

    text = TextAreaField(
        "说明", validators=[Length(max=MAX_TEXT_CHARS, message=f"最多{MAX_TEXT_CHARS}个字。")]
    )
    percent = ChineseWhole(
        "进度（%）", validators=[Optional(), NumberRange(0, 100, message="进度是百分数，请填0到100。")]
    )
    until = ChineseDate("新的时限", validators=[Optional()])
    why = RadioField(
        "原因", choices=[(why.value, title) for why, title in WHY_TITLES.items()], validators=[Optional()]
    )
    unit = SelectField("转给", choices=[(NOBODY, "请选单位")], default=NOBODY, validate_choice=True)
    units = SelectMultipleField("协办单位", choices=[])

    def offer_units(self, names: Mapping[str, str]) -> None:
        """Let counties and units be chosen."""
        known = list(names.items())
        self.unit.choices = [(NOBODY, "请选单位"), *known]
        self.units.choices = known


def details_of(form: ActForm, file: str = "") -> Details:
    """What the form says."""
    until = form.until.data
    return Details(
        text=str(form.text.data or ""),
        percent=form.percent.data,
        until=until if isinstance(until, date) else None,
        why=Why(form.why.data) if form.why.data else None,
        code=str(form.unit.data or ""),
        codes=tuple(sorted(form.units.data or ())),
        file=file,
    )


def fields_of(act: Act, state: State, who: Who) -> dict[Need, bool]:
    """What an act asks for here, and whether it must be there."""
    rule = rule_for(act, state, who)
    if rule is None:
        return {}
    return dict.fromkeys(rule.takes, False) | dict.fromkeys(rule.needs, True)


def sent_photos() -> list[bytes]:
    """The files of the form; fields left empty come as files without a name."""
    return [each.read() for each in request.files.getlist("photos") if each.filename]
