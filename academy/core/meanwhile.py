"""Edit forms notice that somebody else saved the object while the form was open (ADR 28)."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django.contrib.admin.utils import unquote
from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from wagtail.log_actions import registry

from academy.core import form_parts
from academy.core.keys import random_key

TOKEN = "meanwhile"  # the hidden input with the marks of the values that the form was opened with
ASKED = "meanwhile-part"  # the parts that the page asks about
STORED, MINE = "stored", "mine"
_NONCE_BITS = 60
_REMEMBERED = 10 * 60  # seconds in which a second click counts as the same act


@dataclass(frozen=True)
class Difference:
    """A part of the form that another user changed meanwhile, with both values in words."""

    name: str
    label: str
    stored: list[str]
    mine: list[str]
    suggestion: str  # the choice for a part that only the other user changed; else empty

    @property
    def input_name(self) -> str:
        return f"{TOKEN}-{self.name}"


class NoticesChanges:
    """Mixin for a view whose form edits the stored object `self.object`.

    The form holds the marks of the values that it was opened with. `post` locks the object, reads it again and compares
    the marks. If another user changed a part meanwhile to something else, the view saves no part and shows the form
    with both values of the part; the user chooses, and sends the form again. A form without marks is saved: it was
    opened before an update of the product.
    """

    request: HttpRequest
    _posted: QueryDict | None = None
    _replaces_post = False
    _differences: tuple[Difference, ...] = ()
    _fresh_token = ""

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()  # type: ignore[misc]
        if self._replaces_post:
            kwargs["data"] = self._posted
            if self._posted is None:
                kwargs["files"] = None
        return kwargs

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save under a lock, unless another user has changed the same parts."""
        view: Any = self
        key = unquote(str(kwargs[view.pk_url_kwarg]))
        with transaction.atomic():
            view.model._base_manager.select_for_update(of=("self",), no_key=True).filter(pk=key).first()
            # Read everything again: what was read before the lock may be old.
            self.__dict__.pop("object", None)
            view.setup(request, *args, **kwargs)
            if not hasattr(view, "object"):
                view.object = view.get_object()
            response = self._compare()
            if response is None:
                response = super().post(request, *args, **kwargs)  # type: ignore[misc]
                self._remember(response)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        token = self._fresh_token or self.request.POST.get(TOKEN, "")
        if not context["form"].is_bound:
            token = self._new_token(form_parts.parts_of(context["form"]))
        context["meanwhile"] = {"token": token, "differences": self._differences}
        if self._differences:
            logs = registry.get_logs_for_instance(context["view"].object)
            context["meanwhile"]["last"] = logs.select_related("user").first()
        return context

    def _compare(self) -> HttpResponse | None:
        """Return the page that asks the user, or None if the form can be saved; apply the user's choices."""
        data, opened = self.request.POST.copy(), self._opened()
        if opened is None:
            return None
        plain = self._form(None)
        stored = form_parts.parts_of(plain)
        marks = {name: form_parts.digest(part) for name, part in stored.items()}
        changed = {name for name in stored if opened["marks"].get(name, marks[name]) != marks[name]}
        asked = changed | {name for name in self.request.POST.getlist(ASKED) if name in stored}
        if not asked:
            return None
        sent = {name: form_parts.sent_part(plain, name, stored[name], data) for name in asked}
        choices = {name: self.request.POST.get(f"{TOKEN}-{name}", "") for name in asked}
        for name in asked:
            chosen = stored[name] if choices[name] == STORED else form_parts.overwritten_part(plain, name, sent[name])
            _replace(data, sent[name], chosen)
        theirs, mine = self._form(_query(stored)), self._form(data)
        values, own = form_parts.values_of(theirs), form_parts.values_of(mine)
        differing = {name for name in asked if values[name] != own[name]}
        open_parts = [
            name for name in stored if name in differing and (name in changed or choices[name] not in (STORED, MINE))
        ]
        if open_parts:
            if self._is_second_click(opened):
                return HttpResponseRedirect(self.get_success_url())  # type: ignore[attr-defined]
            self._differences = tuple(
                Difference(
                    name,
                    form_parts.label_of(plain, name),
                    form_parts.words_of(theirs, name),
                    form_parts.words_of(mine, name),
                    STORED if form_parts.digest(sent[name]) == opened["marks"].get(name) else "",
                )
                for name in open_parts
            )
            self._fresh_token = self._new_token(stored)
            view: Any = self
            view.form = mine
            response: HttpResponse = view.render_to_response(view.get_context_data(form=mine))
            return response
        for name in asked - differing:
            _replace(data, form_parts.sent_part(plain, name, stored[name], data), stored[name])
        self._posted, self._replaces_post = data, True
        return None

    def _form(self, data: QueryDict | None) -> Any:
        """Return the view's form, bound to `data`; not bound if None."""
        view: Any = self
        self._posted, self._replaces_post = data, True
        try:
            return view.get_form()
        finally:
            self._posted, self._replaces_post = None, False

    # The token

    def _salt(self) -> str:
        return f"academy.core.meanwhile:{self.request.path}"

    def _new_token(self, parts: dict[str, form_parts.Posted]) -> str:
        marks = {name: form_parts.digest(part) for name, part in parts.items()}
        return signing.dumps({"marks": marks, "nonce": random_key(_NONCE_BITS)}, salt=self._salt(), compress=True)

    def _opened(self) -> dict[str, Any] | None:
        try:
            opened: dict[str, Any] = signing.loads(self.request.POST.get(TOKEN, ""), salt=self._salt())
        except signing.BadSignature:
            return None
        return opened

    # The second click on “Save”

    def _content(self) -> str:
        return hashlib.sha256(self.request.POST.urlencode().encode()).hexdigest()

    def _remember(self, response: HttpResponse) -> None:
        if response.status_code == 302 and (opened := self._opened()) is not None:
            cache.set(f"meanwhile:{opened['nonce']}", self._content(), _REMEMBERED)

    def _is_second_click(self, opened: dict[str, Any]) -> bool:
        return bool(cache.get(f"meanwhile:{opened['nonce']}") == self._content())


def _query(parts: dict[str, form_parts.Posted]) -> QueryDict:
    data = QueryDict(mutable=True)
    for part in parts.values():
        _replace(data, {}, part)
    return data


def _replace(data: QueryDict, old: form_parts.Posted, new: form_parts.Posted) -> None:
    for key in old:
        data.pop(key, None)
    for key, values in new.items():
        if values:
            data.setlist(key, values)
