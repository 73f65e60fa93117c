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
    ]
