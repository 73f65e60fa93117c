"""The text files of the demonstration's courses: complete, short, and readable by their rules."""

import re
from pathlib import Path

import pytest

from demo.course_files import Callout, CourseFile, LessonFile, Picture, Unreadable, read_course
from demo.curriculum import COURSES, PICTURES, TRANSLATIONS

TIERS = {"beginner": 6, "intermediate": 8, "advanced": 10}
HEAD = "slug: tea\ntitle: 泡茶\ntier: beginner\ncover: tea\nintro: 学会泡茶。\n"


@pytest.fixture(scope="module")
def courses() -> list[CourseFile]:
    return [read_course(path) for path in sorted(COURSES.glob("*.md"))]


def written(tmp_path: Path, text: str) -> CourseFile:
    path = tmp_path / "tea.md"
    path.write_text(text, encoding="utf-8")
    return read_course(path)


def words(lesson: LessonFile) -> str:
    parts = (part.html if isinstance(part, Callout) else part for part in lesson.body if not isinstance(part, Picture))
    return re.sub("<[^>]+>", "", "".join(map(str, parts)))


# The curriculum


def test_the_required_courses_of_a_tier_make_its_class_hours(courses: list[CourseFile]) -> None:
    for tier, expected in TIERS.items():
        required = [course for course in courses if course.tier == tier and course.required]
        assert sum(float(lesson.class_hours) for course in required for lesson in course.lessons) == expected


def test_courses_differ_and_none_lacks_lessons(courses: list[CourseFile]) -> None:
    assert len(courses) == len({course.slug for course in courses}) == len({course.title for course in courses}) == 21
    for course in courses:
        assert 1 <= len(course.lessons) <= 4, course.title


def test_first_aid_alone_expires(courses: list[CourseFile]) -> None:
    assert {course.slug: course.valid_years for course in courses if course.valid_years} == {
        "cpr-and-aed": 3,
        "calling-and-guiding": 3,
    }


def test_each_lesson_is_a_page(courses: list[CourseFile]) -> None:
    for course in courses:
        for lesson in course.lessons:
            assert 200 <= len(words(lesson)) <= 520, (course.title, lesson.title)
            assert isinstance(lesson.body[-1], Callout), (course.title, lesson.title)


def test_each_course_has_a_quiz_with_answers_and_reasons(courses: list[CourseFile]) -> None:
    for course in courses:
        quizzes = [lesson.quiz for lesson in course.lessons if lesson.quiz]
        assert quizzes, course.title
        for quiz in quizzes:
            questions = re.split(r"^\d+\. ", quiz, flags=re.MULTILINE)[1:]
            assert 3 <= len(questions) <= 6, course.title
            for question in questions:
                check_question(question)


def check_question(question: str) -> None:
    options = re.findall(r"^([A-D])\. (.+)$", question, re.MULTILINE)
    answer = re.search(r"^答案：(.+)$", question, re.MULTILINE)
    if "（连线题）" in question:
        assert len(options) > 2 and all(" — " in text for _letter, text in options), question
        return
    assert answer and re.search(r"^解析：.+$", question, re.MULTILINE), question
    if "（判断题）" in question:
        assert answer[1] in ("对", "错") and not options, question
        return
    letters = "".join(letter for letter, _ in options)
    assert letters in ("ABC", "ABCD") and len({text for _, text in options}) == len(options), question
    assert set(answer[1]) <= set(letters), question
    if "（排序题）" in question:
        assert sorted(answer[1]) == list(letters), question
    else:
        assert (len(answer[1]) > 1) == ("（多选题）" in question), question


def test_the_translation_has_the_lessons_of_its_original(courses: list[CourseFile]) -> None:
    translated = sorted(TRANSLATIONS.glob("*.md"))
    assert [path.name for path in translated] == ["05-check-in-and-hours.md"]
    for path in translated:
        original, translation = read_course(COURSES / path.name), read_course(path)
        assert translation.slug == original.slug and translation.tier == original.tier
        assert [lesson.class_hours for lesson in translation.lessons] == [
            lesson.class_hours for lesson in original.lessons
        ]
        assert all(re.fullmatch(r"[^\u4e00-\u9fff]+", words(lesson)) for lesson in translation.lessons)


def test_every_drawing_is_small_ours_and_used(courses: list[CourseFile]) -> None:
    drawings = {path.stem: path.read_text() for path in PICTURES.glob("*.svg")}
    parts = [part for course in courses for lesson in course.lessons for part in lesson.body]
    pictures = {part.drawing for part in parts if isinstance(part, Picture)}
    assert len(pictures) == 5
    assert drawings.keys() == pictures | {course.cover for course in courses}
    for name, svg in drawings.items():
        assert len(svg) < 4096 and 'viewBox="0 0 640 360"' in svg, name
        assert not re.search(r"<script|<foreignObject|href|url\(|\son\w+=", svg), name


# The format


def test_parts_of_a_lesson(tmp_path: Path) -> None:
    course = written(
        tmp_path,
        f"{HEAD}elective: yes\nvalid years: 2\n\n# 烧水 | 0.5\n\n"
        "一句 <话>。\n\n## 小标题\n\n- **一**\n- 二\n\n1. 先\n2. 后\n\n"
        "![一只壶](kettle) 水开了。\n\n> 小心：烫。\n\n## 测验\n\n1. 几度？\nA. 九十\nB. 一百\n答案：B\n解析：开水。\n",
    )
    assert (course.required, course.valid_years) == (False, 2)
    lesson = course.lessons[0]
    assert (lesson.title, lesson.class_hours) == ("烧水", "0.5")
    assert lesson.body == [
        "<p>一句 &lt;话&gt;。</p><h3>小标题</h3><ul><li><b>一</b></li><li>二</li></ul><ol><li>先</li><li>后</li></ol>",
        Picture(drawing="kettle", description="一只壶", caption="水开了。"),
        Callout(kind="caution", html="<p>烫。</p>"),
    ]
    assert lesson.quiz.startswith("1. 几度？") and lesson.quiz.endswith("解析：开水。")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param(HEAD.replace("intro", "about"), "about", id="an unknown fact"),
        pytest.param(HEAD.replace("slug: tea\n", ""), "slug is missing", id="a missing fact"),
        pytest.param(f"{HEAD}\n# 烧水\n\n水。", "烧水", id="a lesson without class hours"),
        pytest.param(f"{HEAD}\n# 烧水 | 1\n\n> 提示：水。", "提示", id="an unknown callout"),
        pytest.param(f"{HEAD}\n# 烧水 | 1\n\n![壶](kettle)", "kettle", id="a picture without a caption"),
        pytest.param(f"{HEAD}\n# 烧水 | 1\n\n### 小", "### 小", id="a heading of another level"),
    ],
)
def test_a_line_without_a_place_is_named(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(Unreadable, match=f"tea.md: .*{fault}"):
        written(tmp_path, text)
