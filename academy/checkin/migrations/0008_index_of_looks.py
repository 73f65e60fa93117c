from django.db import migrations, models

from academy.core.index_operations import AddIndexBesideWork


class Migration(migrations.Migration):

    atomic = False  # people check in meanwhile: the table of visits is big

    dependencies = [
        ("checkin", "0007_look_at_visits"),
    ]

    operations = [
        AddIndexBesideWork(
            model_name="visit",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False), ("sealed_at", None)),
                fields=["look_at"],
                name="visit_to_look_at",
            ),
        ),
    ]
