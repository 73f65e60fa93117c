"""The demonstration's courses: the texts of `demo/courses` with the drawings of `demo/pictures`."""

from pathlib import Path
from typing import Any

from django.core.files.images import ImageFile
from wagtail.images.models import Image
from wagtail.models import Collection

from academy.core.models import Community
from academy.people.models import User
from cms.founding import academy_of
from cms.quiz_block import written_quiz
from cms.writing import CourseText, LessonText, write_course
from demo.course_files import Callout, CourseFile, LessonFile, Picture, read_course

HERE = Path(__file__).parent
COURSES = HERE / "courses"
TRANSLATIONS = COURSES / "en"  # under the name of the original's file
PICTURES = HERE / "pictures"


def files() -> list[Path]:
    """Return the files of the courses in Chinese, in the order of the curriculum."""
    return sorted(COURSES.glob("*.md"))


def write_curriculum(community: Community, *, by: User | None) -> None:
    """Write and publish all courses in Chinese, and those with a file in `TRANSLATIONS` in English too."""
    drawings = _Drawings(community)
    for path in files():
        translation = TRANSLATIONS / path.name
        write_course(
            academy_page=academy_of(community),
            text=_text(read_course(path), drawings),
            translation=_text(read_course(translation), drawings) if translation.exists() else None,
            by=by,
        )


class _Drawings:
    """Our drawings as pictures of the community, stored when they are first used."""

    def __init__(self, community: Community) -> None:
        self.collection = Collection.objects.get(name=community.name)
        self.stored: dict[str, Image] = {}

    def get(self, name: str, title: str) -> Image:
        """Return the picture of a drawing; `title` names it in the library."""
        if name not in self.stored:
            with (PICTURES / f"{name}.svg").open("rb") as drawing:
                file = ImageFile(drawing, name=f"{name}.svg")
                self.stored[name] = Image.objects.create(title=title, collection=self.collection, file=file)
        return self.stored[name]


def _text(course: CourseFile, drawings: _Drawings) -> CourseText:
    return CourseText(
        slug=course.slug,
        title=course.title,
        tier=course.tier,
        intro=course.intro,
        required=course.required,
        valid_years=course.valid_years,
        cover=drawings.get(course.cover, course.title),
        lessons=[
            LessonText(
                slug=f"lesson-{number}",
                title=lesson.title,
                class_hours=float(lesson.class_hours),
                body=_body(lesson, drawings),
            )
            for number, lesson in enumerate(course.lessons, start=1)
        ],
    )


def _body(lesson: LessonFile, drawings: _Drawings) -> list[tuple[str, Any]]:
    blocks: list[tuple[str, Any]] = []
    for part in lesson.body:
        match part:
            case Callout(kind, html):
                blocks.append(("callout", {"kind": kind, "text": html}))
            case Picture(drawing, description, caption):
                image = drawings.get(drawing, caption)
                blocks.append(("picture", {"image": image, "alt": description, "caption": caption}))
            case html:
                blocks.append(("text", html))
    return blocks + quiz_blocks(lesson.quiz)


def quiz_blocks(quiz: str) -> list[tuple[str, Any]]:
    return [("quiz", written_quiz(quiz))] if quiz else []
