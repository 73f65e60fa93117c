from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.certificates.addresses import page_url
from academy.certificates.models import Receipt
from academy.checkin.services import codes
from academy.core.refusals import Refusal
from demo import accounts
from demo.build import build


class Command(BaseCommand):
    help = "Build the demonstration community, and add an activity that is running now."

    def handle(self, *args: Any, **options: Any) -> None:
        running = build(at=timezone.now())
        if isinstance(running, Refusal):
            raise CommandError(f"{running} [{running.code}]")
        poster = codes.checkpoint_for(running, rotating=False)
        self.stdout.write(f"\n  {settings.PUBLIC_URL}/\n")
        for account in accounts.ACCOUNTS:
            self.stdout.write(f"  {account.phone}  {accounts.PASSWORD}  {account.role} {account.name}: {account.does}")
        self.stdout.write(f"\n  {running.title}: {settings.PUBLIC_URL}/c/{poster.key.lower()}/")
        if (receipt := Receipt.objects.order_by("pk").first()) is not None:
            self.stdout.write("  " + _("A receipt of a check: %(page)s") % {"page": page_url(receipt.code)})
        self.stdout.write(
            "  " + _("The demonstration's notice lasts 0 working days, so that hours take effect at once.") + "\n\n"
        )
