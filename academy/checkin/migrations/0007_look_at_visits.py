import datetime

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("checkin", "0006_limited_claims"),
    ]

    operations = [
        migrations.AddField(
            model_name="visit",
            name="look_at",
            field=models.DateTimeField(
                db_default=datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc),
                default=datetime.datetime(2000, 1, 1, 0, 0, tzinfo=datetime.timezone.utc),
                verbose_name="next look at",
            ),
        ),
    ]
