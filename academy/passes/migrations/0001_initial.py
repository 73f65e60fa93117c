import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("hours", "0001_initial"),
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Passbook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="number of the passbook")),
                ("brought_forward", models.PositiveIntegerField(verbose_name="minutes brought forward")),
                ("begun_at", models.DateTimeField(verbose_name="begun at")),
                (
                    "begun_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="begun by",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passbooks",
                        to="people.volunteer",
                        verbose_name="volunteer",
                    ),
                ),
            ],
            options={
                "verbose_name": "passbook",
                "verbose_name_plural": "passbooks",
                "constraints": [
                    models.UniqueConstraint(fields=("volunteer", "number"), name="passbook_number_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="PassbookPrinting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("printed_at", models.DateTimeField(verbose_name="printed at")),
                (
                    "book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="printings",
                        to="passes.passbook",
                        verbose_name="passbook",
                    ),
                ),
                (
                    "printed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="printed by",
                    ),
                ),
            ],
            options={
                "verbose_name": "printing of a passbook",
                "verbose_name_plural": "printings of passbooks",
            },
        ),
        migrations.CreateModel(
            name="PassbookLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page", models.PositiveSmallIntegerField(verbose_name="page of the passbook")),
                ("row", models.PositiveSmallIntegerField(verbose_name="row")),
                ("total", models.PositiveIntegerField(verbose_name="minutes in total")),
                (
                    "book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="passes.passbook",
                        verbose_name="passbook",
                    ),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passbook_line",
                        to="hours.ledgerentry",
                        verbose_name="ledger entry",
                    ),
                ),
                (
                    "printing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="passes.passbookprinting",
                        verbose_name="printing",
                    ),
                ),
                (
                    "reversal",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="passbook_correction",
                        to="hours.ledgerentry",
                        verbose_name="reversal",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a passbook",
                "verbose_name_plural": "lines of passbooks",
                "ordering": ["book", "page", "row"],
                "constraints": [
                    models.UniqueConstraint(fields=("book", "page", "row"), name="passbook_place_once"),
                    models.CheckConstraint(
                        condition=models.Q(("page__gte", 1), ("row__gte", 1), ("row__lte", 8)),
                        name="passbook_place_on_page",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("entry__isnull", False), ("reversal__isnull", False), _connector="OR"),
                        name="passbook_line_rests_on_the_ledger",
                    ),
                ],
            },
        ),
    ]
