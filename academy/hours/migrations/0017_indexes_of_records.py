from django.db import migrations, models

from academy.core.index_operations import AddIndexBesideWork


class Migration(migrations.Migration):

    atomic = False  # people check in meanwhile: the table of records is big

    dependencies = [
        ("hours", "0016_write_as_the_release_before"),
    ]

    operations = [
        AddIndexBesideWork(
            model_name="servicerecord",
            index=models.Index(
                condition=models.Q(("state__in", ["awaiting_confirmation", "awaiting_makeup"])),
                fields=["activity"],
                name="record_waiting",
            ),
        ),
        AddIndexBesideWork(
            model_name="servicerecord",
            index=models.Index(fields=["-date", "-id"], name="record_by_date"),
        ),
    ]
