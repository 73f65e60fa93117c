"""All messages of a person, what comes by e-mail, and the ways out of e-mails."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from academy.core import practice
from academy.core.http import form_page
from academy.core.look import current_language
from academy.families.belongings import people_with_right
from academy.families.http import chosen_person
from academy.home.message_forms import MailForm
from academy.messaging import kinds, mailing
from academy.messaging import services as messaging
from academy.messaging.models import Message
from academy.people.http import user_of
from academy.people.permissions import Right

MESSAGES_A_PAGE = 30


@login_required
@never_cache
@require_GET
def show_messages(request: HttpRequest) -> HttpResponse:
    """Show all messages of the user, or of a person whom the user acts for, the latest first."""
    people = people_with_right(user_of(request), Right.SEE_HOURS)
    if not people:
        return redirect("home:my")
    volunteer = chosen_person(request, people)
    page = Paginator(Message.objects.of(volunteer), MESSAGES_A_PAGE).get_page(request.GET.get("p"))
    context = {
        "volunteer": volunteer,
        "people": people,
        "page": page,
        "keep": f"who={volunteer.number}",
        "has_unread": any(message.is_waiting for message in page),
        "by_mail": settings.HAS_MAIL_SERVER,
    }
    return render(request, "home/messages.html", context)


@login_required
@never_cache
@form_page
def set_mail(request: HttpRequest) -> HttpResponse:
    """Show and store what this login gets by e-mail. Without a mail server there is no such page."""
    if not settings.HAS_MAIL_SERVER:
        raise Http404
    user = user_of(request)
    address = mailing.address_for(user)
    form = MailForm(request.POST or None, user=user, chosen=mailing.settings_of(user), address=address)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        messaging.change_mail(user=user, wants_mail=data["wants_mail"], muted=form.muted, language=current_language())
        new = data["address"]
        if new == address:
            messages.success(request, _("Saved."))
        elif new in ("", user.email):
            messaging.change_address(user=user, address="")
            messages.success(request, _("Saved."))
        else:
            mailing.ask_to_confirm(user=user, address=new)
            messages.success(request, _("Saved. Open the link that we sent to %(address)s.") % {"address": new})
        return redirect("home:mail_settings")
    return render(request, "home/mail_settings.html", {"form": form})


@login_required
@never_cache
@form_page
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    """Show a link that was sent to a new address; on POST, messages go to this address."""
    user = user_of(request)
    address = mailing.read_confirmation(token, user=user)
    if address is None:
        raise Http404
    if request.method == "POST":
        messaging.change_address(user=user, address=address)
        messages.success(request, _("Your messages go to %(address)s now.") % {"address": address})
        return redirect("home:mail_settings")
    return render(request, "home/confirm_address.html", {"address": address})


@csrf_exempt  # the token is the right; mail programs post without a page of ours (RFC 8058)
@never_cache
@form_page
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a link in an e-mail ends; on POST, end it. Nobody is signed in by it."""
    found = mailing.read_token_to_stop(token)
    if found is None:
        raise Http404
    user, slug = found
    if user.own_volunteer is not None:
        practice.show(request, user.own_volunteer.community_id)
    done = request.method == "POST"
    if done:
        messaging.unsubscribe(user=user, kind=slug)
    kind = kinds.kind_called(slug)
    context: dict[str, Any] = {"label": kind.label if kind else "", "done": done}
    return render(request, "home/stop_mail.html", context)
