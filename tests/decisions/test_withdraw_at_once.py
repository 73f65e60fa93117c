"""An author takes a request back while another person decides it, on two connections."""

import pytest

from academy.core.refusals import Refusal
from academy.decisions.models import RequestState
from academy.decisions.services import DECIDED, decide, withdraw
from academy.hours.models import MakeUp, RecordState, ServiceRecord
from academy.people.permissions import DutyRole
from tests.at_once import at_once
from tests.decisions.test_withdraw import ask_correction
from tests.desk.test_two_desks import MONDAY
from tests.factories import UserFactory
from tests.hours.scene import Scene

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.mark.parametrize("accepted", [True, False])
def test_of_a_decision_and_a_withdrawal_one_holds(accepted: bool) -> None:
    scene = Scene()
    volunteer = scene.volunteer(login=True)
    scene.attend(volunteer, scene.activity().shifts.get())
    asked = ask_correction(volunteer, ServiceRecord.objects.get())
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])

    answers = at_once(
        lambda: withdraw(request=MakeUp.objects.get(), by=volunteer.user, at=MONDAY),
        lambda: decide(request=MakeUp.objects.get(), by=approver, at=MONDAY, accepted=accepted, answer="看过"),
    )

    [refused] = [answer for answer in answers if isinstance(answer, Refusal)]
    assert refused == DECIDED
    asked.refresh_from_db()
    decided = RequestState.ACCEPTED if accepted else RequestState.DECLINED
    assert asked.state == (RequestState.WITHDRAWN if answers[1] is refused else decided)
    minutes = 120 if asked.state == RequestState.ACCEPTED else 180
    record = ServiceRecord.objects.live().get()
    assert (record.state, record.minutes) == (RecordState.AWAITING_CONFIRMATION, minutes)
