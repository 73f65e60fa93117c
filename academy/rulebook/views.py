from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from academy.rulebook.models import Clause, RuleSet

SOURCES = {
    "L": _("law or ministerial order"),
    "P": _("practice published elsewhere"),
    "D": _("agreed on in this community"),
}


def rules(request: HttpRequest, rule_set: int) -> HttpResponse:
    """Every clause of a published version."""
    shown = get_object_or_404(RuleSet.objects.published().select_related("community"), pk=rule_set)
    clauses = [described(clause) for clause in shown.clauses.all()]
    return render(request, "rulebook/rules.html", {"rule_set": shown, "clauses": clauses})


def clause(request: HttpRequest, rule_set: int, code: str) -> HttpResponse:
    """One clause of a published version. A step's code leads to its clause: ``H3-plan`` to H3."""
    found = get_object_or_404(
        Clause.objects.published().select_related("rule_set__community"),
        rule_set=rule_set,
        code=code.partition("-")[0].upper(),
    )
    return render(request, "rulebook/clause.html", {"rule_set": found.rule_set, "clause": described(found)})


def described(clause: Clause) -> dict[str, object]:
    """A clause in the reader's language, with its sources in words."""
    return {
        "code": clause.code,
        "text": clause.text_zh if (get_language() or "").startswith("zh") else clause.text_en,
        "sources": [SOURCES[letter] for letter in clause.source.split("/")],
    }
