from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Pages")

    def ready(self) -> None:
        from academy.core import finders, links
        from academy.learning import open_lessons
        from cms import course_mail, receivers, works  # noqa: F401
        from cms.finders import find_courses, find_pages
        from cms.reachable import LessonPages
        from cms.search import let_tags_narrow

        finders.register(_("Courses"), "openquote", 30, find_courses)
        finders.register(_("Pages"), "doc-empty", 40, find_pages)
        open_lessons.register(LessonPages())
        course_mail.connect()
        let_tags_narrow()
        links.register(new_course="new_course", first_links="set_up:done")
