from django.db import migrations, models

from academy.core.index_operations import AddIndexBesideWork


class Migration(migrations.Migration):

    atomic = False  # people check in meanwhile: the tables of records and entries are big

    dependencies = [
        ("hours", "0017_indexes_of_records"),
    ]

    operations = [
        AddIndexBesideWork(
            model_name="ledgerentry",
            index=models.Index(fields=["community", "-id"], name="ledger_of_community"),
        ),
        AddIndexBesideWork(
            model_name="servicerecord",
            index=models.Index(fields=["community", "-date", "-id"], name="record_of_community"),
        ),
    ]
