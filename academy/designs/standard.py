"""The three looks and the texts of papers that the product brings along; templates begin with them."""

from dataclasses import dataclass
from typing import Final

from academy.designs.wording import Kind


@dataclass(frozen=True)
class Wording:
    """The heading and the text of a paper, with its look."""

    heading: str
    body: str
    border: str
    is_landscape: bool


DOUBLE, FRET, LETTER = "double", "fret", "letter"

STANDARD: Final[dict[str, Wording]] = {
    Kind.SERVICE: Wording(
        "志愿服务记录证明",
        "兹证明 {姓名}（志愿者编号 {志愿者编号}）于 {起始日期} 至 {截止日期} 参加本单位组织的志愿服务 {服务次数} 次，"
        "服务时间共 {服务时间} 小时。\n{证件类型}号码：{证件号码}\n就读学校：{学校} {班级}\n{服务内容}\n特此证明。",
        DOUBLE,
        False,
    ),
    Kind.COMPLETION: Wording(
        "结业证书",
        "{姓名}：\n于 {完成日期} 修完课程《{课程}》，共 {学时} 学时，成绩合格，准予结业。\n"
        "主要内容：{主要内容}。\n主办单位：{主办单位}\n本证书有效期至：{有效期至}",
        FRET,
        True,
    ),
    Kind.TIER: Wording(
        "志愿者级别证书",
        "{姓名}：\n经审核，符合本社区志愿者学院{级别}志愿者的条件，自 {评定日期} 起评定为{级别}志愿者。\n特发此证。",
        FRET,
        True,
    ),
    Kind.STARS: Wording(
        "星级志愿者证书",
        "{姓名}：\n经本人申请、审核评定，自 {评定日期} 起为{星级}志愿者。\n特发此证，以资鼓励。",
        FRET,
        True,
    ),
    Kind.COMMENDATION: Wording(
        "荣誉证书",
        "{姓名}：\n{事由}\n特授予“{荣誉称号}”称号，以资鼓励。\n表彰日期：{表彰日期}",
        FRET,
        True,
    ),
    Kind.THANKS: Wording(
        "感谢信",
        "{致谢单位}：\n{起始日期} 至 {截止日期}，贵单位与我们一起服务邻里。{贡献}\n"
        "每一次到场，邻居们都记在心里。谨向贵单位和每一位参与的同志致以衷心的感谢！\n此致\n敬礼",
        LETTER,
        False,
    ),
}
