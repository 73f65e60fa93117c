import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.core.models import Community
from academy.decisions.models import Request
from academy.people.models import User, Volunteer
from academy.rulebook import clauses, parameters
from academy.rulebook.chapters import title_of


def validate_parameters(values: dict[str, int]) -> None:
    try:
        parameters.check(values)
    except ValueError as error:
        raise ValidationError(str(error), code="bad_parameter") from error


class VersionIsPublished(Exception):
    """An attempt to change a published version, which stays as it is."""


class FrozenQuerySet(models.QuerySet[Any]):
    """A queryset that refuses to change or delete the rows that `published()` finds."""

    def published(self) -> Any:
        raise NotImplementedError

    def update(self, **kwargs: Any) -> int:
        self._refuse()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        self._refuse()
        return super().delete()

    def _refuse(self) -> None:
        if self.published().exists():
            raise VersionIsPublished


class RuleSetQuerySet(FrozenQuerySet):
    def published(self) -> "RuleSetQuerySet":
        return self.filter(published_at__isnull=False)

    def drafts(self) -> "RuleSetQuerySet":
        return self.filter(published_at=None)

    def in_force(self, community_id: int, day: dt.date) -> "RuleSet":
        """Return the community's rule set in force on `day`; for earlier days its first one.

        Raises `RuleSet.DoesNotExist` for a community without published rules.
        """
        published = self.published().filter(community_id=community_id)
        begun = published.filter(effective_from__lte=day)
        current: RuleSet | None = begun.order_by("-effective_from", "-version").first()
        if current is not None:
            return current
        first: RuleSet | None = published.order_by("effective_from", "version").first()
        if first is None:
            raise RuleSet.DoesNotExist(f"community {community_id} has published no rules")
        return first

    def timelines(self, communities: Iterable[int]) -> "Timelines":
        """Return the rules of these communities on any day. One statement."""
        published = self.published().filter(community_id__in=set(communities)).order_by("effective_from", "version")
        return Timelines(published)

    def parameters_on(self, community_id: int, day: dt.date) -> dict[str, int]:
        """Return the community's parameters in force on `day`, or the defaults without published rules."""
        try:
            return self.in_force(community_id, day).parameters
        except RuleSet.DoesNotExist:
            return parameters.complete({})


class Timelines:
    """The published versions of some communities, to look up which one is in force on a day."""

    def __init__(self, published: Iterable["RuleSet"]) -> None:
        self._versions: dict[int, list[RuleSet]] = {}
        for rule_set in published:
            self._versions.setdefault(rule_set.community_id, []).append(rule_set)

    def parameters_on(self, community_id: int, day: dt.date) -> dict[str, int]:
        """Return what `RuleSetQuerySet.parameters_on` returns, without a statement."""
        versions = self._versions.get(community_id)
        if not versions:
            return parameters.complete({})
        begun = [rule_set for rule_set in versions if rule_set.effective_from <= day]
        return (begun[-1] if begun else versions[0]).parameters


class RuleSet(models.Model):
    """One version of a community's volunteer management rules. Once published it is never changed.

    Before, it is the community's only draft. While its `Publication` is undecided, it is open for comments.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="rule_sets", verbose_name=_("community"))
    version = models.PositiveIntegerField(_("version"), null=True, blank=True)  # given when it is published
    title = models.CharField(_("title"), max_length=100)
    effective_from = models.DateField(_("effective from"))
    values = models.JSONField(
        _("parameters that differ from the defaults"), default=dict, blank=True, validators=[validate_parameters]
    )
    drafted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("drafted by")
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    objects = RuleSetQuerySet.as_manager()
    wagtail_reference_index_ignore = True
    append_only_once = "published_at"

    class Meta:
        verbose_name = _("rule set")
        verbose_name_plural = _("rule sets")
        ordering = ["community", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["community", "version"], name="rule_set_version_once"),
            models.UniqueConstraint(fields=["community"], condition=Q(published_at=None), name="rule_set_one_draft"),
            models.CheckConstraint(
                condition=Q(published_at=None, version=None) | Q(published_at__isnull=False, version__isnull=False),
                name="rule_set_published_has_a_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version or _('draft')}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        _refuse_if_published(self.pk)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _refuse_if_published(self.pk)
        return super().delete(*args, **kwargs)

    @property
    def parameters(self) -> dict[str, int]:
        """Every parameter with its value under this version."""
        return parameters.complete(self.values)

    @property
    def publication(self) -> "Publication | None":
        """The open request to publish the draft; None if the draft is not open for comments."""
        return self.publications.open().first()


def _refuse_if_published(rule_set_id: int | None) -> None:
    """Raise `VersionIsPublished` for a published version: its records are computed under it forever."""
    if rule_set_id is not None and RuleSet.objects.published().filter(pk=rule_set_id).exists():
        raise VersionIsPublished(f"rule set {rule_set_id} is published")


class ClauseQuerySet(FrozenQuerySet):
    def published(self) -> "ClauseQuerySet":
        return self.filter(rule_set__published_at__isnull=False)


class Clause(models.Model):
    """A clause of one version. Refusals, flags and the steps of a record's explanation cite its code.

    The wording is the draft, with `{…}` in the places of parameters. The text is made of it at publication.
    """

    rule_set = models.ForeignKey(RuleSet, models.CASCADE, related_name="clauses", verbose_name=_("rule set"))
    code = models.CharField(_("code"), max_length=8)
    source = models.CharField(_("source"), max_length=100)
    wording_zh = models.TextField(_("Chinese wording"), blank=True)
    wording_en = models.TextField(_("English wording"), blank=True)
    text_zh = models.TextField(_("Chinese text"), blank=True)
    text_en = models.TextField(_("English text"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"))

    objects = ClauseQuerySet.as_manager()
    wagtail_reference_index_ignore = True
    append_only_once = "rule_set__published_at"

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ["rule_set", "position"]
        constraints = [models.UniqueConstraint(fields=["rule_set", "code"], name="clause_code_once")]

    def __str__(self) -> str:
        return self.code

    def save(self, *args: Any, **kwargs: Any) -> None:
        _refuse_if_published(self.rule_set_id)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        _refuse_if_published(self.rule_set_id)
        return super().delete(*args, **kwargs)

    @property
    def title(self) -> str:
        """The short title; a clause that the community added has it in its first line."""
        if clauses.is_own(self.code):
            return clauses.split_own(self.text_zh or self.wording_zh)[0]
        return str(title_of(self.code))

    def texts(self, values: dict[str, int]) -> tuple[str, str]:
        """Return the Chinese and the English text, as published or as these parameters would make it."""
        if self.text_zh:
            return self.text_zh, self.text_en
        return clauses.fill(self.wording_zh, values), clauses.fill(self.wording_en, values)


class Publication(Request):
    """A request to publish a draft, which is open for comments until a second person decides (K4)."""

    community_path = "rule_set__community"

    rule_set = models.ForeignKey(RuleSet, models.PROTECT, related_name="publications", verbose_name=_("rule set"))

    class Meta(Request.Meta):
        verbose_name = _("new version of the rules")
        verbose_name_plural = _("new versions of the rules")
        constraints = [
            *Request.Meta.constraints,
            models.UniqueConstraint(fields=["rule_set"], condition=Q(decided_at=None), name="publication_one_open"),
        ]

    def __str__(self) -> str:
        return str(self.rule_set)

    @property
    def parties(self) -> list[Volunteer]:
        return []  # rules concern all people in the same way


class Comment(models.Model):
    """A comment on a draft, or on one of its clauses. Append-only."""

    rule_set = models.ForeignKey(RuleSet, models.PROTECT, related_name="comments", verbose_name=_("rule set"))
    code = models.CharField(_("clause"), max_length=8, blank=True)  # empty: about the whole draft
    text = models.TextField(_("comment"), max_length=1000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("commented by"))
    at = models.DateTimeField(_("commented at"))

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="comment_says_something")]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"
