"""Sentences without a gap between them, whose dates, times and numbers each stay on one line."""

import pytest
from django.template import Context, Template
from django.utils.safestring import mark_safe


def pieces(text: object) -> str:
    shown = Template("{% load academy %}{{ text|whole_pieces }}").render(Context({"text": text}))
    return shown.replace('<span class="nobr">', "[").replace("</span>", "]")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请在 3月14日 周六 16:30 前回复。", "请在 [3月14日] [周六] [16:30] 前回复。"),
        ("2025年10月25日 周六", "[2025年10月25日] [周六]"),
        ("时间：9:00–11:30 → 9:30–12:00", "时间：[9:00–11:30] → [9:30–12:00]"),
        ("签到到签退：66 分钟。", "签到到签退：[66 分钟]。"),
        ("您有 2.5 小时，1 学时", "您有 [2.5 小时]，[1 学时]"),
        ("拨打 0731-84000001", "拨打 [0731-84000001]"),
        ("拨打 0731-8400 0001。", "拨打 [0731-8400] 0001。"),  # in the largest letters longer than a line
        ("ZM01-2026-000001 · V2025000001W", "[ZM01-2026-000001] · [V2025000001W]"),
        ("活动之后", "活动之后"),
        ("", ""),
        ("<b>3月1日</b> & 9:00", "&lt;b&gt;[3月1日]&lt;/b&gt; &amp; [9:00]"),
        (mark_safe('<a title="3月1日">3月1日</a> &amp; 9:00'), '<a title="3月1日">[3月1日]</a> &amp; [9:00]'),
        (mark_safe('到 <span class="nobr">3月1日 9:00</span>。'), "到 [3月1日 9:00]。"),
    ],
)
def test_a_line_breaks_between_pieces_and_not_within_one(text: object, shown: str) -> None:
    assert pieces(text) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("签到、签退。\n  再由考核人签字。\n", "签到、签退。再由考核人签字。"),
        ("<b>走的时候：</b> 再扫一次", "<b>走的时候：</b>再扫一次"),
        ("今天还有：\n <a href='/'>便民服务</a>", "今天还有：<a href='/'>便民服务</a>"),
        ("When you leave: scan. Then go.", "When you leave: scan. Then go."),
        ("66 分钟，9:00 起 <b>甲</b> 乙", "66 分钟，9:00 起 <b>甲</b> 乙"),
    ],
)
def test_a_full_width_mark_is_followed_by_no_blank(written: str, shown: str) -> None:
    source = "{% load academy %}{% filter closed_up %}" + written + "{% endfilter %}"
    assert Template(source).render(Context()) == shown


def test_what_people_wrote_stays_escaped_between_sentences() -> None:
    source = "{% load academy %}{% filter closed_up %}理由： {{ text }}{% endfilter %}"
    assert Template(source).render(Context({"text": "<b>病了"})) == "理由：&lt;b&gt;病了"
