"""Why a file is not there, as one word in the table and as a sentence for the office."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from core.errors import SurveyError


class Reason(StrEnum):
    """What stood in the way, of a file that waits, is gone or was refused."""

    PLATFORM = "platform"
    DISK = "disk"
    EXPIRED = "expired"
    UNKNOWN_ID = "unknown_id"
    NO_FILE = "no_file"
    WRONG_TYPE = "wrong_type"
    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_LONG = "too_long"
    DAMAGED = "damaged"


IN_WORDS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.PLATFORM: "微信暂时没有给，会自动再取",
        Reason.DISK: "服务器的磁盘写不进去，腾出空间后会自动再取",
        Reason.EXPIRED: "三天里一直没有取到，微信已经不再保存",
        Reason.UNKNOWN_ID: "微信那边已经没有这个文件",
        Reason.NO_FILE: "微信给的不是文件",
        Reason.WRONG_TYPE: "不是能用的语音或照片格式",
        Reason.TOO_LARGE: "文件太大",
        Reason.TOO_MANY_PIXELS: "照片的像素太多",
        Reason.TOO_LONG: "语音太长",
        Reason.DAMAGED: "文件是坏的，打不开",
    }
)


class Unfit(SurveyError):
    """The file that came is not one we keep."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(IN_WORDS[reason])
