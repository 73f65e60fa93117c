"""Questions and answers in words, for learners and trainers."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from academy.learning.quiz.questions import TRUE, Kind, Option, Question

KIND_NAMES = {
    Kind.SINGLE: pgettext_lazy("kind of question", "Single choice"),
    Kind.MULTIPLE: pgettext_lazy("kind of question", "Multiple choice"),
    Kind.TRUE_FALSE: pgettext_lazy("kind of question", "True or false"),
    Kind.ORDER: pgettext_lazy("kind of question", "Order"),
    Kind.MATCHING: pgettext_lazy("kind of question", "Matching"),
    Kind.SPOT: pgettext_lazy("kind of question", "Spot on a picture"),
}


def option_text(question: Question, option: Option) -> str:
    """Return an option as people read it."""
    if question.kind is Kind.TRUE_FALSE:
        return pgettext("answer", "True") if option == TRUE else pgettext("answer", "False")
    return option.text


def how_to_answer(question: Question) -> str:
    """Return in one sentence what to do; empty where it is plain."""
    match question.kind:
        case Kind.MULTIPLE:
            return _("Choose all that are right.")
        case Kind.ORDER:
            return _("Give each its place, 1 for the first.")
        case Kind.MATCHING:
            return _("Choose for each what belongs to it.")
        case Kind.SPOT:
            return _("Choose the place on the picture.")
    return ""


def right_answer(question: Question) -> tuple[int, ...]:
    """Return the right answer, in the form in which answers are stored."""
    if question.kind in (Kind.ORDER, Kind.MATCHING):
        return tuple(range(len(question.options)))
    return question.right


def answer_text(question: Question, given: tuple[int, ...]) -> str:
    """Return an answer in words."""
    choices = question.choices
    if any(place >= len(choices) for place in given):
        return ""
    match question.kind:
        case Kind.ORDER:
            return " → ".join(choices[place].text for place in given)
        case Kind.MATCHING:
            pairs = zip(question.options, given, strict=False)
            return "；".join(f"{option.text} — {choices[place].match}" for option, place in pairs)
    return " · ".join(option_text(question, choices[place]) for place in given)
