"""The quiz of a lesson, as trainers edit it: pasted as text, or question by question."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.forms.utils import ErrorList
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import blocks
from wagtail.blocks.list_block import ListBlockValidationError
from wagtail.images.blocks import ImageChooserBlock

from academy.learning.quiz import rows
from academy.learning.quiz.pasted import Reading, read_pasted
from academy.learning.quiz.questions import (
    CELLS,
    Fault,
    Kind,
    Option,
    Question,
    Quiz,
    faults_of,
    faults_of_quiz,
    faults_of_terms,
)
from academy.learning.quiz_faults import bare_sentence_of, sentence_of
from academy.learning.quiz_words import KIND_NAMES

MOST_FAULTS = 12  # in one message
MOST_CHARACTERS = 100_000  # of pasted rows; text in lines has its own limit

_TERM_OF = {
    "pool_too_large": "pool",
    "pool_below_one": "pool",
    "pass_mark_too_high": "pass_mark",
    "pass_mark_below_one": "pass_mark",
    "tries_below_one": "tries",
    "no_questions": "pasted",
}


class OptionBlock(blocks.StructBlock):
    text = blocks.CharBlock(label=_("Option"), required=False, max_length=500)
    right = blocks.BooleanBlock(label=_("This is right"), required=False)
    match = blocks.CharBlock(
        label=_("Match"), required=False, max_length=500, help_text=_("For matching: what belongs to the option.")
    )
    cell = blocks.ChoiceBlock(
        label=_("Place on the picture"),
        required=False,
        choices=[(cell, cell) for cell in CELLS],
        help_text=_("For a spot on a picture: columns A to D from the left, rows 1 to 4 from the top."),
    )

    class Meta:
        icon = "list-ul"
        label = _("Option")
        form_classname = "struct-block quiz-option"


class QuestionBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        label=_("Kind"),
        choices=[(str(kind), name) for kind, name in KIND_NAMES.items()],
        default=str(Kind.SINGLE),
        required=False,
    )
    stem = blocks.TextBlock(label=_("Question"), required=False, rows=2, max_length=2000)
    options = blocks.ListBlock(
        OptionBlock(),
        label=_("Options"),
        help_text=_("For an order, in the right order; learners see them mixed. Leave empty for true or false."),
        default=[],
    )
    truth = blocks.ChoiceBlock(
        label=_("For true or false"),
        required=False,
        choices=[("true", _("The sentence is true")), ("false", _("The sentence is false"))],
    )
    why = blocks.TextBlock(
        label=_("Why"), required=False, rows=2, max_length=2000, help_text=_("Learners read it after they answered.")
    )
    picture = ImageChooserBlock(label=_("Picture"), required=False)
    alt = blocks.CharBlock(
        label=_("Description of the picture"),
        required=False,
        max_length=200,
        help_text=_("One sentence for people who cannot see the picture."),
    )

    class Meta:
        icon = "help"
        label = _("Question")
        label_format = "{stem}"
        form_classname = "struct-block quiz-question"


class QuizBlock(blocks.StructBlock):
    """A quiz. A draft is saved in any state; at the submission each fault is named where it stands.

    Text without a fault becomes questions as soon as it is saved. Text with one stays as it was pasted.
    """

    pasted = blocks.TextBlock(
        label=_("Paste questions as text"),
        required=False,
        rows=8,
        help_text=_(
            "1. Question  A. option  B. option  答案：B  解析：why. The usual ways of writing are understood, rows "
            "copied from Excel too. The preview names each line that is not clear."
        ),
    )
    questions = blocks.ListBlock(QuestionBlock(), label=pgettext_lazy("quiz", "Questions"), default=[])
    pass_mark = blocks.IntegerBlock(
        label=_("Right answers to pass"), required=False, help_text=_("Empty: 60 percent of the questions asked.")
    )
    tries = blocks.IntegerBlock(label=_("Tries a day"), required=False, help_text=_("Empty: as many as one likes."))
    pool = blocks.IntegerBlock(
        label=_("Questions asked in a try"), required=False, help_text=_("Drawn from all. Empty: all are asked.")
    )
    shuffle = blocks.BooleanBlock(label=_("Mix questions and options"), required=False, default=True)

    class Meta:
        icon = "help"
        label = _("Quiz")
        template = "cms/blocks/quiz.html"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        reading = read_text(cleaned["pasted"] or "")
        if cleaned["pasted"] and not reading.faults:
            for question in reading.questions:
                cleaned["questions"].append(as_block_value(self.child_blocks["questions"].child_block, question))
            cleaned["pasted"] = ""
        if not self.is_deferred_validation:
            errors = dict(_errors(cleaned, reading))
            if errors:
                raise blocks.StructBlockValidationError(errors)
        return cleaned

    def get_searchable_content(self, value: Any) -> list[str]:
        """Return no text: a search must not show the answers."""
        return []

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["quiz"] = quiz_of(value)
        if getattr(context.get("request"), "is_preview", False):
            reading = read_text(value["pasted"] or "")
            read = tuple(question for question in reading.questions if value["pasted"])
            shown = replace(context["quiz"], questions=(*context["quiz"].questions, *read))
            faults = [*(reading.faults if value["pasted"] else ()), *faults_of_quiz(shown)]
            context["preview"] = True
            context["faults"] = [sentence_of(fault) for fault in faults[:MOST_FAULTS]]
            context["passed_over"] = reading.passed_over
            context["quiz"] = shown
        return context


def read_text(text: str) -> Reading:
    """Return what can be read from a pasted text: rows of a spreadsheet, or questions in lines."""
    if len(text) > MOST_CHARACTERS:
        return Reading(faults=(Fault("too_long", detail=str(MOST_CHARACTERS)),))
    return rows.read_rows(rows.rows_of(text)) if rows.is_table(text) else read_pasted(text)


def quiz_of(value: Any) -> Quiz:
    """Return the quiz of a block's value, without the text that is still pasted."""
    return Quiz(
        questions=tuple(_question(one) for one in value["questions"]),
        pass_mark=value["pass_mark"],
        tries=value["tries"],
        pool=value["pool"],
        shuffle=bool(value["shuffle"]),
    )


def as_block_value(block: Any, question: Question) -> Any:
    """Return a question as the editor's block holds it."""
    truth = "" if question.kind is not Kind.TRUE_FALSE or not question.right else ("true", "false")[question.right[0]]
    options = [
        {"text": one.text, "right": place in question.right, "match": one.match, "cell": one.cell}
        for place, one in enumerate(question.options)
    ]
    return block.to_python(
        {
            "kind": str(question.kind),
            "stem": question.stem,
            "options": options,
            "truth": truth,
            "why": question.why,
            "picture": question.image,
            "alt": question.alt,
        }
    )


def as_quiz_value(block: QuizBlock, quiz: Quiz) -> Any:
    """Return a whole quiz as the editor's block holds it."""
    value = block.to_python({"pass_mark": quiz.pass_mark, "tries": quiz.tries, "pool": quiz.pool, "pasted": ""})
    value["shuffle"] = quiz.shuffle
    for question in quiz.questions:
        value["questions"].append(as_block_value(block.child_blocks["questions"].child_block, question))
    return value


def _question(value: Any) -> Question:
    kind = Kind(value["kind"] or Kind.SINGLE)
    image = value["picture"]
    common: dict[str, Any] = {"stem": value["stem"] or "", "why": value["why"] or "", "alt": value["alt"] or ""}
    picture = image.pk if image is not None else None
    if kind is Kind.TRUE_FALSE:
        right = {"true": (0,), "false": (1,)}.get(value["truth"] or "", ())
        return Question(kind, right=right, image=picture, **common)
    filled = [one for one in value["options"] if one["text"] or one["right"] or one["match"]]
    options = tuple(
        Option(
            (one["text"] or "").strip(),
            match=(one["match"] or "").strip() if kind is Kind.MATCHING else "",
            cell=(one["cell"] or "") if kind is Kind.SPOT else "",
        )
        for one in filled
    )
    chosen = () if kind in (Kind.ORDER, Kind.MATCHING) else tuple(n for n, one in enumerate(filled) if one["right"])
    return Question(kind, options=options, right=chosen, image=picture, **common)


def _errors(value: Any, reading: Reading) -> Iterator[tuple[str, ValidationError]]:
    quiz = quiz_of(value)
    if value["pasted"]:
        yield "pasted", _refused(reading.faults)
    elif not quiz.questions:
        yield "pasted", _refused((Fault("no_questions"),))
    of_questions: dict[int, ValidationError] = {}
    seen: set[str] = set()
    for place, question in enumerate(quiz.questions):
        codes = list(faults_of(question))
        if not codes and question.key in seen:
            codes = ["asked_twice"]
        seen.add(question.key)
        if codes:
            wrong = [ValidationError(bare_sentence_of(code), code=code) for code in codes]
            of_questions[place] = blocks.StructBlockValidationError(non_block_errors=ErrorList(wrong))
    if of_questions:
        yield "questions", ListBlockValidationError(block_errors=of_questions)
    if quiz.questions:
        for fault in faults_of_terms(quiz):
            yield _TERM_OF[fault.code], _refused((fault,))


def _refused(faults: tuple[Fault, ...]) -> ValidationError:
    sentences = [ValidationError(sentence_of(fault), code=fault.code) for fault in faults[:MOST_FAULTS]]
    return ValidationError(sentences)


def written_quiz(text: str, *, pass_mark: int | None = None, tries: int | None = None, pool: int | None = None) -> Any:
    """Return the value of a quiz block from questions as text, for a lesson that a program writes.

    Raise `ValueError` with the sentences of all faults.
    """
    reading = read_text(text)
    quiz = Quiz(reading.questions, pass_mark=pass_mark, tries=tries, pool=pool)
    faults = [*reading.faults, *faults_of_terms(quiz)]
    if faults:
        raise ValueError("\n".join(sentence_of(fault) for fault in faults))
    return as_quiz_value(QuizBlock(), quiz)
