from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from academy.core import practice
from academy.core.http import safe_next
from academy.core.refusals import Refusal
from academy.people.models import User
from academy.people.permissions import Right
from academy.rulebook import services
from academy.rulebook.chapters import in_chapters, title_of, with_title
from academy.rulebook.clauses import is_own, split_own
from academy.rulebook.models import Clause, RuleSet
from academy.rulebook.parameters import PARAMETERS, Parameter, differences

SOURCES = {
    "L": gettext_lazy("law or ministerial order"),
    "P": gettext_lazy("practice published elsewhere"),
    "D": gettext_lazy("agreed on in this community"),
}


def rules(request: HttpRequest, rule_set: int) -> HttpResponse:
    """Show every clause of a published version, with its parameters and the other versions."""
    shown = get_object_or_404(RuleSet.objects.published().select_related("community"), pk=rule_set)
    practice.show(request, shown.community_id)
    versions = RuleSet.objects.published().filter(community=shown.community_id).order_by("-effective_from", "-version")
    context = {
        "rule_set": shown,
        "chapters": in_chapters(describe_clause(clause) for clause in shown.clauses.all()),
        "back": safe_next(request),
        "parameters": [describe_parameter(PARAMETERS[name], value) for name, value in shown.parameters.items()],
        "versions": versions,
        "alone": shown.publications.accepted().filter(alone=True).first(),
    }
    return render(request, "rulebook/rules.html", context)


def clause(request: HttpRequest, rule_set: int, code: str) -> HttpResponse:
    """Show one clause of a published version. The code of a step shows its clause: ``H3-plan`` shows H3.

    `?next=` is the page that the reader came from, such as a record; a link leads back there.
    """
    found = get_object_or_404(
        Clause.objects.published().select_related("rule_set__community"),
        rule_set=rule_set,
        code=code.partition("-")[0].upper(),
    )
    practice.show(request, found.rule_set.community_id)
    context = {"rule_set": found.rule_set, "clause": describe_clause(found), "back": safe_next(request)}
    return render(request, "rulebook/clause.html", context)


@login_required
@never_cache
@require_GET
def draft(request: HttpRequest, rule_set: int) -> HttpResponse:
    """Show a draft to its commenters, with its differences from the rules in force."""
    return _draft_page(request, visible_draft(request.user, rule_set), about=request.GET.get("about", ""))


@login_required
@require_POST
def comment(request: HttpRequest, rule_set: int) -> HttpResponse:
    """Store a comment on a draft. A refusal is shown beside the form, with the typed text."""
    shown, user = visible_draft(request.user, rule_set), request.user
    assert isinstance(user, User)
    about, text = request.POST.get("about", "")[:8], request.POST.get("text", "")
    answer = services.comment_on(rule_set=shown, code=about, text=text, by=user, at=timezone.now())
    if isinstance(answer, Refusal):
        return _draft_page(request, shown, about=about, text=text, refusal=answer)
    messages.success(request, _("Your comment is on the page now."))
    # The fragment shows the comment; without it, a browser keeps the fragment of the form.
    return redirect(reverse("rulebook:draft", args=[shown.pk]) + f"#{about or 'comments'}")


def visible_draft(user: Any, rule_set: int) -> RuleSet:
    """Return the draft for its authors and, while it is open, for commenters; 404 for other users."""
    found: RuleSet = get_object_or_404(RuleSet.objects.drafts().select_related("community", "drafted_by"), pk=rule_set)
    if user.has_right(Right.WRITE_RULES, found.community):
        return found
    if found.publication is None or not services.may_comment(user, found.community):
        raise Http404
    return found


def _draft_page(
    request: HttpRequest, shown: RuleSet, *, about: str, text: str = "", refusal: Refusal | None = None
) -> HttpResponse:
    try:
        now = RuleSet.objects.in_force(shown.community_id, timezone.localdate())
    except RuleSet.DoesNotExist:
        now = None
    before = {one.code: describe_clause(one) for one in now.clauses.all()} if now else {}
    comments: dict[str, list[Any]] = {}
    for each in shown.comments.select_related("by"):
        comments.setdefault(each.code, []).append(each)
    clauses = []
    for one in shown.clauses.all():
        mine = describe_clause(one, shown.parameters)
        was = before.get(one.code)
        clauses.append(
            {
                **mine,
                "before": was["text"] if was and was["text"] != mine["text"] else "",
                "is_new": was is None,
                "comments": comments.get(one.code, []),
            }
        )
    user = request.user
    assert isinstance(user, User)
    context = {
        "rule_set": shown,
        "in_force": now,
        "publication": shown.publication,
        "declined": shown.publications.declined().order_by("-decided_at").first(),
        "parameters": [
            {**describe_parameter(parameter, value), "before": parameter.shown(was)}
            for parameter, was, value in differences(shown.values, now.values if now else {})
        ],
        "changed": [one for one in clauses if one["before"] or one["is_new"]],
        "unchanged": [one for one in clauses if not (one["before"] or one["is_new"])],
        "comments": comments.get("", []),
        "abouts": [(one["code"], with_title(one["code"], one["title"])) for one in clauses],
        "writes": user.has_right(Right.WRITE_RULES, shown.community),
        "about": about,
        "typed": text,
        "refusal": refusal,
    }
    return render(request, "rulebook/draft.html", context)


def describe_clause(clause: Clause, parameters: dict[str, int] | None = None) -> dict[str, Any]:
    """Return a clause for display in the reader's language; `parameters` fill the wording of a draft.

    A clause without an English text is shown in Chinese.
    """
    zh, en = clause.texts(parameters or {})
    text = zh if (get_language() or "").startswith("zh") or not en else en
    title: Any = title_of(clause.code)
    if is_own(clause.code):
        title, text = split_own(text)
    return {
        "code": clause.code,
        "title": title,
        "text": text,
        "sources": source_words(clause.source),
    }


def describe_parameter(parameter: Parameter, value: int) -> dict[str, Any]:
    """Return a parameter for display, with its value, its default and the sources of the default."""
    return {
        "label": parameter.label,
        "clause": parameter.clause,
        "title": title_of(parameter.clause),
        "value": parameter.shown(value),
        "default": parameter.shown(parameter.default),
        "sources": source_words(parameter.source),
    }


def source_words(source: str) -> list[Any]:
    return [SOURCES[letter] for letter in source.split("/")]
