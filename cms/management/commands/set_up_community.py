import datetime as dt
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from academy.core.models import Community
from academy.people.models import Duty, User
from academy.people.permissions import DutyRole
from academy.people.services import duties, logins
from cms.founding import FoundingFacts, set_up_community

# flag: its help text, and the question if the flag is missing
NEEDED = {
    "name": "name of the community, e.g. 松林社区",
    "slug": "its short name in Latin letters, e.g. songlin",
    "issuer": "registered name of the unit that records hours and certifies them",
    "person_responsible": "person responsible of that unit",
    "handler": "person there who handles certificates",
    "telephone": "telephone of the desk",
    "address": "address of the desk",
    "administrator": "name of the first administrator",
    "social_worker": "name of the first social worker",
}


class Command(BaseCommand):
    help = (
        "Set up a community: pages in both languages, first rules, recording unit, and the sign-ins of an "
        "administrator and a social worker, each with a link that sets the password, printed once. It asks for the "
        "values of missing flags; a second run adds missing parts."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        for name, what in NEEDED.items():
            parser.add_argument(f"--{name.replace('_', '-')}", help=what)
        parser.add_argument("--credit-code", default="", help="unified social credit code of the unit")
        parser.add_argument("--desk-hours", default="", help="opening hours of the desk")
        parser.add_argument(
            "--rules-from", type=dt.date.fromisoformat, help="first day of the rules, YYYY-MM-DD; today"
        )
        parser.add_argument("--public-url", default=settings.PUBLIC_URL, help="where its pages are served; PUBLIC_URL")

    def handle(self, *args: Any, **options: Any) -> None:
        given = {name: options[name] or "" for name in NEEDED}
        if missing := [name for name, value in given.items() if not value]:
            if not sys.stdin.isatty():
                flags = ", ".join(f"--{name.replace('_', '-')}" for name in missing)
                raise CommandError(f"No terminal can answer questions: give {flags}.")
            for name in missing:
                while not given[name]:
                    given[name] = input(f"{NEEDED[name]}: ").strip()
        facts = FoundingFacts(
            name=given["name"],
            slug=given["slug"],
            issuer=given["issuer"],
            person_responsible=given["person_responsible"],
            handler=given["handler"],
            telephone=given["telephone"],
            address=given["address"],
            credit_code=options["credit_code"],
            desk_hours=options["desk_hours"],
            rules_from=options["rules_from"],
        )
        community = set_up_community(facts=facts, public_url=options["public_url"], by=None, at=timezone.now())
        self.stdout.write(f"{community} is set up: {options['public_url']}")
        self._appoint(community, DutyRole.ADMINISTRATOR, given["administrator"])
        self._appoint(community, DutyRole.SOCIAL_WORKER, given["social_worker"])

    def _appoint(self, community: Community, role: DutyRole, name: str) -> None:
        """Add the first login with this duty, and print the link that sets its password, once."""
        if Duty.objects.filter(community=community, role=role).exists():
            return
        username = f"{community.slug}-{role.value.replace('_', '-')}"
        if User.objects.filter(username=username).exists():
            raise CommandError(f"The login {username} exists without the duty: grant it in the admin.")
        user = logins.add_staff_login(name=name, username=username)
        duties.grant_duty(user=user, community=community, role=role, by=None)
        link = logins.password_link(user=user, by=None)
        self.stdout.write(f"{role.label} {name}: set a password for {username} at {settings.PUBLIC_URL}{link}")
