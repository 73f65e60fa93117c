import academy.core.files
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from academy.core.model_moves import relabel


class Migration(migrations.Migration):
    """Take four models over from `hours`, which made their tables. No table and no row changes."""

    initial = True

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('core', '0001_initial'),
        ('hours', '0006_transfers'),
        ('people', '0003_marked_once'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Handover',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('since', models.DateField(verbose_name='from')),
                        ('until', models.DateField(verbose_name='until')),
                        ('file', models.FileField(blank=True, storage=academy.core.files.PrivateFiles(), upload_to=academy.core.files.Unguessable('handed-over'), verbose_name='file')),
                        ('sha256', models.CharField(max_length=64, verbose_name='SHA-256 of the file')),
                        ('name', models.CharField(max_length=120, verbose_name='name')),
                        ('made_at', models.DateTimeField(verbose_name='made at')),
                        ('handed_over_at', models.DateTimeField(blank=True, null=True, verbose_name='handed over at')),
                        ('handed_over_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='handed over by')),
                        ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                    ],
                    options={
                        'verbose_name': 'handing over',
                        'verbose_name_plural': 'handings over',
                        'db_table': 'hours_handover',
                        'ordering': ['-made_at', '-id'],
                    },
                ),
                migrations.CreateModel(
                    name='PlatformHandover',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('minutes', models.PositiveIntegerField(verbose_name='minutes')),
                        ('told_minutes', models.PositiveIntegerField(blank=True, null=True, verbose_name='minutes told')),
                        ('told_at', models.DateTimeField(blank=True, null=True, verbose_name='platform told at')),
                        ('handover', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='transfers.handover', verbose_name='handing over')),
                        ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='handed_over', to='hours.servicerecord', verbose_name='service record')),
                        ('told_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='platform told by')),
                    ],
                    options={
                        'verbose_name': 'record handed over',
                        'verbose_name_plural': 'records handed over',
                        'db_table': 'hours_handedover',
                    },
                ),
                migrations.AddField(
                    model_name='handover',
                    name='records',
                    field=models.ManyToManyField(through='transfers.PlatformHandover', to='hours.servicerecord', verbose_name='service records'),
                ),
                migrations.CreateModel(
                    name='PlatformWorkbook',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('platform', models.CharField(help_text='As it is called in your county.', max_length=60, verbose_name='name of the higher platform')),
                        ('file', models.FileField(storage=academy.core.files.PrivateFiles(), upload_to=academy.core.files.Unguessable('handed-over'), verbose_name='file')),
                        ('name', models.CharField(max_length=120, verbose_name='name')),
                        ('header_row', models.PositiveSmallIntegerField(verbose_name='row of the headings')),
                        ('first_row', models.PositiveSmallIntegerField(verbose_name='first row to fill')),
                        ('columns', models.JSONField(default=dict, verbose_name='columns')),
                        ('uploaded_at', models.DateTimeField(verbose_name='uploaded at')),
                        ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='platform_workbooks', to='core.community', verbose_name='community')),
                        ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
                    ],
                    options={
                        'verbose_name': 'form of the higher platform',
                        'verbose_name_plural': 'forms of the higher platform',
                        'db_table': 'hours_exportform',
                        'ordering': ['platform', '-uploaded_at'],
                    },
                ),
                migrations.AddField(
                    model_name='handover',
                    name='workbook',
                    field=models.ForeignKey(db_column='form_id', on_delete=django.db.models.deletion.PROTECT, related_name='handovers', to='transfers.platformworkbook', verbose_name='form'),
                ),
                migrations.CreateModel(
                    name='Upload',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('file', models.FileField(help_text='CSV or Excel (.xlsx), up to 5 MB.', storage=academy.core.files.PrivateFiles(), upload_to=academy.core.files.Unguessable('imports'), verbose_name='file')),
                        ('name', models.CharField(max_length=120, verbose_name='file name')),
                        ('sha256', models.CharField(max_length=64)),
                        ('columns', models.JSONField(default=dict, verbose_name='columns')),
                        ('uploaded_at', models.DateTimeField(verbose_name='uploaded at')),
                        ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.community', verbose_name='community')),
                        ('issuer', models.ForeignKey(help_text='The unit that records the hours also certifies them.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.issuer', verbose_name='recording unit')),
                        ('leader', models.ForeignKey(help_text='Who answers for the activities in this file.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.volunteer', verbose_name='activity leader')),
                        ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
                    ],
                    options={
                        'verbose_name': 'spreadsheet under way',
                        'verbose_name_plural': 'spreadsheets under way',
                        'db_table': 'hours_upload',
                        'ordering': ['-uploaded_at', '-id'],
                    },
                ),
                migrations.AddConstraint(
                    model_name='platformhandover',
                    constraint=models.UniqueConstraint(fields=('handover', 'record'), name='handed_over_once_on_a_form'),
                ),
                migrations.AddConstraint(
                    model_name='handover',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('handed_over_at', None), ('handed_over_by', None)), models.Q(('handed_over_at__isnull', False), ('handed_over_by__isnull', False)), _connector='OR'), name='handover_by_somebody'),
                ),
                migrations.AddConstraint(
                    model_name='handover',
                    constraint=models.CheckConstraint(condition=models.Q(('until__gte', models.F('since'))), name='handover_period_in_order'),
                ),
            ]
        ),
        relabel('upload', 'platformworkbook', 'handover', 'platformhandover', source='hours', target='transfers'),
    ]
