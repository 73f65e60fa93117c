import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("core", "0001_initial"),
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Design",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("service", "service-record certificate"),
                            ("completion", "completion certificate"),
                            ("tier", "certificate of a tier"),
                            ("stars", "certificate of stars"),
                            ("commendation", "certificate of a commendation"),
                            ("thanks", "letter of thanks"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="name of the template")),
                ("version", models.PositiveIntegerField(blank=True, null=True, verbose_name="version")),
                ("heading", models.CharField(max_length=24, verbose_name="heading")),
                ("body", models.TextField(max_length=2000, verbose_name="text")),
                (
                    "border",
                    models.CharField(
                        choices=[
                            ("double", "double line"),
                            ("fret", "fret corners"),
                            ("letter", "letterhead with a red line"),
                        ],
                        default="double",
                        max_length=8,
                        verbose_name="border",
                    ),
                ),
                ("is_landscape", models.BooleanField(default=False, verbose_name="landscape")),
                ("seal", models.BinaryField(blank=True, default=b"", verbose_name="picture of the seal")),
                ("signature", models.BinaryField(blank=True, default=b"", verbose_name="picture of the signature")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="published at")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="designs",
                        to="core.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "issuer",
                    models.ForeignKey(
                        blank=True,
                        help_text="Choose one if the seal belongs to it alone. Without one, every recording unit uses the template.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="designs",
                        to="people.issuer",
                        verbose_name="recording unit",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="published by",
                    ),
                ),
            ],
            options={
                "verbose_name": "template",
                "verbose_name_plural": "templates",
                "ordering": ["kind", "name", "-version"],
            },
        ),
        migrations.AddConstraint(
            model_name="design",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["service", "completion", "tier", "stars", "commendation", "thanks"])
                ),
                name="design_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="design",
            constraint=models.CheckConstraint(
                condition=models.Q(("border__in", ["double", "fret", "letter"])), name="design_border_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="design",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at", None), ("version", None)),
                    models.Q(("published_at__isnull", False), ("version__isnull", False)),
                    _connector="OR",
                ),
                name="design_published_has_a_version",
            ),
        ),
        migrations.AddConstraint(
            model_name="design",
            constraint=models.UniqueConstraint(
                fields=("community", "kind", "name", "version"), name="design_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="design",
            constraint=models.UniqueConstraint(
                condition=models.Q(("published_at", None)),
                fields=("community", "kind", "name"),
                name="design_one_draft",
            ),
        ),
    ]
