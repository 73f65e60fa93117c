import datetime as dt
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import override

from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.core.sentences import join_sentences
from academy.core.services import BAD_SHORT_NAME
from academy.core.short_names import community_called, is_short_name, suggest
from academy.people.permissions import DutyRole
from academy.people.services import logins
from cms.founding import FirstStaff, FoundingFacts, appoint_first, set_up_community

# flag: its help text, and the question if the flag is missing
NEEDED = {
    "name": "社区名称 · name of the community, e.g. 松林社区",
    "slug": "简称（网址用） · its short name in Latin letters, which stands in addresses, e.g. songlin",
    "issuer": "记录单位 · registered name of the unit that records hours and certifies them",
    "person_responsible": "单位负责人 · person responsible of that unit",
    "handler": "经办人 · person there who handles certificates",
    "telephone": "服务台电话 · telephone of the desk",
    "address": "服务台地址 · address of the desk",
    "administrator": "第一位管理员的姓名 · name of the first administrator",
    "social_worker": "第一位社工的姓名 · name of the first social worker",
}
APPROVER = (
    "第二个人 · name of the second person, the approver: decides what a social worker asks for; without one each "
    "decision waits for days and is marked as handled by one person"
)


class Command(BaseCommand):
    help = (
        "Set up a community: pages in both languages, first rules, recording unit, and the sign-ins of an "
        "administrator, a social worker and an approver, each with a link that sets the password, printed once. It "
        "asks for the values of missing flags; a second run adds missing parts."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        for name, what in NEEDED.items():
            parser.add_argument(f"--{name.replace('_', '-')}", help=what)
        parser.add_argument("--approver", help=APPROVER)
        parser.add_argument("--credit-code", default="", help="unified social credit code of the unit")
        parser.add_argument("--desk-hours", default="", help="opening hours of the desk")
        parser.add_argument(
            "--rules-from", type=dt.date.fromisoformat, help="first day of the rules, YYYY-MM-DD; today"
        )
        parser.add_argument("--public-url", default=settings.PUBLIC_URL, help="where its pages are served; PUBLIC_URL")

    def handle(self, *args: Any, **options: Any) -> None:
        given = {name: options[name] or "" for name in NEEDED}
        asks = sys.stdin.isatty()
        if missing := [name for name, value in given.items() if not value]:
            if not asks:
                flags = ", ".join(f"--{name.replace('_', '-')}" for name in missing)
                raise CommandError(f"No terminal can answer questions: give {flags}.")
            for name in missing:
                while not given[name]:
                    given[name] = self._short_name(given["name"]) if name == "slug" else _ask(NEEDED[name])
        if complaint := _complaint(given["slug"]):
            raise CommandError(f"{complaint} --slug {suggest(given['name']) or 'songlin'}")
        approver = options["approver"]
        if approver is None:  # an empty one means: not yet
            approver = _ask(f"{APPROVER} (Enter: 暂时没有 · not yet)") if asks and missing else ""
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
        if approver:
            self._appoint(community, DutyRole.APPROVER, approver)

    def _short_name(self, name: str) -> str:
        """Ask for the short name until it fits addresses; Enter takes the suggestion."""
        suggestion = suggest(name)
        while True:
            answer = _ask(NEEDED["slug"] + (f" (Enter: {suggestion})" if suggestion else "")) or suggestion
            complaint = _complaint(answer)
            if not complaint:
                return answer
            self.stdout.write(complaint)

    def _appoint(self, community: Community, role: DutyRole, name: str) -> None:
        """Add the first login with this duty, and print the link that sets its password, once."""
        duty = appoint_first(community=community, staff=FirstStaff(role, name))
        if isinstance(duty, Refusal):
            raise CommandError(
                f"{duty} The login of {role.label} {name} exists without the duty: grant it in the admin."
            )
        if duty is not None:
            link = logins.password_link(user=duty.user, by=None)
            login = duty.user.get_username()
            self.stdout.write(f"{role.label} {name}: set a password for {login} at {settings.PUBLIC_URL}{link}")


def _ask(question: str) -> str:
    return input(f"{question}: ").strip()


def _complaint(slug: str) -> str:
    """Return what is wrong with a short name, in both languages; empty for one that is good or in use."""
    if is_short_name(slug) or community_called(slug) is not None:
        return ""
    sentences = []
    for language in ("zh-hans", "en"):
        with override(language):
            sentences.append(str(BAD_SHORT_NAME))
    return join_sentences(sentences)
