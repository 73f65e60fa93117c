"""The lessons of a course stand in the same order in every language."""

from cms.models import CoursePage, LessonPage


def follow(course_page: CoursePage) -> None:
    """Sort the lessons of translations and aliases as the original's; further lessons come last."""
    original = course_page.original
    if original is None or original.pk != course_page.pk:
        return
    place = {lesson.key: number for number, lesson in enumerate(_lessons(course_page))}
    for other in course_page.family.exclude(pk=course_page.pk):
        present = _lessons(other)
        wanted = sorted(present, key=lambda lesson: place.get(lesson.key, len(place)))
        if wanted != present:
            for lesson in wanted:
                LessonPage.objects.get(pk=lesson.pk).move(other, pos="last-child")


def _lessons(course_page: CoursePage) -> list[LessonPage]:
    lessons = LessonPage.objects.child_of(course_page).select_related("alias_of")
    return list(lessons.order_by("path").defer_streamfields())
