from cms.models.academy import AcademyPage, CoursePage, LessonPage
from cms.models.home import HomePage
from cms.models.recruitment import RecruitmentPage
from cms.models.rules import RulesPage
from cms.models.set_up import FirstSetUp
from cms.models.slides import Deck, DeckRun

__all__ = [
    "AcademyPage",
    "CoursePage",
    "Deck",
    "DeckRun",
    "FirstSetUp",
    "HomePage",
    "LessonPage",
    "RecruitmentPage",
    "RulesPage",
]
