"""The form that prints many certificates, and the work that it begins."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from academy.certificates.models import Certificate
from academy.certificates.works import KINDS_OF_FORM, Form, Order, in_order
from academy.core.models import Community
from academy.paper.http import DOUBLE_SIDED, remember_sides
from academy.people.http import user_of
from academy.works import services as works
from academy.works.views import work_url


class PrintForm(forms.Form):
    order = forms.ChoiceField(label=_("In which order"), choices=Order, initial=Order.NUMBER, widget=forms.RadioSelect)
    form = forms.ChoiceField(
        label=_("As which file"),
        choices=Form,
        initial=Form.PDF,
        widget=forms.RadioSelect,
    )
    double_sided = forms.BooleanField(
        label=_("Print on both sides: each person begins on a new sheet"),
        required=False,
        help_text=_("Without the tick print on one side: the next person's certificate would stand on the back."),
    )


def begin_printing(
    request: HttpRequest,
    certificates: Iterable[Certificate],
    *,
    order: str,
    form: str,
    double_sided: bool,
    at: dt.datetime,
) -> HttpResponse:
    """Begin a work for each community of these certificates, and redirect to it.

    The volunteers of the certificates are read with them.
    """
    homes: dict[Community, list[Certificate]] = defaultdict(list)
    for certificate in certificates:
        homes[certificate.community].append(certificate)
    given: dict[str, Any] = {"kind": KINDS_OF_FORM[form], "by": user_of(request), "at": at}
    begun = [
        works.begin(
            community=home,
            order={"certificates": in_order(some, order), DOUBLE_SIDED: double_sided},
            total=len(some),
            **given,
        )
        for home, some in homes.items()
    ]
    answer = redirect(work_url(begun[0]) if len(begun) == 1 else "works")
    return remember_sides(request, answer, double_sided=double_sided)
