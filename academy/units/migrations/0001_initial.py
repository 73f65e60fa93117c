"""Unit and UnitMembership come from `people`; their tables stay where they are."""

import django.db.models.deletion
from django.db import migrations, models

from academy.core.model_moves import relabel


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('core', '0001_initial'),
        ('people', '0004_units_move_out'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Unit',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=100, verbose_name='name')),
                        ('credit_code', models.CharField(blank=True, max_length=18, verbose_name='unified social credit code')),
                        ('offers', models.CharField(blank=True, max_length=200, verbose_name='what it offers')),
                        ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='core.community', verbose_name='community')),
                    ],
                    options={
                        'db_table': 'people_unit',
                        'verbose_name': 'local unit',
                        'verbose_name_plural': 'local units',
                        'constraints': [models.UniqueConstraint(fields=('community', 'name'), name='unit_name_once')],
                    },
                ),
                migrations.CreateModel(
                    name='UnitMembership',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('is_contact', models.BooleanField(default=False, verbose_name='unit contact')),
                        ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='units.unit', verbose_name='local unit')),
                        ('volunteer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='unit_memberships', to='people.volunteer', verbose_name='volunteer')),
                    ],
                    options={
                        'db_table': 'people_unitmembership',
                        'verbose_name': 'unit membership',
                        'verbose_name_plural': 'unit memberships',
                        'constraints': [models.UniqueConstraint(fields=('unit', 'volunteer'), name='unit_membership_once')],
                    },
                ),
            ],
        ),
        relabel('unit', 'unitmembership', source='people', target='units'),
    ]
