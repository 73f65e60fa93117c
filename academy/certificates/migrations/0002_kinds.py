import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("certificates", "0001_initial"),
        ("core", "0001_initial"),
        ("people", "0001_initial"),
        ("units", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="certificate",
            name="kind",
            field=models.CharField(
                choices=[
                    ("service", "service-record certificate"),
                    ("completion", "completion certificate"),
                    ("tier", "certificate of a tier"),
                    ("stars", "certificate of stars"),
                    ("commendation", "certificate of a commendation"),
                    ("thanks", "letter of thanks"),
                ],
                db_default="service",
                default="service",
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="certificate",
            name="source",
            field=models.CharField(blank=True, db_default="", default="", max_length=60),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["service", "completion", "tier", "stars", "commendation", "thanks"])
                ),
                name="certificate_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", "service"), ("minutes", 0), _connector="OR"),
                name="certificate_hours_of_service_alone",
            ),
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=30, unique=True, verbose_name="certificate number")),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="verification code")),
                ("period_from", models.DateField(verbose_name="period from")),
                ("period_to", models.DateField(verbose_name="period to")),
                ("snapshot", models.JSONField(verbose_name="snapshot")),
                ("content_hash", models.CharField(max_length=64, verbose_name="content hash")),
                ("issued_at", models.DateTimeField(verbose_name="issued at")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="core.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="issued by",
                    ),
                ),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="people.issuer",
                        verbose_name="recording unit",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="units.unit",
                        verbose_name="local unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "letter of thanks",
                "verbose_name_plural": "letters of thanks",
                "ordering": ["-issued_at"],
            },
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_to__gte", models.F("period_from"))), name="letter_period_in_order"
            ),
        ),
        migrations.CreateModel(
            name="StatementAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("times", models.PositiveIntegerField(verbose_name="times served")),
                ("minutes", models.PositiveIntegerField(verbose_name="service minutes")),
                ("answered_at", models.DateTimeField(verbose_name="answered at")),
                (
                    "answered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="answered by",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statement_answers",
                        to="people.volunteer",
                        verbose_name="volunteer",
                    ),
                ),
            ],
            options={
                "verbose_name": "yes to a yearly statement",
                "verbose_name_plural": "answers to yearly statements",
            },
        ),
        migrations.AddConstraint(
            model_name="statementanswer",
            constraint=models.UniqueConstraint(
                fields=("volunteer", "year", "times", "minutes"), name="statement_answered_once_for_its_figures"
            ),
        ),
    ]
