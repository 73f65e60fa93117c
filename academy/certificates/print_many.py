"""The form that prints many certificates, and the work that it begins."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from academy.certificates.models import Certificate
from academy.certificates.works import KINDS_OF_FORM, Form, Order, in_order
from academy.core.models import Community
from academy.people.models import User
from academy.works import services as works
from academy.works.views import work_url


class PrintForm(forms.Form):
    order = forms.ChoiceField(label=_("In which order"), choices=Order, initial=Order.NUMBER, widget=forms.RadioSelect)
    form = forms.ChoiceField(
        label=_("As which file"),
        choices=Form,
        initial=Form.PDF,
        widget=forms.RadioSelect,
        help_text=_("Print on one side: on both, the next person's certificate would stand on the back."),
    )


def begin_printing(
    certificates: Iterable[Certificate], *, order: str, form: str, by: User, at: dt.datetime
) -> HttpResponse:
    """Begin a work for each community of these certificates, and redirect to it.

    The volunteers of the certificates are read with them.
    """
    homes: dict[Community, list[Certificate]] = defaultdict(list)
    for certificate in certificates:
        homes[certificate.community].append(certificate)
    given: dict[str, Any] = {"kind": KINDS_OF_FORM[form], "by": by, "at": at}
    begun = [
        works.begin(community=home, order={"certificates": in_order(some, order)}, total=len(some), **given)
        for home, some in homes.items()
    ]
    return redirect(work_url(begun[0]) if len(begun) == 1 else "works")
