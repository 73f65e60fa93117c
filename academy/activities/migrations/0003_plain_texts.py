"""Texts of activities lose what nobody sees: a vertical tab from Word kept a list from being exported."""

from django.db import migrations

from academy.core.plain import make_rows_plain
from academy.core.text import identifier, prose


def make_plain(apps, schema_editor):
    texts = dict.fromkeys(('title', 'place', 'service_content', 'organiser'), prose)
    make_rows_plain(apps.get_model('activities', 'Activity'), {**texts, 'insurance': identifier})
    make_rows_plain(apps.get_model('activities', 'Role'), {'name': prose})


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0002_imported'),
    ]

    operations = [
        migrations.RunPython(make_plain, migrations.RunPython.noop),
    ]
