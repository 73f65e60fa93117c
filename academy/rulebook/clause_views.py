"""The back office's screens for the clauses of a draft, and for the community's own ones."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.core.actions import ActionView
from academy.core.meanwhile import NoticesChanges
from academy.core.refusals import Refusal
from academy.core.sentences import join_sentences
from academy.people.http import user_of
from academy.rulebook import clauses, services
from academy.rulebook.chapters import with_title
from academy.rulebook.models import Clause, RuleSet
from academy.rulebook.parameters import PARAMETERS


def explain_placeholders(rule_set: RuleSet, wording: str = "") -> list[dict[str, Any]]:
    """Return what may stand in braces, in words and with its present value; those of `wording` come first."""
    rows = []
    for name, value in clauses.placeholders(rule_set.parameters).items():
        parameter = PARAMETERS.get(name) or PARAMETERS[f"{name.removesuffix('_hours')}_minutes"]
        rows.append(
            {
                "name": f"{{{name}}}",
                "label": parameter.label,
                "value": value,
                "unit": _("in hours") if name not in PARAMETERS else _("in minutes") if parameter.in_hours else "",
                "clause": with_title(parameter.clause),
                "is_used": f"{{{name}}}" in wording,
            }
        )
    return sorted(rows, key=lambda row: not row["is_used"])


class WordingForm(forms.Form):
    """The wording of a clause; a clause of the community's own has its title too."""

    title = forms.CharField(label=pgettext_lazy("of a clause", "Title"), max_length=40)
    zh = forms.CharField(label=_("Chinese wording"), widget=forms.Textarea(attrs={"rows": 5}))
    en = forms.CharField(
        label=_("English wording"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("It may stay empty: readers of English then see the Chinese one. Empty it if it fits no more."),
    )

    def __init__(self, *args: Any, clause: Clause, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule_set = clause.rule_set
        if not clauses.is_own(clause.code):
            del self.fields["title"]
        used = [one for one in explain_placeholders(self.rule_set, clause.wording_zh) if one["is_used"]]
        self.fields["zh"].help_text = join_sentences(
            _("%(name)s becomes “%(value)s”: %(label)s.") % {**one, "label": str(one["label"])} for one in used
        )

    def clean_zh(self) -> str:
        services.check_wording(self.cleaned_data["zh"], self.rule_set)
        return str(self.cleaned_data["zh"])

    def clean_en(self) -> str:
        services.check_wording(self.cleaned_data["en"], self.rule_set, may_be_empty=True)
        return str(self.cleaned_data["en"])

    @property
    def wordings(self) -> dict[str, str]:
        """The texts as the service takes them."""
        data = self.cleaned_data
        if "title" not in data:
            return {"zh": data["zh"], "en": data["en"]}
        return {name: clauses.join_own(data["title"], data[name]) for name in ("zh", "en")}


class NewClauseForm(forms.Form):
    title = forms.CharField(
        label=pgettext_lazy("of a clause", "Title"),
        max_length=40,
        help_text=_("A few words, for the list of contents."),
    )
    zh = forms.CharField(label=_("Text"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6}))


class ClausesView(ActionView):
    """List the clauses of the draft, each with a link to the form for its wording."""

    act = _("Wording of the clauses")
    template_name = "rulebook/admin/clauses.html"

    def get_success_url(self) -> str:
        return reverse("rule_set:edit", args=[self.object.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        values = self.object.parameters
        rows = []
        for clause in self.object.clauses.all():
            text = clause.texts(values)[0]
            rows.append((clause, clauses.split_own(text)[1] if clauses.is_own(clause.code) else text))
        return super().get_context_data(rows=rows, rule_set=self.object, **kwargs)

    def perform(self, form: Any) -> Refusal | HttpResponse | None:
        return redirect(self.get_success_url())


class AddClauseView(ActionView):
    """Add a clause of the community's own to the draft."""

    form_class = NewClauseForm
    act = _("Add a clause of your own")
    lead = _(
        "It is for people to read: the program does not count by it. It gets the next code of your own, such as Y1."
    )
    done = _("The clause stands at the end of %(object)s.")

    def perform(self, form: NewClauseForm) -> Refusal | None:
        answer = services.add_clause(
            rule_set=self.object, **form.cleaned_data, by=user_of(self.request), at=timezone.now()
        )
        return answer if isinstance(answer, Refusal) else None

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except forms.ValidationError as error:
            form.add_error("zh", error)
            return self.form_invalid(form)

    def get_success_url(self) -> str:
        return reverse("rule_set:clauses", args=[self.object.pk])


class _OneClause(ActionView):
    """Base of the views of one clause of the draft."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        clause = Clause.objects.filter(rule_set=self.object, code=kwargs["code"]).select_related("rule_set").first()
        if clause is None:
            raise Http404
        self.clause = clause

    def get_page_subtitle(self) -> str:
        return with_title(self.clause.code, self.clause.title)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        *above, last = super().get_breadcrumbs_items()
        return [*above, {**last, "sublabel": self.get_page_subtitle()}]

    def get_success_url(self) -> str:
        return reverse("rule_set:clauses", args=[self.object.pk])


class WordingView(NoticesChanges, _OneClause):
    """Change the wording of one clause of the draft."""

    form_class = WordingForm
    template_name = "rulebook/admin/wording.html"
    act = _("Save the wording")
    done = _("%(object)s has a new wording.")

    def get_initial(self) -> dict[str, Any]:
        zh, en = self.clause.wording_zh, self.clause.wording_en
        if clauses.is_own(self.clause.code):
            title, zh = clauses.split_own(zh)
            return {"title": title, "zh": zh, "en": clauses.split_own(en)[1]}
        return {"zh": zh, "en": en}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "clause": self.clause}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            placeholders=explain_placeholders(self.object, self.clause.wording_zh),
            clause=self.clause,
            is_own=clauses.is_own(self.clause.code),
            **kwargs,
        )

    def perform(self, form: WordingForm) -> Refusal | None:
        answer = services.word_clause(clause=self.clause, **form.wordings, by=user_of(self.request), at=timezone.now())
        return answer if isinstance(answer, Refusal) else None


class RemoveClauseView(_OneClause):
    """Remove a clause of the community's own from the draft."""

    act = _("Remove the clause")
    lead = _("It is removed from this draft. Published versions keep it.")
    done = _("The clause is removed from %(object)s.")
    serious = True

    def perform(self, form: Any) -> Refusal | None:
        return services.remove_clause(clause=self.clause, by=user_of(self.request), at=timezone.now())
