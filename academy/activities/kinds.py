"""Kinds and subjects of activities, and how a role counts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """The kind of an activity; with the role's `counts_as` it decides the category of the time (H9)."""

    SERVICE = "service", _("service")
    PREPARATION = "preparation", _("preparation")
    TRAINING = "training", _("training")
    MEETING = "meeting", _("meeting")
    OTHER = "other", _("other (no hours)")


class Subject(models.TextChoices):
    """Subject of an activity (服务类别): for its drawing and the filter, never for hours."""

    NEIGHBOURS = "neighbours", _("help among neighbours")
    ELDERS = "elders", _("elders")
    CHILDREN = "children", _("children and young people")
    ENVIRONMENT = "environment", _("environment")
    SAFETY = "safety", _("safety")
    HEALTH = "health", _("health")
    CULTURE = "culture", _("arts and sports")
    LEARNING = "learning", _("learning")


class CountsAs(models.TextChoices):
    """The role in the sense of the rules: what a person's time counts as (H3, H9)."""

    VOLUNTEER = "volunteer", _("volunteer")
    LEADER = "leader", _("leader")
    INSTRUCTOR = "instructor", _("volunteer instructor")
    ASSISTANT = "assistant", _("assistant")
    LEARNER = "learner", _("learner")
    ATTENDEE = "attendee", _("attendee")
