"""Words of a thread that say something about a sign-up: it ends, it depends, when somebody comes."""

import re

from academy.threads.folding import HAN
from academy.threads.names import RELATION

WITHDRAWS = re.compile(
    "(?<!不)(?<!没)(?<!会)(?:取消|退出|撤销|撤回|划掉|删掉|删除|放弃|请假|缺席|缺勤|弃权|鸽了|cancel)|退了|退报|"
    "can(?:no|')?t\\s+(?:come|make|join|go|attend)|won'?t\\s+(?:come|make|join|be)|not\\s+coming|withdraw|count\\s+me\\s+out|"
    "(?:来|去|参加|到|出席)不(?:了|成)|不(?:想|能|打算|准备)?(?:来|去|参加|报名|报|到场|出席|接龙)(?:了|啦)?(?!行|及)|"
    "(?:不要|别|不用|不)算我|没法(?:来|去|到|参加)|无法(?:来|去|参加|到场|前往|出席)|参加不上|去不成|撤了|我退|换人",
    re.IGNORECASE,
)
_LATER_DAY = re.compile("改(?:到|成|为)?(?:周|星期|下|明|后)")
_THEN = re.compile(f"([{HAN}A-Za-z0-9]{{2,}})\\s*(?:我们?|咱们?|俺)?[就便](不|来|去|到|能|可以|参加|取消|算)")
_NO_CONDITION = re.compile(
    "(?:我们?|咱们?|俺|本人|自己|[今明后][天晚早]|[这本此][次回]|周.|星期.|礼拜.|[日号月]|[上下]午|[早晚]上|那|所以|因此|早|先|也|[点半分]|"
    "马上|立刻|直接|顺便|一会儿?|到时|随后|楼下|门口|旁边|附近|隔壁|抱歉|不好意思|对不起|谢谢)$"
)
_BEFOREHAND = re.compile("(?:完.{0,3}|下班|放学|下课|后|饭)$")  # 下班就来: when, not whether
# A person who can't come rarely says so: they name what keeps them, another day or place, or a mistake.
_CANNOT = (
    "不(?:太|大|怎么|是很)?(?:方便|便(?!宜)|行|成(?!问题)|巧|舒服|得[空闲行]|在(?!乎|意|话下)|让|批|准(?!备|时|点)|同意|允许)|"
    "[来赶抽走脱腾离请]不(?:及|上|回|到|出|开|掉|成|过来)|没(?:空|时间|办?法|赶上|请到假)|(?<!没)有(?:事|课|会(?!员)|约|安排|任务)"
)
_WORKS = "(?:[上补听]课|[上加值倒]班|开会|考试|面试)(?!的?(?:前|后|之|完|路上|地))"
_ELSEWHERE = (
    "在(?:外[地省面边]|老家|国外|医院|(?:单位|公司)(?!门)|娘家|乡下)|"
    "外地|出(?:差|远门|门在外|国)|[回去](?:老家|娘家|乡下)|旅[游行]"
)
_ILL = "生病|病了|住院|发烧|感冒|看病|手术|骨折|受伤|[腰腿头脚][疼痛]"
_POSTPONES = "下次|下回|下一[次回期批]|改[天日期]|过几天|以后再|顺延|推迟|延[期后]|缓缓"
_BY_MISTAKE = (
    "[报填写点接打弄搞按]错|误[报点填]|手滑|重复|[报写填]重了|多报了|"
    "别处|已经?在[^\\s]{1,6}报|(?:别|其[他它]|另外?)的?[^\\s]{0,4}(?:报了|报过|报名)"
)
PERHAPS_WITHDRAWS = re.compile(
    f"{_CANNOT}|{_WORKS}|人?{_ELSEWHERE}|{_ILL}|{_POSTPONES}|{_BY_MISTAKE}|算了|(?:^|\\s)x(?:\\s|$)|退$|撤$|no$"
)
COMES_LATE = re.compile("(?<![今明当每夜傍])晚(?![上饭餐会班间])|(?<![推延])迟|先走|早走|早退|后到")  # 有事晚到
COMES_AGAIN = re.compile(
    "又(?:能|可以|来|去|报|参加)|恢复|重新|还是(?:来|去|参加)|改成?参加|这次(?:来|去|参加|能)|照常"
)
DEPENDS = re.compile(
    "前提|条件是|只要|允许|若(?:是|要|非|果|能|有|没|不|天|加)|(?<![刚方点分半钟刻时午上早晚天后])才(?:能|可以|会|来|去|参加)|(?:能|可以)[^\\s]{0,8}吗|行吗|好吗|"
    "\\bif\\b|\\bnot\\s+sure\\b|\\bmight\\b|tentative|\\btb[cd]\\b|probably|perhaps|hopefully|unless|"
    "有.{1,4}就不|如果|要是|假如|假使|倘若|万一|除非|的话|待(?:定|确认|通知)|未定|没定|没确定|未确定|不确定|不一定|说不定|不敢保证|难说|看情况|视情况|看天气|看身体|看时间|看娃|"
    "估计(?!\\d)|要看|得看|看老板|看单位|看安排|希望能|到时候?(?:再)?看|再看看?|再定|再说|再确认|晚点(?:再)?(?:定|确认|说)|尽量(?!早|准|提前|快|不迟)|争取(?!早|准|提前)|可能(?!会?要?(?:晚|迟|早|提前|会晚|要晚))|"
    "也许|或许|没准|大概率?(?!\\d|[一二三四五六七八九十])|应该(?!的)|有空|有时间|没事(?:就|的)|不下雨|下雨(?!.{0,4}[也都])|雨停|天气好|天晴|人(?:数|手)?(?:不够|不足|少|不满)|候补|"
    "替补|机动(?!车)|后备(?!箱)|预备|补[位缺]|缺人|二选一|或者?|之一|轮流|备选|备用|占(?:个|一个)?(?:位|坑|座)|先占|先报(?:着|上)|暂(?:定|报|且)|考虑|想想|商量|问问|问一?下|等通知|预报名|改(?:到|成|为)?(?:周|星期|下|明|后)|"
    "maybe|[?]",
    re.IGNORECASE,
)
# Words after a name that say yes, or when and how: a remark follows.
REMARK = re.compile(
    "报名|参加|参与|接龙|报到|算我|加我|加一|准时|按时|准点|一定|必到|愿意|可以|能来|能去|能到|会来|会去|会到|我来|来了|来的|要来|要去|要参加|"
    "想来|想去|想参加|也来|也去|也参加|也报|也算|没问题|收到|支持|打卡|已报|已交|已到|到场|到位|一起|都来|都去|"
    "上午|下午|早上|早晨|中午|晚上|傍晚|晚点|晚到|晚一点|迟到|迟一点|稍晚|稍迟|晚\\d|迟\\d|提前|早到|早走|早退|先走|中途|后到|周[一二三四五六日末]|"
    "星期|礼拜|今天|明天|后天|今晚|全天|半天|全程|自带|自备|开车|有车|骑车|坐车|负责|第一次|只能|只有|只参加|仅|从|在|住|已|还|也|就|只|"
    "男|女|党员|新人|新手|谢谢|感谢|辛苦|加油|代报|本人|自己|帮忙|带|领队|拍照|摄影|主持|请|让|等|马上|路上|刚|先|后|约|"
    "又能|又可以|重新|这次|上次|临时|因为?|由于|抱歉|不好意思|家里|家中|今年|[?]|又|换|"
    "一家|全家|夫妇|夫妻|两口子|母女|母子|父子|父女|祖孙|姐妹|兄弟|俩|两人|"
    "[来去到报]$|[来去到报][。!~]|OK|ok|点|\\d|[一二两三四五六七八九十]{1,3}[点人个位名]|老地方|集合|不见不散|风雨无阻"
)
_SINGLE = frozenset("因又换从在住已还也就只男女带请让等刚先后约点仅")
SAYS_YES = re.compile(
    "^(?:我)?(?:[,，]?(?:报名|报个名|报一个|参加|参与|我要?参加|我报名?|我来|我去|我可以|我能来|我能去|我也去|我也来|可以|可以来|能来|能去|去|来|要|算我一个|算我|加我一个?|加一|"
    "[+]1|1|报[+]1|到|必到|我要去|我要来|想去|想来|也去|也来|也参加|接龙))+(?:吧|的|哈|哦|啊|了|呀)?[。!~ ]*$"
)
CHATTER = re.compile(
    "^(?:收到|好的?|好嘞|好滴|嗯+|哦+|谢谢.{0,6}|感谢.{0,6}|辛苦.{0,8}|赞+|棒+|点赞|支持|加油|欢迎.{0,8}|大家好.{0,6}|早上好|早|晚安|哈+|明白|知道了|"
    "[12]楼|\\[.{1,4}\\]|ok|OK|撤回了一条消息|.{0,20}撤回了一条消息|.{0,20}加入了?群聊|.{0,12}拍了拍.{0,12})[。!~ ]*$"
)
FIGURES = re.compile(
    "^(?:目前|现在|以上|截[至止]|已|合计|总计|共计?|一共|总共|还[差缺剩]|名额|人数|限|满员|已满|接龙(?:结束|截止|完毕)|截止|报名(?:结束|截止))"
)
PROXY = re.compile(
    "^(?P<by>.*?)[,\\s]?\\s*(?:我)?(?:代|帮|替|给|为)(?:一下|忙)?(?P<who>[^\\s,、代]{2,12}?)也?(?P<how>报名|报上|报一下|报了|报一?个?|接龙|接|登记|签名|参加|占位|写)$"
)
PROXY_SHORT = re.compile("^(?:(?P<by>[^\\s,、]{2,8})\\s+)?(?:代|帮|替)\\s*(?P<who>[^\\s,、代]{2,8})$")
PROXY_LIST = re.compile("^(?P<by>[^\\s,、]{0,8}?)\\s*(?:我)?(?:代|帮|替)忙?(?:报名?|接龙|登记)[:,\\s]+(?P<who>\\S.*)$")
NEIGHBOUR = re.compile("^我?家?(?:楼[上下里]|隔壁|对门|邻居|同事|朋友|老乡|单元)的?(?:邻居|同事|朋友)?")
INSTEAD = re.compile("换成|换为|换|顶替|代替|顶|替")
SUBSTITUTES = re.compile(
    "改(?:成|为|由|让)(?!自己|[上下晚早周明后])\\S{1,6}(?:去|来|参加)|转给|让给|顶替|替换|换成|换为|代替|顶[^着上]|[^代]替[^补]|换|"
    f"(?:让|叫|喊|由|派|请){RELATION.pattern}.{{0,3}}[来去参顶代]|(?:让|由|派|请)(?![我俺本自假大])\\S{{2,4}}(?:来|去|参加|顶|代)"
)
EXAMPLE = re.compile("^(?:例(?=[:：\\s]|$)|例[:：]|(?:样例|示例|范例|例如|格式|模板|接龙格式|报名格式))")
HOSTILE = re.compile(
    r"[<>{}\\`]|https?:|www\.|javascript|data:|%[0-9a-f]{2}|\$[({]|--\s*$|;\s*(?:drop|delete|select)|&#|&[a-z]{2,6};",
    re.IGNORECASE,
)


def condition_in(text: str) -> str:
    """Return the words that make a sign-up depend on something; empty without any.

    雨大就不来了 depends, 这次就不来了 does not. Who cancels and names a later day does not depend on anything.
    """
    if (found := DEPENDS.search(text)) and not (_LATER_DAY.match(found[0]) and WITHDRAWS.search(text)):
        return found[0]
    for then in _THEN.finditer(text):
        is_when = then[2] != "不" and _BEFOREHAND.search(then[1])
        if not _NO_CONDITION.search(then[1]) and not is_when:
            return then[0]
    return ""


def begins_remark(text: str) -> int:
    """Return whether a remark begins: 2 for a word, 1 for a sign that names have too, else 0."""
    if not text:
        return 2
    for pattern in (WITHDRAWS, DEPENDS, PERHAPS_WITHDRAWS, REMARK):
        if found := pattern.match(text):
            return 1 if len(found[0]) == 1 and (found[0] in _SINGLE or found[0] in "来去到报") else 2
    return 0 if text[0].isalnum() or text[0] in "·•" else 2
