# ruff: noqa: E501  paragraphs are not wrapped
"""The texts of a new community's pages in both languages, which its social workers may change."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Text:
    """A page's title and fields in one language; `%(name)s` is filled in."""

    title: str
    fields: dict[str, str]

    def filled(self, data: dict[str, str]) -> dict[str, Any]:
        """Return the page's fields, with `data` filled in."""
        return {"title": self.title % data, **{field: text % data for field, text in self.fields.items()}}


HOME = {
    "zh-hans": Text("%(name)s志愿者学院", {"intro": "就在家门口，学会怎样帮邻居一把，再约上大家一起去做。"}),
    "en": Text(
        "%(name)s volunteer academy",
        {"intro": "Learn next door how to lend a neighbour a hand, then do it together."},
    ),
}

ACADEMY = {
    "zh-hans": Text(
        "志愿者学院",
        {"intro": "课程分初级、中级、高级三级，从必修课开始，一节一节来。1 学时是 45 分钟；学时和服务时长分开记。"},
    ),
    "en": Text(
        "Volunteer academy",
        {
            "intro": (
                "The courses come in three tiers: beginner, intermediate and advanced. Start with the required ones, a "
                "lesson at a time. A class hour is 45 minutes, and is kept apart from service hours."
            )
        },
    ),
}

RULES = {
    "zh-hans": Text(
        "志愿服务管理办法",
        {
            "intro": "志愿服务怎样登记、怎样签到、时长怎样计算和生效，都按下面的条款。您的每一条时长记录都写明用了哪一条。"
        },
    ),
    "en": Text(
        "Volunteer management rules",
        {
            "intro": (
                "How volunteers are registered and checked in, and how hours are counted and take effect. Each of your "
                "records names the clauses it was computed by."
            )
        },
    ),
}

RECRUITMENT = {
    "zh-hans": Text(
        "招募志愿者",
        {
            "intro": "不用有专长，也不用每周都来。先上几节课，再从身边的一件小事做起。",
            "body": (
                "<p>志愿者在社区里做这些事：陪伴和探访长辈、教长辈用手机、防火入户宣传、环境清理、文明劝导，"
                "以及大家自己发起的活动。每次活动都写明时间、地点、要做的事和负责人，报不报名由您自己决定。</p>"
                "<ul><li>志愿服务是自愿、无偿的，不发报酬。</li>"
                "<li>年满 8 周岁可以登记；8 至 17 周岁要有监护人同意。</li>"
                "<li>有些岗位要先完成指定的课程。</li>"
                "<li>我们只登记姓名和一种联系方式；身份证件号码到开证明要用时才问，并且另外征得您的同意。</li>"
                "<li>您可以随时查看、更正自己的资料，也可以随时退出。</li></ul>"
            ),
            "risks": (
                "<p>参加之前，请了解可能发生的风险：</p>"
                "<ul><li>往返路上的交通事故；</li>"
                "<li>活动中滑倒、磕碰、扭伤，高温天中暑，低温天冻伤；</li>"
                "<li>劝导时与人争执，入户时被宠物抓咬；</li>"
                "<li>接触感冒等传染病，或搬抬重物受伤。</li></ul>"
                "<p>我们这样做：出发前讲清要做的事和注意事项；每次活动有负责人在场；有危险的活动先买意外保险，"
                "未成年人不参加。觉得不安全，您可以不做，也可以随时离开，走之前告诉负责人一声。受伤或遇到紧急情况，"
                "先打 120 或 110，再打服务台电话。</p>"
            ),
        },
    ),
    "en": Text(
        "Become a volunteer",
        {
            "intro": "You need no special skill and no free day every week. Take a few lessons, then start with something small.",
            "body": (
                "<p>Volunteers keep elders company, teach them to use their phones, go from door to door before the "
                "fire season, clean up, remind people kindly of what disturbs others, and start activities of their own. Each activity says when and "
                "where it is, what there is to do and who leads it. Whether you sign up is up to you.</p>"
                "<ul><li>Volunteering is of your own free will and unpaid.</li>"
                "<li>From the age of 8 you can be registered; from 8 to 17 a guardian must consent.</li>"
                "<li>Some roles ask for certain courses first.</li>"
                "<li>We write down your name and one way to reach you. An ID number is asked for only when a certificate "
                "needs it, and with your separate consent.</li>"
                "<li>You can read and correct your data, and leave, at any time.</li></ul>"
            ),
            "risks": (
                "<p>Before you join, know the risks that may occur:</p>"
                "<ul><li>traffic accidents on the way;</li>"
                "<li>slipping, bumps and sprains; heat stroke in summer, frostbite in winter;</li>"
                "<li>arguments when you remind people of something; scratches and bites by pets when you visit homes;</li>"
                "<li>catching a cold or another infection; injuries from lifting.</li></ul>"
                "<p>What we do about it: before each activity we explain the work and what to mind; a leader is present; "
                "dangerous activities are insured against accidents first, and no minors take part in them. If something "
                "feels unsafe you may leave it or go at any time: tell the leader first. If you are hurt, or in an "
                "emergency, call 120 or 110 first, then the desk.</p>"
            ),
        },
    ),
}
