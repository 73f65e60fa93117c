"""The shapes of names in a chat: full names, forms of address, and words that only look like names."""

import re
from dataclasses import dataclass

from academy.threads.folding import HAN, fold

_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏窦章苏潘葛奚范彭郎鲁韦昌马苗凤方俞"
    "任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余元卜顾孟黄穆萧尹姚邵湛汪祁毛禹狄米贝臧伏成戴"
    "谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫房裘"
    "缪解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢裴陆荣翁荀羊惠甄曲封芮储靳段富巫乌焦巴弓牧隗山谷车侯宓蓬郗班仰"
    "秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶司韶郜黎蓟薄印宿白怀蒲邰鄂索咸籍赖卓蔺屠蒙池乔阴胥苍闻莘党翟谭贡劳逄"
    "姬申扶堵冉宰郦雍桑桂牛寿边扈燕冀郏浦尚农温庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾暨居衡耿弘匡文寇禄阙东欧"
    "沃蔚隆巩聂晁勾敖融冷辛阚简饶曾沙养鞠丰巢关蒯查荆红游竺权盖益桓佟闫覃岳帅亢况郈琴归楚迟肖付代谌邸揭敬谯苟邝蒿"
    "辜冼矫隋仝练鄢楼"
)
_DOUBLE = frozenset(
    re.findall(
        "..",
        "欧阳上官司马诸葛东方皇甫尉迟公孙慕容令狐长孙司徒夏侯端木南宫独孤闻人宇文申屠太史轩辕钟离公冶",
    )
)
# Words that begin with a surname's character: no person follows a name with them.
_WORDS = re.compile(
    "^(?:"
    "高兴|马上|方便|成功|安全|安排|万一|任务|任何|谢谢|感谢|全家|全部|全程|全天|时间|时候|"
    "计划|常来|严重|夏天|冬天|秋天|白天|江边|路上|路过|毛巾|石头|包括|包车|简单|温水|温馨|"
    "凌晨|车上|车位|车里|左右|方式|应该|应急|宁愿|周[一二三四五六日末天几]|周岁|明天|明早|"
    "明年|都[来去可行有会能是带要到]|有[空车事人时点]|有没有|有[需要]|能[来去到参]|"
    "和[大我他她老孩]|从[头家单]|向大|通知|通过|关于|单独|单位|家属|都|公司|公益|国庆|文明|"
    "广场|东门|东区|南门|水|相机|相关|支持|施工|居委|居民|师傅|师兄|平时|平安|云|经常|解释|"
    "连续|利用|班上|班车|祝大|祝福|江南|江湖|江山|石榴|叶子|梅花|兰花|花儿|花开|花香|花语|"
    "雷雨|温暖|温柔|安静|安然|安好|安逸|安心|古月|白云|田园|金色|方糖|向日葵|成长|毛豆|包子|"
    "许愿|金鱼|康乐|常乐|常青|米兰|米粒|童年|童话|童心|路人|牛奶|柳叶|蓝天|蓝色|蓝莓|乐观|"
    "乐天|明月|夏至|夏荷|文竹|平凡|龙猫|马儿|许多|许久|雷锋|金额|须知|须带|后面|后天|后续|"
    "别人|别忘|易拉|充电|空闲|空位|来[的了晚不]|来回|海报|山上|步行|管理|储物|焦急|华为|年|"
    "红包|红马甲|黄马甲|花园|项目|乐意|荣幸|幸会|林荫|双休|程序|满员|满了|满意|古稀|盖章|"
    "党员|党支|安保|包饺|常规|元旦|元宵|计时|强烈|温度|龙头|米油|于是|项|武汉"
    ")"
)
_FEMALE = (
    "阿姨|婆婆|奶奶|大妈|大姐|大嫂|大娘|大婶|伯母|娭毑|嫂子|姐姐|妹妹|女士|小姐|"
    "太太|妹子|妈妈|姨妈|老太太|老太|婶婶|婶子|姨|婶|嫂|姐|妹|奶|婆|妈"
)
_MALE = "叔叔|大爷|大哥|大伯|大叔|爷爷|爹爹|伯伯|嗲嗲|先生|老弟|师傅|老头|老爷子|大佬|公公|叔|伯|爷|哥|弟|爹|头"
_NEUTRAL = (
    "老师|医生|大夫|护士|书记|主任|经理|老板|站长|队长|组长|班长|楼长|网格员|社工|"
    "教练|会长|园长|校长|警官|同志|同学|总|工|导|校|局|教授"
)
_TITLE = re.compile(rf"(?P<who>.+?)(?:(?P<f>{_FEMALE})|(?P<m>{_MALE})|(?P<n>{_NEUTRAL}))")
_OF_ELDERS = re.compile(
    "奶奶|爷爷|婆婆|公公|妈妈|妈|爸爸|爸|爹爹|太太|姐姐|妹妹|弟弟|哥哥|妹|弟"
)  # also a relative's word
_FAMILIAR = re.compile(rf"(?P<how>[老小阿大])(?P<who>[{HAN}])(?P<more>[头儿子])?")
_NO_ADDRESS = re.compile("小[区孩组时雨雪心朋友名队吃伙]|阿门|老[家人乡地公婆]|大[家门雨雪概约]")
_RELATIVE = re.compile(
    rf"(?P<who>[{HAN}A-Za-z]{{1,6}}?)(?:的)?(?:妈妈|爸爸|妈咪|老妈|老爸|妈|爸|奶奶|爷爷|外婆|外公|姥姥|姥爷"
    "|老公|老婆|爱人|家属|儿子|女儿|老伴|媳妇|先生|太太|孙子|孙女|朋友|家)"
)
_NOBODY = re.compile("(?:大|人|自|国|回|搬|在|到|各|每|当|专|一|全|我|你|他|她|小|好)家|(?:男|女|小|好|老|新)朋友")
_WOMEN = frozenset("英兰芳秀娟丽红梅玲霞燕花香珍凤娥桂莲琴云菊淑慧敏静婷娜妹萍芬翠艳洁琼蓉莉媛婉倩雪")
_MEN = frozenset("国军强刚勇伟建志德福贵龙虎刚斌磊峰涛超鹏飞杰富山海波力兵武雄彪栋坤庆祥辉")


@dataclass(frozen=True)
class Shape:
    """The look of a text: `full` name, form of `address`, name of a `relative`'s relation, or `none`."""

    kind: str
    name: str
    surname: str = ""  # of a form of address; folded
    given: str = ""  # of one that names a part of the given name; folded
    sex: str = ""  # f or m, as the title says


def is_plausible(text: str) -> bool:
    """Return whether a folded text may be a Chinese name, which begins with a known family name."""
    if re.fullmatch(rf"[{HAN}]{{2,4}}", text) is None or _WORDS.match(text):
        return False
    if (len(text) == 2 and text[0] == text[1]) or text[-1] in "家的了吧呢吗" or (text[-1] == "儿" and len(text) == 2):
        return False
    if text[:2] in _DOUBLE and len(text) > 2:
        return True
    return text[0] in _SURNAMES and (len(text) < 4 or text[1] in _SURNAMES)


def shape_of(text: str) -> Shape:
    """Return what a word of a thread looks like, by itself."""
    folded = fold(text)
    if folded[:1] and folded[0] in "老小阿大" and folded[1:] in _DOUBLE:
        return Shape("address", text, surname=folded[1:])
    if (found := _FAMILIAR.fullmatch(folded)) and not _NO_ADDRESS.match(folded):
        who = found["who"]
        if found["how"] in "老大" and who not in _SURNAMES:
            return Shape("none", text)
        if found["how"] in "老大" or found["more"]:
            return Shape("address", text, surname=who)
        return Shape("address", text, surname=who, given=who)
    if (found := _TITLE.fullmatch(folded)) and len(found["who"]) <= 4:
        who = found["who"]
        sex = "f" if found["f"] else "m" if found["m"] else ""
        title = found["f"] or found["m"] or found["n"]
        if re.fullmatch(rf"[{HAN}]", who):
            if (
                title in ("校", "导", "局", "总", "工", "头", "妹", "弟", "奶", "爷", "妈", "婆")
                and who not in _SURNAMES
            ):
                return Shape("none", text)
            return Shape("address", text, surname=who, given="" if who in _SURNAMES else who, sex=sex)
        if who in _DOUBLE:
            return Shape("address", text, surname=who, sex=sex)
        if re.fullmatch(rf"[{HAN}][大小老二三四]", who):
            return Shape("address", text, surname=who[0], sex=sex)
        if re.fullmatch(rf"[老小][{HAN}]", who):
            return Shape("address", text, surname=who[1], sex=sex)
        if _OF_ELDERS.fullmatch(title):
            return Shape("relative", text, given=who)
        if is_plausible(who) and len(title) > 1:
            return Shape("full", who)
        if not is_plausible(folded) and re.fullmatch(rf"[{HAN}]{{2}}", who):
            return Shape("address", text, given=who, sex=sex)
    if is_plausible(folded):
        return Shape("full", text)
    if len(folded) == 2 and folded[1] == "家" and folded[0] in _SURNAMES:
        return Shape("relative", text, given=folded[0])
    if (found := _RELATIVE.fullmatch(folded)) and not is_relation(folded) and not _NOBODY.fullmatch(folded):
        return Shape("relative", text, given=found["who"])
    return Shape("none", text)


def fits_sex(name: str, sex: str) -> bool:
    """Return whether a title for a woman or a man fits the given name, as far as the characters show."""
    given = name[1:]
    if sex == "f":
        return not any(sign in _MEN for sign in given) or any(sign in _WOMEN for sign in given)
    if sex == "m":
        return not any(sign in _WOMEN for sign in given) or any(sign in _MEN for sign in given)
    return True


_RELATION = (
    "老伴|老公|老婆|爱人|媳妇|丈夫|妻子|儿子|女儿|闺女|孩子|小孩儿?|小朋友|娃儿?|"
    "宝宝|孙子|孙女|孙儿|外孙女?|妈妈|爸爸|老妈|老爸|母亲|父亲|奶奶|爷爷|外婆|"
    "外公|姥姥|姥爷|婆婆|公公|岳母|岳父|姐姐|妹妹|哥哥|弟弟|朋友|邻居|同事|闺蜜|"
    "家属|家人|对象|男朋友|女朋友|室友|同学|先生|太太|妈|爸|儿媳|女婿|侄子|侄女|"
    "外甥|亲戚|大人|成人|儿童"
)
RELATION = re.compile(rf"(?:[我他她]?(?:的|家)?)(?:[小大](?=孙|儿子|女儿|外孙|侄|闺女|宝宝|孩子))?(?:{_RELATION})")
# Relations that a person has once; 和女儿两个 may be one daughter or two.
ONLY_ONE = re.compile(
    "老伴|老公|老婆|爱人|媳妇|丈夫|妻子|老?[妈爸]|妈妈|爸爸|[母父]亲|奶奶|爷爷|外婆|外公|姥姥|姥爷|[婆公岳][婆公母父]|对象|先生|太太|[男女]朋友"
)
PARENTS = re.compile("父母|爸妈|爷爷奶奶|外公外婆|老两口")


def relative_of(folded: str) -> str:
    """Return the name before a relation, such as 周杰 of 周杰爱人; empty without one."""
    found = _RELATIVE.fullmatch(folded)
    return found["who"] if found else ""


def is_relation(folded: str) -> bool:
    """Return whether a text is a relation alone, such as 老伴."""
    return RELATION.fullmatch(folded) is not None or PARENTS.fullmatch(folded) is not None
