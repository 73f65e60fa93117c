from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from academy.core.links import public_address
from academy.core.refusals import Refusal
from academy.people.backends import find_logins
from academy.people.services import logins


class Command(BaseCommand):
    help = (
        "Print a link on which a person can set a new password, once and within three days: for an administrator whom "
        "no other administrator can help."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="user name, phone, volunteer number or e-mail address of the login")
        parser.add_argument("--remove-second-factor", action="store_true", help="the person has lost it, too")

    def handle(self, *args: Any, **options: Any) -> None:
        users = list(find_logins(options["name"])[:2])
        if len(users) != 1:
            raise CommandError("Several logins have this name." if users else "No login has this name.")
        if options["remove_second_factor"]:
            logins.remove_second_factor(user=users[0], by=None, at=timezone.now())
        link = logins.password_link(user=users[0], by=None)
        assert not isinstance(link, Refusal)
        self.stdout.write(f"{users[0]}: {public_address(link)}")
