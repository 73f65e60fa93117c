"""The sentences for faults of a quiz, where a trainer can see and mend them."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.learning.quiz.questions import Fault

_SENTENCES: dict[str, str | Promise] = {
    # of a question
    "no_stem": gettext_lazy("The question itself is missing. Write what is asked."),
    "no_options": gettext_lazy("It has no options to choose from. Write each on a line of its own: A. … B. …"),
    "one_option": gettext_lazy("It has one option only. Add another one."),
    "empty_option": gettext_lazy("One of its options is empty. Fill it in or delete it."),
    "equal_options": gettext_lazy("Two of its options are the same. Change or delete one."),
    "no_right": gettext_lazy("It has no right answer. Say which one is right."),
    "several_right": gettext_lazy("It is a single choice with several right answers. Leave one, or make it multiple."),
    "order_of_two": gettext_lazy("An order needs at least three options: two are a coin to toss."),
    "no_match": gettext_lazy("One of its options has no match. Fill in what belongs to it."),
    "equal_matches": gettext_lazy("All its matches are the same. Change at least one."),
    "no_picture": gettext_lazy("Choose the picture on which the spot is looked for."),
    "no_alt": gettext_lazy("Describe the picture for people who cannot see it."),
    "no_cell": gettext_lazy("Give each option its place on the picture, from A1 to D4."),
    "equal_cells": gettext_lazy("Two options have the same place on the picture. Move one."),
    "asked_twice": gettext_lazy("The same question stands above already. Delete one of the two."),
    # of the terms
    "no_questions": gettext_lazy("There is no question yet. Paste some, or add one below."),
    "pool_too_large": gettext_lazy("More are asked than there are questions (%(detail)s). Ask fewer, or add some."),
    "pass_mark_too_high": gettext_lazy("More right answers are needed than questions asked (%(detail)s). Lower it."),
    "pool_below_one": gettext_lazy("Ask at least one question, or leave this empty."),
    "pass_mark_below_one": gettext_lazy("Ask for at least one right answer, or leave this empty."),
    "tries_below_one": gettext_lazy("Allow at least one try a day, or leave this empty."),
    # of a written question
    "no_such_kind": gettext_lazy("Questions to fill in or to answer freely cannot be graded here. Give it options."),
    "kind_unknown": gettext_lazy("“%(detail)s” is no kind of question. Write 单选, 多选, 判断, 排序 or 连线."),
    "kind_differs": gettext_lazy("It stands under true or false, but its options are others. Move or mend it."),
    "letter_missing": gettext_lazy("Option %(detail)s comes without the one before it. Check the letters."),
    "letter_twice": gettext_lazy("Option %(detail)s stands there twice. Check the letters."),
    "answer_unclear": gettext_lazy("The answer “%(detail)s” is not clear. Write letters, as B or AC, or 对 or 错."),
    "answer_beyond": gettext_lazy("The answer %(detail)s is none of its options. Check the answer or the options."),
    "answers_differ": gettext_lazy("It has two answers that differ: %(detail)s. Delete the wrong one."),
    "order_incomplete": gettext_lazy("The answer does not order all options. Write all letters, as BCA."),
    "order_or_several": gettext_lazy("Is this an order, or are several right? Write 排序题 above it, or sort them."),
    "pair_unclear": gettext_lazy("“%(detail)s” is no pair. Write both parts with a dash between: 119 — 火警"),
    # of a line
    "line_unclear": gettext_lazy(
        "“%(detail)s” belongs to no part of a question. Join it to another line, or delete it."
    ),
    "number_again": gettext_lazy("This number was there before. Number the questions on, or write a heading between."),
    "number_jumps": gettext_lazy("This number follows %(detail)s. Is it a question? Number on, or join the lines."),
    "answer_list_unclear": gettext_lazy("“%(detail)s” is no list of answers. Write 1-5 ABCDA, or 1. A 2. B"),
    "answer_list_length": gettext_lazy("“%(detail)s” has more or fewer answers than numbers. Check the list."),
    "answer_of_none": gettext_lazy("The list has an answer for this number, but there is no such question."),
    "answer_of_several": gettext_lazy("Several questions have this number. Write the kind above each part of it."),
    # of the whole
    "too_long": gettext_lazy("The text is longer than %(detail)s characters. Divide it."),
    "too_many": gettext_lazy("A quiz has at most %(detail)s questions. Divide the text."),
    "no_headings": gettext_lazy("No row has the headings 题目 and 答案. Write them above the columns."),
}
CODES = frozenset(_SENTENCES)


def sentence_of(fault: Fault) -> str:
    """Return the sentence with the question and the line that it is about."""
    text: Any = _SENTENCES[fault.code]
    sentence = str(text) % {"detail": fault.detail}
    if fault.number and fault.line:
        return _("Line %(line)s, question %(number)s: %(sentence)s") % {
            "line": fault.line,
            "number": fault.number,
            "sentence": sentence,
        }
    if fault.line:
        return _("Line %(line)s: %(sentence)s") % {"line": fault.line, "sentence": sentence}
    if fault.number:
        return _("Question %(number)s: %(sentence)s") % {"number": fault.number, "sentence": sentence}
    return sentence


def bare_sentence_of(code: str) -> str:
    """Return the sentence of a fault that is shown at the question itself."""
    return str(_SENTENCES[code]) % {"detail": ""}
