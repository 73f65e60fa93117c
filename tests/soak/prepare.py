"""`python -m tests.soak.prepare FILE`: build the demonstration; write its visitors' keys to FILE."""

import json
import sys
from pathlib import Path
from typing import Any

import django
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from scripts.quick_migrate import direct_relations

VISITORS = 15  # each with a phone of their own; with the leader they fit into the running shift
DEVICES = 3
MAILS = 2  # logins that may ask for a link by mail


def mails_of_people() -> list[str]:
    """Give some logins an e-mail address each, to which no message goes, and return these addresses."""
    from academy.messaging.models import MailSettings
    from academy.people.models import User

    users = User.objects.filter(is_active=True, volunteer__isnull=False).order_by("pk")[:MAILS]
    for number, user in enumerate(users):
        user.email = f"person{number}@academy.example.org"
        user.save()
        MailSettings.objects.update_or_create(user=user, defaults={"wants_mail": False})
    return [user.email for user in users]


def with_password(volunteer: Any) -> dict[str, str]:
    """Give a login a password, stored as in production, and return what its volunteer types."""
    password, hasher = "soak-through-the-night", PBKDF2PasswordHasher()
    volunteer.user.password = hasher.encode(password, hasher.salt())
    volunteer.user.save(update_fields=["password"])  # its e-mail address was set meanwhile
    return {"login": volunteer.number, "password": password}


def main() -> None:
    django.setup()
    from django.core.management import call_command
    from django.db.models import Q
    from django.utils import timezone

    from academy.activities.models import Activity
    from academy.checkin.services import codes, devices
    from academy.people import cards
    from academy.people.models import Volunteer
    from academy.people.services import registration
    from academy.people.services import slips as people_slips
    from demo.build import build

    with direct_relations():
        call_command("migrate", verbosity=0)
    now = timezone.now()
    running = build(at=now)
    assert isinstance(running, Activity), running
    for number in range(VISITORS):
        registration.register_volunteer(
            community=running.community, name=f"志愿者{number}", by=None, at=now, evidence="签字的登记表"
        )
    visitors = Q(registered_at=now) | Q(pk=running.leader_id)
    volunteers = Volunteer.objects.filter(visitors, community=running.community).order_by("number")
    assert len(volunteers) == VISITORS + 1
    slips = people_slips.print_slips(volunteers=volunteers, by=None, at=now)
    issued = [devices.issue_device(activity=running, by=running.leader.user, at=now) for _ in range(DEVICES)]
    given = {
        "mails": mails_of_people(),
        "password": with_password(running.leader),
        "activity": running.pk,
        "shift": running.shifts.latest("starts_at").pk,
        "gate": f"/c/{codes.checkpoint_for(running, rotating=False).key}/",
        "codes": [code for _slip, code in slips],
        "leader": next(code for slip, code in slips if slip.volunteer_id == running.leader_id),
        "cards": [card.key for card in cards.cards_for(volunteers=volunteers, by=None, at=now)],
        "devices": [devices.roster_as_json(device=device, at=now) for device in issued],
    }
    Path(sys.argv[1]).write_text(json.dumps(given))


if __name__ == "__main__":
    main()
