"""E-mails about messages: who gets one, when, and what it says."""

import datetime as dt
import logging

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from academy.core.links import link_to, public_address
from academy.core.one_by_one import each_alone
from academy.families.belongings import may
from academy.messaging.models import MailSettings, Message
from academy.messaging.quiet import is_of_today, quiet_end
from academy.people import ages
from academy.people.models import User, Volunteer
from academy.people.permissions import Right

logger = logging.getLogger(__name__)

AT_ONCE = 100  # one tick looks at so many messages, and the next one goes on
NO_MAIL, NEW_ADDRESS = "messaging.no_mail", "messaging.new_address"  # salts of signed tokens
ADDRESS_LASTS = dt.timedelta(days=2)


def send_due(*, at: dt.datetime) -> int:
    """Send the e-mails that are due. Return how many messages went out. One statement if none is due.

    Without a mail server no message waits for an e-mail, and none is marked as sent. In the community's quiet hours
    messages wait for their end, except urgent ones about the same day. A message that was read by then, or is of no use
    any more, is not sent.
    """
    if not settings.HAS_MAIL_SERVER:
        return 0
    due = Message.objects.filter(mail_due_at__lte=at).order_by("mail_due_at", "pk")
    sent = each_alone(
        list(due.values_list("pk", flat=True)[:AT_ONCE]),
        lambda pk: _send_one(pk, at),
        failed="Message %s is not sent by e-mail yet",
        log=logger,
    )
    return sum(sent)


@transaction.atomic
def _send_one(pk: int, at: dt.datetime) -> bool:
    """Hand one message to the queue of mail, in one transaction with its mark."""
    waiting = Message.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk, mail_due_at__lte=at)
    message = waiting.select_related("volunteer__merged_into__community", "volunteer__community").first()
    if message is None:
        return False
    person = message.volunteer.stays
    message.mail_due_at = None
    if _is_wanted(message, person, at):
        if later := _held_until(message, person, at):
            message.mail_due_at = later
        elif _send_to_each(message, person, at):
            message.mailed_at = at
    message.save(update_fields=["mail_due_at", "mailed_at"])
    return message.mailed_at == at


def _is_wanted(message: Message, person: Volunteer, at: dt.datetime) -> bool:
    kind = message.kind_of
    return (
        message.read_at is None
        and (message.until is None or message.until > at)
        and kind is not None
        and (kind.also_left or not person.is_suspended)
        and person.erased_at is None
        and not person.community.is_practice
    )


def _held_until(message: Message, person: Volunteer, at: dt.datetime) -> dt.datetime | None:
    """Return the end of the quiet hours in which the message would go out; None if it goes out now."""
    local = timezone.localtime(at)
    end = quiet_end(local, person.community.quiet_from, person.community.quiet_until)
    kind = message.kind_of
    if end is None or (kind is not None and kind.is_urgent and is_of_today(message.until, local, end)):
        return None
    return end


def readers_of(person: Volunteer, day: dt.date) -> list[User]:
    """Return the logins that read this person's messages: their own, agents', and guardians' of a minor."""
    rows = Volunteer.objects.one_with(person.pk).values("pk")
    near = Q(volunteer=person) | Q(agencies__volunteer=person)
    if ages.is_minor(person.birth_date, day):
        near |= Q(guardian_consents__volunteer__in=rows)
    users = User.objects.filter(near, is_active=True).select_related("mail_settings").distinct().order_by("pk")
    return [user for user in users if may(user, Right.SEE_HOURS, volunteer=person, day=day)]


def settings_of(user: User) -> MailSettings:
    """Return what this login gets by e-mail; without a row, everything."""
    return getattr(user, "mail_settings", None) or MailSettings(user=user)


def address_for(user: User) -> str:
    """Return the address to which this login's messages go; empty without one."""
    return settings_of(user).address or user.email


def _send_to_each(message: Message, person: Volunteer, at: dt.datetime) -> int:
    """Send the message to each of its readers who has an address and wants it. Return how many."""
    day, addresses = timezone.localdate(at), set()
    for user in readers_of(person, day):
        chosen, address = settings_of(user), address_for(user)
        if not address or address.lower() in addresses or not chosen.wants_mail or message.kind in chosen.muted:
            continue
        _mail(message, person, user, address=address, language=chosen.language, day=day)
        addresses.add(address.lower())
    return len(addresses)


def _mail(message: Message, person: Volunteer, user: User, *, address: str, language: str, day: dt.date) -> None:
    kind = message.kind_of
    assert kind is not None
    off = public_address(link_to("mail_off", token_to_stop(user, kind.slug)))
    with translation.override(language):
        context = {
            "language": language,
            "whose": "" if person.user_id == user.pk else _whose(person, day),
            "text": str(kind.in_mail) or message.text,
            "url": public_address(message.path if message.path and not kind.in_mail else link_to("my_messages")),
            "kind": kind.label,
            "community": person.community.name,
            "off": off,
            "off_all": public_address(link_to("mail_off", token_to_stop(user, ""))),
        }
        mail = EmailMultiAlternatives(
            _("%(kind)s · %(community)s") % {"kind": kind.label, "community": person.community.name},
            render_to_string("messaging/mail.txt", context),
            to=[address],
            headers={"List-Unsubscribe": f"<{off}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        )
        mail.attach_alternative(render_to_string("messaging/mail.html", context), "text/html")
    mail.send()


def _whose(person: Volunteer, day: dt.date) -> str:
    """Return whose message it is, for somebody who acts for them: a masked name, and of minors none (V2)."""
    if ages.is_minor(person.birth_date, day):
        return _("For the young volunteer whose guardian you are:")
    return _("For %(name)s, for whom you act:") % {"name": person.masked_name}


def token_to_stop(user: User, kind: str) -> str:
    """Return the token that ends e-mails of a kind, or of all kinds if it is empty. It opens no session."""
    return signing.dumps([user.pk, kind], salt=NO_MAIL)


def read_token_to_stop(token: str) -> tuple[User, str] | None:
    """Return the login and the kind of a token that ends e-mails; None if it is not ours."""
    try:
        pk, kind = signing.loads(token, salt=NO_MAIL)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=pk).first()
    return (user, kind) if user is not None else None


def ask_to_confirm(*, user: User, address: str) -> None:
    """Send a link to a new address. Messages go there once its reader has followed it, signed in."""
    link = public_address(link_to("confirm_mail", signing.dumps([user.pk, address], salt=NEW_ADDRESS)))
    text = _("Open this link to get your messages from the volunteer academy at this address: %(link)s") % {
        "link": link
    }
    more = _("You did not ask for this? Then do nothing. The link ends in two days.")
    EmailMultiAlternatives(_("Confirm your e-mail address"), f"{text}\n\n{more}\n", to=[address]).send()


def read_confirmation(token: str, *, user: User) -> str | None:
    """Return the address of a link that `user` was sent; None if it is another's, too old, or not ours."""
    try:
        pk, address = signing.loads(token, salt=NEW_ADDRESS, max_age=ADDRESS_LASTS)
    except signing.BadSignature:
        return None
    return str(address) if pk == user.pk else None
