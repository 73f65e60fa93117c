"""Found a community with a course for `bench_pages`, and count what its pages ask of the database.

`python -m tests.bench.site_pages`, with the settings of the installation. Prints the bytes of a visitor's course page,
the statements of a kept one, and the most that a page of a course or lesson takes for somebody signed in.
"""

import json
from typing import Any

import django

django.setup()

from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from academy.learning.services import complete_lesson  # noqa: E402
from cms.founding import academy_of  # noqa: E402
from cms.models import LessonPage  # noqa: E402
from cms.writing import write_course  # noqa: E402
from tests.bench.site import HOST  # noqa: E402
from tests.factories import VolunteerFactory, course_text, found  # noqa: E402
from tests.pages import Statements  # noqa: E402

LENGTHS = {"short": 2, "long": 20}  # lessons: the statements may not grow with them


def main() -> dict[str, Any]:
    community = found(HOST.partition(".")[0])
    for slug, length in LENGTHS.items():
        write_course(academy_page=academy_of(community), text=course_text(slug, length=length, title=slug), by=None)
    visitor = Client(HTTP_HOST=HOST)
    first = visitor.get(course("short"), secure=True)
    assert first.status_code == 200, first
    with Statements() as kept:
        visitor.get(course("short"), secure=True)
    return {
        "path": course("short"),
        "size": len(first.content),
        "kept": len(kept.sql),
        "signed_in": {slug: signed_in(community, slug) for slug in LENGTHS},
    }


def course(slug: str) -> str:
    return f"/zh-hans/academy/{slug}/"


def signed_in(community: Any, slug: str) -> int:
    """Return the most statements of a page of this course for a learner with one lesson done."""
    volunteer = VolunteerFactory(community=community, login=True)
    lesson = LessonPage.objects.get(slug="lesson-1", url_path__contains=f"/academy/{slug}/", alias_of=None)
    answer = complete_lesson(
        volunteer=volunteer, course=lesson.course_page.course, lesson_key=lesson.key, at=timezone.now(), by=None
    )
    assert hasattr(answer, "pk"), answer
    reader = Client(HTTP_HOST=HOST)
    reader.force_login(volunteer.user)
    counts = []
    for path in (course(slug), f"{course(slug)}lesson-1/", f"{course(slug)}lesson-2/"):
        with Statements() as statements:
            assert reader.get(path, secure=True).status_code == 200
        counts.append(len(statements.sql))
    return max(counts)


if __name__ == "__main__":
    print(json.dumps(main()))
