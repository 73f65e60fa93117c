"""Names of units lose what nobody sees."""

from django.db import migrations

from academy.core.plain import make_rows_plain
from academy.core.text import identifier, prose


def make_plain(apps, schema_editor):
    make_rows_plain(apps.get_model('units', 'Unit'), {'name': prose, 'credit_code': identifier, 'offers': prose})


class Migration(migrations.Migration):

    dependencies = [
        ('units', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(make_plain, migrations.RunPython.noop),
    ]
