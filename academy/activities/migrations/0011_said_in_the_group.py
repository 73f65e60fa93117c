import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("people", "0017_data_erased"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("activities", "0010_home_visit"),
    ]

    operations = [
        migrations.AddField(
            model_name="signup",
            name="said",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="said in the chat group"
            ),
        ),
        migrations.AddField(
            model_name="signup",
            name="companions",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, verbose_name="brings people without a name"
            ),
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(editable=False, max_length=30, unique=True)),
                ("called_at", models.DateTimeField(verbose_name="called at")),
                ("comes", models.BooleanField(null=True, verbose_name="comes")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered at")),
                (
                    "called_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="called by",
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
                        related_name="calls",
                        to="activities.shift",
                        verbose_name="shift",
                    ),
                ),
                (
                    "volunteer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="people.volunteer",
                        verbose_name="volunteer",
                    ),
                ),
            ],
            options={
                "verbose_name": "urgent call",
                "verbose_name_plural": "urgent calls",
                "constraints": [
                    models.UniqueConstraint(fields=("shift", "volunteer"), name="call_once_for_a_shift"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at", None), ("comes", None)),
                            models.Q(("answered_at__isnull", False), ("comes__isnull", False)),
                            _connector="OR",
                        ),
                        name="call_answered_at_a_moment",
                    ),
                ],
            },
        ),
    ]
