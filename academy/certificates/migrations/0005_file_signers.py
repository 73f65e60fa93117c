import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("certificates", "0004_batches"),
        ("people", "0019_signing_key"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="receipt",
            name="key",
            field=models.CharField(max_length=16, verbose_name="signing key"),
        ),
        migrations.CreateModel(
            name="FileSigner",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("certificate", models.BinaryField(verbose_name="certificate of the key")),
                ("sealed", models.TextField(blank=True, verbose_name="private key, encrypted")),
                ("name", models.CharField(max_length=200, verbose_name="name on the certificate")),
                ("valid_until", models.DateTimeField(verbose_name="valid until")),
                ("begun_at", models.DateTimeField(verbose_name="in use from")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="in use until")),
                (
                    "begun_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="uploaded by",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="taken away by",
                    ),
                ),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="file_signers",
                        to="people.issuer",
                        verbose_name="recording unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "key of a unit that signs files",
                "verbose_name_plural": "keys of units that sign files",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", None), models.Q(("sealed", ""), _negated=True)),
                            models.Q(("ended_at__isnull", False), ("ended_by__isnull", False), ("sealed", "")),
                            _connector="OR",
                        ),
                        name="file_signer_ended_without_key",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("issuer",), name="file_signer_one_of_a_unit"
                    ),
                ],
            },
        ),
    ]
