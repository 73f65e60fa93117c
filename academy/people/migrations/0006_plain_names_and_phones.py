"""Names, phones and other texts of people get their one form; nobody is joined to anybody.

People who have the same name and phone now are listed in the back office.
"""

import django.core.validators
from django.db import migrations, models

from academy.core.plain import make_rows_plain
from academy.core.text import identifier, prose
from academy.people.names import tidy_email, tidy_name, tidy_phone

PHONE = django.core.validators.RegexValidator(
    '^1[3-9][0-9]{9}\\Z', 'Give a mainland mobile number of 11 digits.', code='bad_phone'
)


def make_plain(apps, schema_editor):
    names = {'first_name': tidy_name, 'last_name': tidy_name}
    rules = {
        'Volunteer': {'name': tidy_name, 'phone': tidy_phone, 'suspended_reason': prose},
        'User': {**names, 'phone': tidy_phone, 'email': tidy_email},
        'Issuer': {
            'name': prose,
            'credit_code': identifier,
            'person_responsible': tidy_name,
            'handler': tidy_name,
            'telephone': identifier,
        },
    }
    for model, of_model in rules.items():
        if kept := make_rows_plain(apps.get_model('people', model), of_model):
            print(f'\n  {model}: another row has the plain form already; unchanged: {kept}', end='')


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0005_agency_moves_out'),
    ]

    operations = [
        migrations.AlterField(
            model_name='user',
            name='phone',
            field=models.CharField(blank=True, max_length=11, null=True, unique=True, validators=[PHONE], verbose_name='phone'),
        ),
        migrations.AlterField(
            model_name='volunteer',
            name='phone',
            field=models.CharField(blank=True, db_index=True, max_length=11, validators=[PHONE], verbose_name='phone'),
        ),
        migrations.RunPython(make_plain, migrations.RunPython.noop),
    ]
