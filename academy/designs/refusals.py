"""Refusals of this app."""

from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal
from academy.designs.wording import FIELDS, Fault

NOT_ALLOWED = Refusal("not_allowed", _("Only a social worker of the community keeps its templates."))
DRAFT_EXISTS = Refusal("draft_exists", _("A draft of this template exists already. Go on with it, or publish it."))
PUBLISHED = Refusal("published", _("This version is published and stays as it is. Write a new version."))
OTHER_COMMUNITY = Refusal("other_community", _("This recording unit belongs to another community."))
BAD_PICTURE = Refusal(
    "bad_picture", _("Choose a picture as PNG or JPG, of at most 3 MB: a scan or a photo of the seal on white paper.")
)

# A template that is wrong, by the codes of `wording.fault_of`.
OPEN_FIELD = Refusal("open_field", _("A brace has no partner. Write each field as {姓名}, with both braces."))
TOO_MANY_LINES = Refusal("too_many_lines", _("The text is too long for one page. Write at most 20 lines."))
NO_HEADING = Refusal("no_heading", _("Write a heading."))


def refusal_of(fault: Fault, kind: str) -> Refusal:
    """Return the refusal for what is wrong with a template, with the names of the fields."""
    names = "、".join(f"{{{name}}}" for name in fault.names)
    match fault.code:
        case "open_field":
            return OPEN_FIELD
        case "too_many_lines":
            return TOO_MANY_LINES
        case "no_heading":
            return NO_HEADING
        case "wrong_heading":
            return Refusal(
                "wrong_heading",
                _("Only a service-record certificate is headed “%(title)s” (P9). Choose another heading.")
                % {"title": fault.names[0]},
            )
        case "unknown_field":
            known = "、".join(f"{{{field.name}}}" for field in FIELDS[kind])
            return Refusal(
                "unknown_field",
                _("This kind of paper has no field %(names)s. Its fields are: %(known)s.")
                % {"names": names, "known": known},
            )
        case "field_not_alone":
            return Refusal(
                "field_not_alone",
                _("%(names)s becomes a table: write it alone on a line of its own.") % {"names": names},
            )
        case _:
            return Refusal(
                "missing_field",
                _("The rules want these fields on this kind of paper: %(names)s. Write them into the text.")
                % {"names": names},
            )
