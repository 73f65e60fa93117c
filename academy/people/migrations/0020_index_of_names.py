from django.db import migrations, models

from academy.core.index_operations import AddIndexBesideWork


class Migration(migrations.Migration):

    atomic = False  # people are registered meanwhile

    dependencies = [
        ("people", "0019_signing_key"),
    ]

    operations = [
        AddIndexBesideWork(
            model_name="volunteer",
            index=models.Index(fields=["community", "name"], name="volunteer_by_name"),
        ),
    ]
