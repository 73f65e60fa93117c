"""The reasons to ask about a line of a thread, in sentences."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from academy.core.sentences import join_sentences
from academy.threads.facts import Doubt
from academy.threads.matching import Person

NOT_UNDERSTOOD = _("Not understood: no name was found in this line.")

_SENTENCES = {
    "several": _("Several people on the roll have this name. Choose one."),
    "other_building": _("The roll has another building for this name. Is it the same person?"),
    "other_phone": _("The roll has another phone for this name. Is it the same person?"),
    "address": _("This is no whole name. Who is meant?"),
    "address_unknown": _("This is no whole name, and nobody on the roll fits. Ask in the group."),
    "mistyped": _("The roll has a similar name, %(text)s. Is it a typing error?"),
    "phone_of": _("This phone is that of %(text)s on the roll. Is it the same person?"),
    "nickname": _("This looks like a nickname. Who is it?"),
    "relative": _("This names somebody's relative. Who is it?"),
    "no_author": _("The line does not say who “I” is."),
    "depends": _("It depends: “%(text)s”. Do they come?"),
    "perhaps_withdrawn": _("“%(text)s”: do they still come?"),
    "who_withdraws": _("The line names several people. Who withdraws?"),
    "comes_again": _("Withdrawn and signed up again. Do they come?"),
    "substitutes": _("One person comes for another one. Who comes?"),
    "signs_for": _("They sign up %(text)s. Do they come too?"),
    "two_names": _("The line has two names, also %(text)s. One person or two?"),
    "remark_or_name": _("“%(text)s” may be a name or a remark. Is it a person?"),
    "heads": _("The number of people is not clear."),
    "by_number": _("A later line says: “%(text)s”. Is this person meant?"),
    "missing_later": _("They stand in an earlier copy of the list and not in the last one. Do they come?"),
    "perhaps_same": _("%(text)s may be the same person as in another line."),
}


def sentence(doubt: Doubt, choices: Collection[Person] = ()) -> Any:
    """Return the question in words."""
    said = str(_SENTENCES[doubt.code] % {"text": doubt.text})
    if doubt.code in ("several", "address", "nickname", "relative") and choices:
        names = "、".join(" ".join(filter(None, [one.name, one.building])) for one in list(choices)[:5])
        return join_sentences([said, names])
    return said
