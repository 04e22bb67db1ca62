"""
What a person can do, as plain data, whichever channel it came through.

The faces translate their own messages into these; the engine and the desk understand nothing else.
"""

from dataclasses import dataclass

# Choice numbers of a tap: 1..899 are options in the file's order, 900 and up are the acts below.
FIRST_ACT = 900


@dataclass(frozen=True, slots=True)
class Said:
    """Typed (or recognised) words."""

    text: str


@dataclass(frozen=True, slots=True)
class Tapped:
    """
    A tap on a link of ours.

    `round_id` and `run` name the questionnaire run the link was made for (`run` counts the runs one person
    has begun; both 0 when no run was under way), `slot` the question (0: none), `choice` an option's number
    from 1 or an act of `Act`. `text` is what the person sees as their own bubble.
    """

    round_id: int
    run: int
    slot: int
    choice: int
    text: str


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice message; `recognised` is the platform's transcript, '' when it made none."""

    media_id: str
    recognised: str = ""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture."""

    media_id: str


@dataclass(frozen=True, slots=True)
class Located:
    """A point on the map, degrees north and east, and its label."""

    latitude: float
    longitude: float
    label: str


@dataclass(frozen=True, slots=True)
class Other:
    """A kind no question takes: `video`, `link`, or a kind nobody has heard of."""

    kind: str


Input = Said | Tapped | Voice | Photo | Located | Other


class Act:
    """Numbers of the acts a link can stand for. They stay in old chat bubbles: never renumber."""

    AGREE = 900
    DECLINE = 901
    NEXT = 902  # 下一步: an optional question is passed over, or a gathered answer is finished
    PREVIOUS = 903  # 上一题
    MORE = 904  # 继续 / 下一页
    PLACE = 905  # a place; which one stands in the text
    YES = 906
    NO = 907
    CLEAR = 908  # 重选: forget what was picked so far for this question
    SAME = 909  # 同上: in a repeat, as for the one before
    WORD_ACT = 910  # the word was meant as a command
    WORD_ANSWER = 911  # the word was meant as the answer
    STOP_HERE = 912  # 就到这一级: a place is fine enough
    RECUSE = 913  # 回避: a ballot passes over one county
    HAND_IN = 914  # 交上: a ballot is final
    CHANGE = 915  # a line of a ballot's summary is taken up again
    SUMMARY = 916  # 回到汇总

    # Acts of the desk, outside any question
    GO_ON = 930
    START_OVER = 931
    FINISH_THIS_FIRST = 932
    GO_TO_OTHER = 933
    ANSWER_ANEW = 934
    KEEP = 935
    PAUSE = 936
    NEVER_AGAIN = 937
    DELETE = 938
    HUMAN = 939
    HELP = 940
    TELL = 941  # 要: tell me what becomes of it
    DONT_TELL = 942
    FIXED = 943  # 办好了, 没办好: which item stands in the text
    NOT_FIXED = 944
