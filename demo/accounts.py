"""The four sign-ins of the demonstration. Their password is public, so no other database has them."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

PASSWORD = "academy-demo"  # public


@dataclass(frozen=True)
class Account:
    role: Any
    name: str
    phone: str
    does: Any


VOLUNTEER = Account(_("volunteer"), "王秀英", "13800000001", _("is checked in right now: check out and see the hours"))
INSTRUCTOR = Account(_("volunteer instructor"), "陈志强", "13800000002", _("leads today's activity on the phone"))
SOCIAL_WORKER = Account(_("social worker"), "李敏", "13800000003", _("plans activities, confirms, prints"))
ADMINISTRATOR = Account(_("administrator"), "周航", "13800000004", _("gives duties, decides as the second person"))

ACCOUNTS = (VOLUNTEER, INSTRUCTOR, SOCIAL_WORKER, ADMINISTRATOR)
