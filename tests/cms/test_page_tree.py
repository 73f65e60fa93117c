"""The allowed places of each type of page."""

import pytest
from wagtail.models import Page
from wagtail.test.utils import WagtailPageTestCase

from cms.founding import academy_of
from cms.models import AcademyPage, CoursePage, HomePage, LessonPage, RecruitmentPage, RulesPage
from tests.factories import found


class PageTreeTests(WagtailPageTestCase):
    def test_a_home_page_is_the_root_of_a_site_and_stands_nowhere_else(self) -> None:
        self.assertAllowedParentPageTypes(HomePage, {Page})
        self.assertAllowedSubpageTypes(HomePage, {AcademyPage, RecruitmentPage, RulesPage})

    def test_courses_stand_in_the_academy_and_lessons_in_courses(self) -> None:
        self.assertAllowedParentPageTypes(AcademyPage, {HomePage})
        self.assertAllowedSubpageTypes(AcademyPage, {CoursePage})
        self.assertAllowedParentPageTypes(CoursePage, {AcademyPage})
        self.assertAllowedSubpageTypes(CoursePage, {LessonPage})
        self.assertAllowedParentPageTypes(LessonPage, {CoursePage})
        self.assertAllowedSubpageTypes(LessonPage, set())

    def test_rules_and_recruitment_stand_under_the_home_page_with_nothing_below(self) -> None:
        for model in (RulesPage, RecruitmentPage):
            self.assertAllowedParentPageTypes(model, {HomePage})
            self.assertAllowedSubpageTypes(model, set())

    @pytest.mark.slow
    def test_a_community_has_one_academy_one_recruitment_page_and_one_rules_page(self) -> None:
        home = academy_of(found()).home
        for model in (AcademyPage, RulesPage, RecruitmentPage):
            self.assertFalse(model.can_create_at(home), model)
