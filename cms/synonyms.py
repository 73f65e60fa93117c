"""Words that people use for one another, for the public search: 急救 finds 心肺复苏.

A group holds words of the same thing, in simplified characters and lower case. A word may stand in several groups.
"""

GROUPS: tuple[tuple[str, ...], ...] = (
    ("急救", "救命", "心肺复苏", "cpr", "aed", "除颤", "first aid"),
    ("噎住", "噎着", "海姆立克", "气道梗阻"),
    ("中风", "脑卒中", "脑梗"),
    ("防火", "消防", "火灾", "着火", "失火", "灭火", "fire"),
    ("电动车", "电瓶车", "电动自行车", "电单车"),
    ("诈骗", "骗子", "骗局", "反诈", "防骗", "被骗", "fraud"),
    ("手机", "智能产品", "智能手机", "智能机", "微信", "smartphone"),
    ("老人", "长者", "长辈", "老年人", "elders"),
    ("孩子", "小孩", "儿童", "未成年人", "亲子", "children"),
    ("垃圾", "垃圾分类", "分类", "waste"),
    ("健身", "锻炼", "晨练", "气功", "八段锦", "exercise"),
    ("时长", "工时", "服务时间", "小时数", "hours"),
    ("签到", "签退", "打卡", "扫码", "check-in"),
    ("证明", "证书", "certificate"),
    ("补录", "补签", "漏签", "忘记签退"),
    ("隐私", "个人信息", "保密", "privacy"),
    ("吵架", "冲突", "纠纷", "调解"),
    ("开会", "议事", "议事会", "会议", "council"),
    ("法律", "法规", "条例"),
    ("规定", "规则", "管理办法", "办法", "rules"),
    ("讲课", "授课", "教学", "teaching"),
    ("带队", "团队", "队长", "team"),
    ("保险", "意外险"),
    ("礼貌", "礼仪", "manners"),
    ("占道", "消防通道", "堵通道"),
    ("陪伴", "聊天", "探访", "陪护"),
)


def others(word: str) -> list[str]:
    """Return the words that mean the same as `word`, without it."""
    found = [other for group in GROUPS if word in group for other in group]
    return [other for other in dict.fromkeys(found) if other != word]


def words() -> frozenset[str]:
    """Return all words of the table."""
    return frozenset(word for group in GROUPS for word in group)
