from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("hours", "0014_open_seals"),
    ]

    operations = [
        migrations.AddField(
            model_name="opendeadline",
            name="looked_on",
            field=models.DateField(null=True, verbose_name="last looked at on"),
        ),
        migrations.AddIndex(
            model_name="servicerecord",
            index=models.Index(
                condition=models.Q(("state__in", ["awaiting_confirmation", "awaiting_makeup"])),
                fields=["activity"],
                name="record_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="servicerecord",
            index=models.Index(fields=["-date", "-id"], name="record_by_date"),
        ),
    ]
