"""A community's volunteer management rules: draft them, open them for comments, publish them."""

import datetime as dt
from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.core import memo
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.people.models import User, Volunteer
from academy.people.permissions import Right, roles_with
from academy.rulebook import clauses
from academy.rulebook.models import Clause, Comment, Publication, RuleSet, Timelines
from academy.rulebook.parameters import PARAMETERS, problems
from academy.rulebook.signals import draft_opened

NOT_ALLOWED = Refusal("not_allowed", _("The rules are drafted by social workers. Ask one of them."))
NOT_A_COMMENTER = Refusal(
    "not_allowed", _("Core volunteers with the duty of approver, and social workers, comment on a draft.")
)
PUBLISHED = Refusal("published", _("This version is published and stays as it is. Make the next one."))
OPEN = Refusal("open", _("The draft is open for comments. Take it back before you change it."))
NOT_OPEN = Refusal("not_open", _("The draft is not open for comments."))
NOT_LATER = Refusal(
    "not_later",
    _("Past days keep their rules. Choose a day in the future."),
)
NEEDS_TEXT = Refusal("needs_text", _("Write down what you want to say."))
COMMON_CLAUSE = Refusal(
    "common_clause", _("The program counts by this clause, so it stays. Change its wording or its values.")
)
UNKNOWN_CLAUSE = Refusal("unknown_clause", _("There is no such clause in this draft."))


def bad_parameters(rule_set: RuleSet) -> Refusal | None:
    """Return the refusal of a draft with values that the rules do not allow; it names them."""
    found = problems(rule_set.values)
    if not found:
        return None
    return Refusal(
        "bad_parameters",
        _("The draft has values that are not possible. Change them: %(values)s")
        % {
            "values": " · ".join(
                f"{PARAMETERS[name].label} {PARAMETERS[name].shown(rule_set.parameters[name])}"
                f" → {str(sentence).rstrip('。.')}"
                for name, sentence in found.items()
            )
        },
    )


FORTNIGHT = dt.timedelta(days=14)


@transaction.atomic
def publish_rule_set(
    *,
    community: Community,
    title: str,
    effective_from: dt.date,
    values: dict[str, int],
    by: User | None,
    at: dt.datetime,
) -> RuleSet:
    """Publish a version with our own wordings at once, as the first rules of a community.

    `values` holds the parameters that differ from their defaults, in the unit of their names. Raises `ValidationError`
    for an unknown parameter or value. It is never changed; later changes are the next version.
    """
    _lock(community)
    rule_set = RuleSet(community=community, title=title, effective_from=effective_from, values=values, drafted_by=by)
    rule_set.full_clean()
    rule_set.save()
    parameters = rule_set.parameters
    Clause.objects.bulk_create(
        Clause(
            rule_set=rule_set,
            code=text.code,
            source=text.source,
            wording_zh=text.zh,
            wording_en=text.en,
            text_zh=clauses.fill(text.zh, parameters),
            text_en=clauses.fill(text.en, parameters),
            position=position,
        )
        for position, text in enumerate(clauses.TEXTS)
    )
    _publish(rule_set, by=by, at=at)
    return rule_set


@transaction.atomic
def draft_rule_set(*, community: Community, by: User, at: dt.datetime) -> RuleSet | Refusal:
    """Return the community's draft of its next version, or create it as a copy of the latest version.

    Refuses with `not_allowed`.
    """
    if not by.has_right(Right.WRITE_RULES, community):
        return NOT_ALLOWED
    _lock(community)
    present: RuleSet | None = RuleSet.objects.drafts().filter(community=community).first()
    if present is not None:
        return present
    last = RuleSet.objects.published().filter(community=community).order_by("-effective_from", "-version").first()
    rule_set = RuleSet.objects.create(
        community=community,
        title=last.title if last else str(_("Volunteer management rules")),
        effective_from=timezone.localdate(at) + FORTNIGHT,
        values=last.values if last else {},
        drafted_by=by,
    )
    Clause.objects.bulk_create(_next_wordings(rule_set, last))
    log(rule_set, "wagtail.create", user=by, timestamp=at)
    return rule_set


@transaction.atomic
def edit_draft(
    *, rule_set: RuleSet, title: str, effective_from: dt.date, values: dict[str, int], by: User, at: dt.datetime
) -> RuleSet | Refusal:
    """Change the draft's title, day and parameters. Defaults in `values` are not stored.

    Refuses with `not_allowed`, `published`, `open`, `not_later`. Raises `ValidationError` for a wrong value.
    """
    rule_set = lock_rule_set(rule_set)
    if refusal := cannot_edit(rule_set, by):
        return refusal
    if effective_from <= timezone.localdate(at):
        return NOT_LATER
    rule_set.title, rule_set.effective_from = title, effective_from
    rule_set.values = {name: value for name, value in values.items() if value != PARAMETERS[name].default}
    rule_set.full_clean()
    rule_set.save()
    log(rule_set, "wagtail.edit", user=by, timestamp=at)
    return rule_set


@transaction.atomic
def word_clause(*, clause: Clause, zh: str, en: str, by: User, at: dt.datetime) -> Clause | Refusal:
    """Change the wording of a clause of the draft. Its code and its source stay.

    Without an English wording, readers of English see the Chinese one. Refuses with `not_allowed`, `published`, `open`.
    Raises `ValidationError` for an empty Chinese wording, and for an unknown placeholder.
    """
    rule_set = lock_rule_set(clause.rule_set)
    if refusal := cannot_edit(rule_set, by):
        return refusal
    check_wording(zh, rule_set)
    check_wording(en, rule_set, may_be_empty=True)
    clause.wording_zh, clause.wording_en = zh.strip(), en.strip()
    clause.save(update_fields=["wording_zh", "wording_en"])
    log(rule_set, "rulebook.word", user=by, timestamp=at, data={"clause": clause.code})
    return clause


def check_wording(wording: str, rule_set: RuleSet, *, may_be_empty: bool = False) -> None:
    """Raise `ValidationError` if `wording` cannot become a text of this draft."""
    if not wording.strip() and not may_be_empty:
        raise ValidationError(_("Write the clause."), code="needs_text")
    try:
        clauses.fill(wording, rule_set.parameters)
    except ValueError as error:
        raise ValidationError(
            _("Only the names listed below may stand in braces. Each name needs both braces."), code="bad_placeholder"
        ) from error


@transaction.atomic
def add_clause(*, rule_set: RuleSet, title: str, zh: str, by: User, at: dt.datetime) -> Clause | Refusal:
    """Add a clause of the community's own to the draft, with the next code of its own series (Y1, Y2 …).

    Refuses with `not_allowed`, `published`, `open`. Raises `ValidationError` as `word_clause` does.
    """
    rule_set = lock_rule_set(rule_set)
    if refusal := cannot_edit(rule_set, by):
        return refusal
    check_wording(zh, rule_set)
    own = Clause.objects.filter(rule_set__community=rule_set.community_id, code__startswith=clauses.OWN)
    number = max((int(code[1:]) for code in own.values_list("code", flat=True)), default=0) + 1
    last = rule_set.clauses.aggregate(last=Max("position"))["last"] or 0
    clause: Clause = rule_set.clauses.create(
        code=f"{clauses.OWN}{number}", source="D", wording_zh=clauses.join_own(title, zh), position=last + 1
    )
    log(rule_set, "rulebook.add_clause", user=by, timestamp=at, data={"clause": clause.code})
    return clause


@transaction.atomic
def remove_clause(*, clause: Clause, by: User, at: dt.datetime) -> Refusal | None:
    """Remove a clause of the community's own from the draft. Published versions keep it.

    Refuses with `not_allowed`, `published`, `open`, `common_clause`.
    """
    rule_set = lock_rule_set(clause.rule_set)
    if refusal := cannot_edit(rule_set, by):
        return refusal
    if not clauses.is_own(clause.code):
        return COMMON_CLAUSE
    log(rule_set, "rulebook.remove_clause", user=by, timestamp=at, data={"clause": clause.code})
    clause.delete()
    return None


@transaction.atomic
def open_for_comments(*, rule_set: RuleSet, reason: str, by: User, at: dt.datetime) -> Publication | Refusal:
    """Show the draft to core volunteers, who get a message, and ask a second person to publish it.

    `reason`: what changes, and why. Refuses with `not_allowed`, `published`, `open`, `not_later`, `bad_parameters`.
    """
    rule_set = lock_rule_set(rule_set)
    if refusal := cannot_edit(rule_set, by):
        return refusal
    if refusal := cannot_publish(rule_set, at=at):
        return refusal
    publication = Publication.objects.create(rule_set=rule_set, reason=reason.strip(), asked_by=by, asked_at=at)
    log(rule_set, "rulebook.open", user=by, timestamp=at)
    transaction.on_commit(
        partial(draft_opened.send_robust, sender=Publication, publication=publication, at=at), robust=True
    )
    return publication


@transaction.atomic
def take_back(*, rule_set: RuleSet, by: User, at: dt.datetime) -> RuleSet | Refusal:
    """Close an undecided draft to comments, so that it can be changed. Existing comments stay.

    The request to publish it is deleted: a request becomes a fact with its decision (ADR 32), and until then it is a
    part of the draft. The log keeps both acts, and a draft without comments can still be deleted.

    Refuses with `not_allowed`, `published`, `not_open`.
    """
    rule_set = lock_rule_set(rule_set)
    refusal = cannot_edit(rule_set, by)
    if refusal is None:
        return NOT_OPEN
    if refusal is not OPEN:
        return refusal
    rule_set.publications.open().delete()
    log(rule_set, "rulebook.take_back", user=by, timestamp=at)
    return rule_set


@transaction.atomic
def comment_on(*, rule_set: RuleSet, code: str, text: str, by: User, at: dt.datetime) -> Comment | Refusal:
    """Store a comment on a draft, or on its clause with this `code`.

    Refuses with `not_allowed`, `published`, `not_open`, `unknown_clause`, `needs_text`.
    """
    rule_set = lock_rule_set(rule_set)
    if not may_comment(by, rule_set.community):
        return NOT_A_COMMENTER
    if rule_set.published_at is not None:
        return PUBLISHED
    if rule_set.publication is None:
        return NOT_OPEN
    if code and not rule_set.clauses.filter(code=code).exists():
        return UNKNOWN_CLAUSE
    if not text.strip():
        return NEEDS_TEXT
    return Comment.objects.create(rule_set=rule_set, code=code, text=text.strip()[:1000], by=by, at=at)


def commenters(community: Community) -> QuerySet[Volunteer]:
    """Return the core volunteers who are asked for their comments."""
    roles = roles_with(Right.DECIDE)
    return (
        Volunteer.objects.present().filter(user__duties__community=community, user__duties__role__in=roles).distinct()
    )


def may_comment(user: User, community: Community) -> bool:
    """Return whether `user` may comment: core volunteers, for now the approvers, and authors (K4)."""
    return user.has_right(Right.DECIDE, community) or user.has_right(Right.WRITE_RULES, community)


def cannot_publish(rule_set: RuleSet, *, at: dt.datetime) -> Refusal | None:
    """Return why the draft cannot be published at `at`: `not_later`, `bad_parameters`."""
    return NOT_LATER if rule_set.effective_from <= timezone.localdate(at) else bad_parameters(rule_set)


def publish_draft(rule_set: RuleSet, *, by: User, at: dt.datetime) -> None:
    """Write the clauses' texts with the draft's parameters and publish it, in the decision's transaction."""
    parameters = rule_set.parameters
    drafted = list(rule_set.clauses.all())
    for clause in drafted:
        clause.text_zh = clauses.fill(clause.wording_zh, parameters)
        clause.text_en = clauses.fill(clause.wording_en, parameters)
    Clause.objects.bulk_update(drafted, ["text_zh", "text_en"])
    _publish(rule_set, by=by, at=at)


def patience(community_id: int, at: dt.datetime) -> int:
    """Return after how many working days without a second person one person may decide alone (K4)."""
    return RuleSet.objects.parameters_on(community_id, timezone.localdate(at))["second_person_working_days"]


def youngest_age(community: Community, day: dt.date) -> int:
    """Return the youngest age in years with an account under the rules in force on `day` (N1)."""
    return RuleSet.objects.parameters_on(community.pk, day)["min_age"]


def paper_step(community_id: int, day: dt.date) -> int:
    """Return in which steps of minutes a community shows hours under the rules in force on `day` (H1)."""
    return timeline(community_id).parameters_on(community_id, day)["paper_step_minutes"]


def timeline(community_id: int) -> Timelines:
    """Return the rules of a community on any day. One statement, once in a request."""
    return memo.once((timeline, community_id), lambda: RuleSet.objects.timelines([community_id]))


def _lock(community: Community) -> None:
    """Lock the community, so that two requests never draft twice or take the same number."""
    list(Community.objects.select_for_update().filter(pk=community.pk).values_list("pk"))


def lock_rule_set(rule_set: RuleSet) -> RuleSet:
    """Lock the rule set until the end of the transaction, and return it as it is stored."""
    held: RuleSet = RuleSet.objects.select_for_update(of=("self",)).select_related("community").get(pk=rule_set.pk)
    return held


def cannot_edit(rule_set: RuleSet, by: User) -> Refusal | None:
    """Return why `by` may not change the rule set: `not_allowed`, `published`, `open`."""
    if not by.has_right(Right.WRITE_RULES, rule_set.community):
        return NOT_ALLOWED
    if rule_set.published_at is not None:
        return PUBLISHED
    return OPEN if rule_set.publication is not None else None


def _publish(rule_set: RuleSet, *, by: User | None, at: dt.datetime) -> None:
    _lock(rule_set.community)
    last = RuleSet.objects.filter(community=rule_set.community).aggregate(last=Max("version"))["last"] or 0
    rule_set.version, rule_set.published_at = last + 1, at
    rule_set.save(update_fields=["version", "published_at"])
    log(rule_set, "rulebook.publish", user=by, timestamp=at)


def _next_wordings(rule_set: RuleSet, last: RuleSet | None) -> list[Clause]:
    """Return the draft's first clauses: the last version's wordings, and ours for new clauses."""
    before = {clause.code: clause for clause in last.clauses.all()} if last else {}
    ours = [
        Clause(
            rule_set=rule_set,
            code=text.code,
            source=text.source,
            wording_zh=before[text.code].wording_zh if text.code in before else text.zh,
            wording_en=before[text.code].wording_en if text.code in before else text.en,
            position=position,
        )
        for position, text in enumerate(clauses.TEXTS)
    ]
    own = [clause for code, clause in before.items() if clauses.is_own(code)]
    return ours + [
        Clause(
            rule_set=rule_set,
            code=clause.code,
            source=clause.source,
            wording_zh=clause.wording_zh,
            wording_en=clause.wording_en,
            position=position,
        )
        for position, clause in enumerate(own, len(ours))
    ]
