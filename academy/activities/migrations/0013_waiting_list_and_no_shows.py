import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

ABSENCES = [("excused", "told us before"), ("unexcused", "without a word")]
OUTCOMES = [
    ("took", "has a place"),
    ("declined", "did not want the place"),
    ("lapsed", "did not answer in time"),
    ("left", "waits no longer"),
    ("over", "no place became free"),
]


class Migration(migrations.Migration):

    dependencies = [
        ("activities", "0012_teaching_and_practica"),
        ("people", "0017_data_erased"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="signup",
            name="held_until",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="held until"),
        ),
        migrations.AddField(
            model_name="signup",
            name="absence",
            field=models.CharField(
                blank=True,
                choices=ABSENCES,
                db_default="",
                default="",
                max_length=10,
                verbose_name="no-show",
            ),
        ),
        # The new constraint is there before the stricter part of it goes: no moment is without one.
        migrations.AddConstraint(
            model_name="signup",
            constraint=models.UniqueConstraint(
                condition=Q(("cancelled_at", None), ("held_until__isnull", False), _connector="OR"),
                fields=("shift", "role", "seat"),
                name="sign_up_or_hold_one_per_seat",
            ),
        ),
        migrations.RemoveConstraint(model_name="signup", name="sign_up_one_per_seat"),
        migrations.AddConstraint(
            model_name="signup",
            constraint=models.CheckConstraint(
                condition=Q(("held_until", None), ("cancelled_at__isnull", False), _connector="OR"),
                name="sign_up_held_is_not_live",
            ),
        ),
        migrations.AddConstraint(
            model_name="signup",
            constraint=models.CheckConstraint(
                condition=Q(("absence__in", ["", "excused", "unexcused"])), name="sign_up_absence_known"
            ),
        ),
        migrations.CreateModel(
            name="AbsenceNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "absence",
                    models.CharField(blank=True, choices=ABSENCES, max_length=10, verbose_name="no-show"),
                ),
                ("noted_at", models.DateTimeField(verbose_name="noted at")),
                (
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="noted by",
                    ),
                ),
                (
                    "sign_up",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absence_notes",
                        to="activities.signup",
                        verbose_name="sign-up",
                    ),
                ),
            ],
            options={
                "verbose_name": "note about a no-show",
                "verbose_name_plural": "notes about no-shows",
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("absence__in", ["", "excused", "unexcused"])), name="absence_note_absence_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WaitingEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(editable=False, max_length=30, unique=True)),
                ("joined_at", models.DateTimeField(verbose_name="waits since")),
                ("offered_at", models.DateTimeField(blank=True, null=True, verbose_name="place offered at")),
                ("answer_by", models.DateTimeField(blank=True, null=True, verbose_name="answer by")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended at")),
                (
                    "outcome",
                    models.CharField(blank=True, choices=OUTCOMES, max_length=10, verbose_name="outcome"),
                ),
                (
                    "joined_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="put in by",
                    ),
                ),
                (
                    "place",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="activities.signup",
                        verbose_name="place",
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="activities.role",
                        verbose_name="role",
                    ),
                ),
                (
                    "shift",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waiting",
                        to="activities.shift",
                        verbose_name="shift",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="waiting",
                        to="people.volunteer",
                        verbose_name="volunteer",
                    ),
                ),
            ],
            options={
                "verbose_name": "entry of the waiting list",
                "verbose_name_plural": "waiting list",
                "indexes": [
                    models.Index(condition=Q(("ended_at", None)), fields=["answer_by"], name="waiting_open"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(("ended_at", None)), fields=("shift", "volunteer"), name="waiting_once_for_a_shift"
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            Q(("ended_at", None), ("outcome", "")),
                            Q(
                                ("ended_at__isnull", False),
                                ("outcome__in", ["took", "declined", "lapsed", "left", "over"]),
                            ),
                            _connector="OR",
                        ),
                        name="waiting_ended_with_an_outcome",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            Q(("answer_by", None), ("offered_at", None)),
                            Q(("answer_by__isnull", False), ("offered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="waiting_offered_until",
                    ),
                ],
            },
        ),
    ]
