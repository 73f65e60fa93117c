"""The kinds of requests about one's own data, which staff who keep the roll answer (V3)."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.core.refusals import Refusal
from academy.decisions.kinds import R, RequestKind, register
from academy.messaging.kinds import ANSWER
from academy.messaging.models import Tone
from academy.messaging.services import send
from academy.own_data import services
from academy.own_data.models import DataCopy, DataCorrection, DataDeletion
from academy.people.models import User
from academy.people.permissions import Right
from academy.people.services import erasing


class OwnDataKind(RequestKind[R]):
    """A kind that staff who keep the roll answer at once, except those who took the request at the desk.

    They wait two working days for a colleague, as for every other request (K4).
    """

    template = "own_data/decisions/request.html"
    related = ("volunteer__merged_into", "community", "asked_by__volunteer")
    columns = ("volunteer", "due_on")
    is_for_volunteer = True
    right = Right.MANAGE_PEOPLE
    readers = (Right.MANAGE_PEOPLE,)
    alone_right = Right.MANAGE_PEOPLE

    def patience(self, request: Any, at: dt.datetime) -> int:
        return 2  # K4: of the person who took the request at the desk, for colleagues

    def due_on(self, request: Any) -> dt.date:
        due: dt.date = request.due_on
        return due

    def lock_first(self, request: Any) -> None:
        erasing.rows_of(request.volunteer)

    def tell(self, request: Any, yes: Any, no: Any, at: dt.datetime) -> None:
        """Send the answer to the person."""
        send(
            kind=ANSWER,
            volunteer=request.volunteer,
            key=f"own-data:{self.slug}:{request.pk}",
            text=yes if request.accepted else no,
            path=reverse("own_data:mine"),
            tone=Tone.GOOD if request.accepted else Tone.PLAIN,
            at=at,
        )


@register
class DataCopyKind(OwnDataKind[DataCopy]):
    """A yes makes the copy, which the person fetches within 30 days."""

    model = DataCopy
    slug = "data-copy"

    def summary(self, request: DataCopy) -> str:
        return _("Wants a copy of all data. After a yes they fetch it themselves, for 30 days.")

    def act(self, request: DataCopy, *, by: User, at: dt.datetime) -> None:
        self.tell(
            request,
            gettext_lazy("The copy of your data is ready. Fetch it within 30 days."),
            gettext_lazy("Your request for a copy of your data was declined. The reason stands beside the request."),
            at,
        )


@register
class DataCorrectionKind(OwnDataKind[DataCorrection]):
    """Staff correct the entry first; a yes says that it is done."""

    model = DataCorrection
    slug = "data-correction"
    template = "own_data/decisions/correction.html"
    accepted = gettext_lazy("Answered: it is corrected.")

    def summary(self, request: DataCorrection) -> str:
        return _("Says that something is wrong. Correct it on the person's page first, then answer yes.")

    def act(self, request: DataCorrection, *, by: User, at: dt.datetime) -> None:
        self.tell(
            request,
            gettext_lazy("Your data was corrected as you asked."),
            gettext_lazy("Your request to correct your data was declined. The reason stands beside the request."),
            at,
        )


@register
class DataDeletionKind(OwnDataKind[DataDeletion]):
    """A yes erases the data for good, in the transaction of the decision."""

    model = DataDeletion
    slug = "data-deletion"
    template = "own_data/decisions/deletion.html"
    accepted = gettext_lazy("The data is erased. The number and the service records stay.")

    def summary(self, request: DataDeletion) -> str:
        return _("Wants their data deleted. This cannot be taken back.")

    def cannot_accept(self, request: DataDeletion, *, at: dt.datetime) -> Refusal | None:
        return erasing.cannot_erase(volunteer=request.volunteer.stays, at=at)

    def act(self, request: DataDeletion, *, by: User, at: dt.datetime) -> None:
        if request.accepted:
            erased = services.delete(volunteer=request.volunteer, by=by, at=at)
            assert not isinstance(erased, Refusal), erased  # `cannot_accept` has asked, under the same locks
            return
        no = gettext_lazy("Your request to delete your data was declined. The reason stands beside the request.")
        self.tell(request, no, no, at)
