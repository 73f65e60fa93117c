"""A lesson that the trainer has submitted: it shows the blocks, and waits for a social worker."""

from typing import Any

from academy.core.models import Community
from academy.people.models import User
from cms.founding import academy_of
from cms.models import CoursePage, LessonPage

TITLE = "第一次入户：出门前看一遍"
BODY: list[tuple[str, Any]] = [
    ("text", "<p>第一次入户，最怕的不是不会说话，是少带了东西、走错了楼。出门前花两分钟看一遍。</p>"),
    ("checklist", {"title": "出门前", "items": ["工作证挂在胸前", "手机电量过半", "两人同行，说好谁先开口"]}),
    (
        "steps",
        {
            "title": "到了门口",
            "steps": [
                {"text": "敲三下，退后一步，站在对方看得见的地方。", "image": None},
                {"text": "先报姓名和社区，再说来意，问一句“现在方便吗”。", "image": None},
                {"text": "不方便就约下次，记下时间，谢过再走。", "image": None},
            ],
        },
    ),
    (
        "table",
        {
            "caption": "听到这些话，可以这样接",
            "cells": "对方说 | 您可以说\n我不需要 | 好的，有事随时找我们，电话在这张卡上\n"
            "你们是推销的吧 | 不是，可以打社区电话核实",
        },
    ),
    (
        "thought",
        {"question": "开门的是一个孩子，大人不在家，您怎么办？", "answer": "不进门。留下卡片，约大人在家时再来。"},
    ),
]


def submit_lesson(community: Community, *, by: User) -> None:
    """Write the lesson as a draft of the community's last course, and submit it as the trainer `by`."""
    course = CoursePage.objects.child_of(academy_of(community)).order_by("path").last()
    assert course is not None
    lesson = LessonPage(title=TITLE, slug="before-a-visit", class_hours="0.5", body=BODY, owner=by, live=False)
    course.add_child(instance=lesson)
    lesson.save_revision(user=by)
    lesson.get_workflow().start(lesson, by)
