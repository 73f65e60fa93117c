"""Names found by the letters that people type."""

import pytest

from academy.core.pinyin import BEGINNING, INSIDE, WHOLE, letters, nearness

NAMES = {
    "王秀英": "wangxiuying",
    "李建国": "lijianguo",
    "张桂兰": "zhangguilan",
    "刘伟": "liuwei",
    "陈静": "chenjing",
    "杨洋": "yangyang",
    "黄丽华": "huanglihua",
    "赵敏": "zhaomin",
    "吴国强": "wuguoqiang",
    "周玉兰": "zhouyulan",
    "徐凤英": "xufengying",
    "孙丽": "sunli",
    "马超": "machao",
    "朱红梅": "zhuhongmei",
    "胡军": "hujun",
    "郭淑珍": "guoshuzhen",
    "何平": "heping",
    "高翔": "gaoxiang",
    "林小雨": "linxiaoyu",
    "罗霞": "luoxia",
    "郑爱萍": "zhengaiping",
    "梁志强": "liangzhiqiang",
    "谢芳": "xiefang",
    "宋玉梅": "songyumei",
    "唐建军": "tangjianjun",
    "许秀珍": "xuxiuzhen",
    "韩雪": "hanxue",
    "冯桂英": "fengguiying",
    "邓超": "dengchao",
    "曹丽娟": "caolijuan",
    "彭涛": "pengtao",
    "曾国华": "zengguohua",
    "肖红": "xiaohong",
    "田桂芳": "tianguifang",
    "沈阿妹": "shenamei",
    "任长春": "renchangchun",
    "吕兰芳": "lvlanfang",
    "单秀兰": "shanxiulan",
    "查良玉": "zhaliangyu",
    "解红": "xiehong",
    "仇英": "qiuying",
    "区建明": "oujianming",
    "朴顺姬": "piaoshunji",
    "盖玉珍": "geyuzhen",
    "乐嘉": "yuejia",
    "尉迟敬": "yuchijing",
    "万俟雪": "moqixue",
    "长孙无忌": "zhangsunwuji",
    "欧阳娜": "ouyangna",
    "买买提·吐尔逊": "maimaitituerxun",
}


@pytest.mark.parametrize(("name", "spelt"), NAMES.items())
def test_a_name_is_found_in_full_and_in_part(name, spelt):
    assert nearness(name, spelt) == WHOLE
    assert nearness(name, spelt[:-1]) in (WHOLE, BEGINNING)  # the last character in part


@pytest.mark.parametrize(
    ("name", "typed", "expected"),
    [
        ("王秀英", "wxy", WHOLE),
        ("王秀英", "wangxy", WHOLE),
        ("王秀英", "wx", BEGINNING),
        ("王秀英", "xiuying", INSIDE),
        ("王秀英", "yx", None),
        ("王秀英", "wxyz", None),
        ("王秀英", "", None),
        ("李建国", "wxy", None),
        ("单秀兰", "danxiulan", WHOLE),  # as the character is mostly read
        ("曾国华", "cgh", WHOLE),
        ("吕兰芳", "lulanfang", WHOLE),
        ("吕兰芳", "lyulanfang", WHOLE),  # as passports write it
        ("杨乐", "yangle", WHOLE),
        ("杨乐", "yangyue", WHOLE),
        ("买买提·吐尔逊", "mmt", BEGINNING),
        ("王Lily", "wanglily", WHOLE),
        ("John Smith", "john", None),  # no pinyin: the search for parts of names finds it
        ("𪚥英", "ying", INSIDE),  # a character that no dictionary has
    ],
)
def test_nearness(name, typed, expected):
    assert nearness(name, typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Wang Xiu-Ying", "wangxiuying"),
        ("lü'fang", "lvfang"),
        ("王x", ""),
        ("w2", ""),
        ("w", ""),
        ("·", ""),
        ("李", ""),
    ],
)
def test_typed_letters(typed, expected):
    assert letters(typed) == expected


def test_one_of_ten_thousand_names_is_near():
    names = [
        first + second + third
        for first in "王李张刘陈" * 4
        for second in "秀建桂国丽" * 5
        for third in "英国兰华芳" * 4
    ]

    found = [name for name in names if nearness(name, "wangxiuying") is not None]

    assert len(names) == 10_000
    assert set(found) == {"王秀英"}
