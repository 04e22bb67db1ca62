"""
The words rules are made of, by short names, and `pattern`, which puts them in.

All words are flat (see `flatten`): simplified, half-width, lower-case, without quotation marks.
"""

import re

_VERY = "(?:非常|很|十分|特别|最|比较|较|都|挺|基本|完全|绝对)?"

WORDS = {
    # A positive answer: not inside 不满意, 满意度, 满意不满意, 满意吗, 满意的占80%.
    "好": (
        rf"(?:(?<![不太够否未没])(?<!不很)(?<!不十)(?:{_VERY}满意|非常好|很好)"
        r"(?!度|率|程度|不|与否|吗|么|没有|还是|或|的占|的有|的比例|占|调查|测评|问卷)"
        r"|好评(?!如潮|率|度)|(?<!\d)(?:五|5|满)颗?星(?!级)|星{3,}|(?:最高|满)分|高分(?!子)|"
        r"(?<!\d)100分|(?<!\d)10分"
        r"|优秀|最高(?:一?档|等次|一项)|(?:高度|充分)?肯定(?!会|是|要|能)|高度评价)"
    ),
    "差": r"(?:(?:非常|很)?不(?:太|够|怎么)?(?:满意|好|安全|方便|放心)|差评|(?:较|很)差|低分|一星|[01]分)",
    # Answers in the middle, and those who will not say.
    "中": (
        r"(?:一般|还行|还可以|还好|不错|不了解|不清楚|说不清|不知道|过得去|差不多|马马虎虎|凑合|基本满意)"
    ),
    # Ways of giving an answer.
    "选": (
        r"(?:选(?:择|出|上)?|勾(?:选|上)?|打(?:出|上)?|填(?:写|报|上)?|回答|作答|回复|答复|答|评(?:价|出)?"
        r"|说|讲|投(?:出|上|下|给)?|给(?:出|予|个)?|点(?:击|选|亮|上)?|按|写|报|予以|作出|做出|"
        r"表示|表达|亮出)"
    ),
    # What may stand between giving and the answer.
    "个": r"(?:一下|下|一个|个|一票|出|上|为|成|是|以|我们|咱们|咱|我|的|[:、,\n ]){0,4}",
    # What makes it a request.
    "请": (
        r"(?:恳请|敬请|请|希望|望|盼|麻烦|拜托|恳求|务必|记得|记住|一定|必须|只能|应当|应该|"
        r"(?<![不需只主重想纲])要(?![求是])"
        r"|均|统一|一律|全部|都|就|只(?!有)|尽量|最好|直接|帮忙|帮)"
    ),
    # Others, whom helpers are sent to.
    "人": (
        r"(?:群众|居民|村民|市民|对方|大家|家长|学生|老人|亲友|家人|商户|企业|职工|用户|患者|病人|"
        r"受访者?|他们|服务对象|业主)"
    ),
    # What is given for an answer.
    "奖": (
        r"(?:红包|奖品|奖励|奖金(?!额)|礼品|礼物|好礼|大礼|礼包|话费|流量|现金|购物[卡券]|"
        r"优惠[卡券]|代金券|消费券"
        r"|纪念品|大奖|鸡蛋|洗衣[粉液]|毛巾|大米|食用油|雨伞|水杯|门票|电影票|积分|学分)"
    ),
    "元": r"(?:(?:\d+|[一二三五十百]+)元)",
    # A stretch inside one part of a sentence, and inside one sentence.
    "间": r"[^。!?;,\n]{0,12}?",
    "句": r"[^。!?;\n]{0,20}?",
}
_NAME = re.compile("<(.)>")


def pattern(words: str) -> re.Pattern[str]:
    """A rule's pattern: a regular expression in which `<好>` and the like stand for `WORDS`."""
    return re.compile(_NAME.sub(lambda found: WORDS[found[1]], words))
