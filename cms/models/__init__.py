from cms.models.academy import AcademyPage, CoursePage, LessonPage
from cms.models.home import HomePage
from cms.models.recruitment import RecruitmentPage
from cms.models.rules import RulesPage

__all__ = ["AcademyPage", "CoursePage", "HomePage", "LessonPage", "RecruitmentPage", "RulesPage"]
