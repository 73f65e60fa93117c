"""Refusals of quizzes and of locks: their codes are stable, their sentences say what to do next."""

from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal

COURSE_ELSEWHERE = Refusal(
    "course_elsewhere", _("This course belongs to another community. Look for it in the academy of your own.")
)
NOT_WHOLE = Refusal(
    "course_not_whole", _("More lessons of this course will follow. Hold a class once all of them are published.")
)
NO_QUIZ = Refusal("no_quiz", _("This lesson has no quiz any more. Open the lesson and go on from there."))
FORM_UNKNOWN = Refusal(
    "quiz_form_unknown",
    _("These answers came from a page that was not made for you, so nothing was counted. Here are your questions."),
)
FORM_ELSEWHERE = Refusal(
    "quiz_elsewhere",
    _("These answers belong to another lesson, so nothing was counted. Here are the questions of this one."),
)
FORGED = Refusal(
    "quiz_forged",
    _("These answers do not belong to the questions, so nothing was counted. Choose again and send once more."),
)
INCOMPLETE = Refusal(
    "quiz_incomplete",
    _("Some questions have no whole answer yet. They are marked below. Nothing was counted; your choices are kept."),
)
NOT_TO_RENEW = Refusal(
    "not_to_renew",
    _("This cannot be renewed by reading at present. It can in the last 60 days of its validity, or else in a class."),
)
NOTE_TOO_LONG = Refusal(
    "note_too_long", _("A note has at most 4,000 characters. Shorten it and save again; your text is still here.")
)


def tries_used(*, tries: int, until: str) -> Refusal:
    """Return the refusal of a further try today; `until` is the moment of the next one, in words."""
    sentence = _(
        "Today's tries are used up (%(tries)s a day). Read the lesson once more; you can try again from %(until)s on."
    )
    return Refusal("quiz_tries_used", sentence % {"tries": tries, "until": until})


def quiz_first(*, title: str) -> Refusal:
    """Return the refusal to complete a lesson whose quiz, or that of an earlier lesson, is not passed yet."""
    return Refusal("quiz_first", _("First pass the quiz of “%(lesson)s”; then this lesson counts.") % {"lesson": title})


def course_first(*, titles: str) -> Refusal:
    """Return the refusal to complete a lesson of a course that requires others."""
    return Refusal("course_first", _("First complete %(courses)s; then this course counts.") % {"courses": titles})
