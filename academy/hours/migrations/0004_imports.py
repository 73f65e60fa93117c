import academy.core.files
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0001_initial'),
        ('hours', '0003_decisions'),
        ('people', '0003_marked_once'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.FileField(storage=academy.core.files.PrivateFiles(), upload_to=academy.core.files.Unguessable('imports'), verbose_name='file')),
                ('name', models.CharField(max_length=120, verbose_name='file name')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256 of the file')),
                ('columns', models.JSONField(default=dict, verbose_name='columns')),
                ('count', models.PositiveIntegerField(verbose_name='lines imported')),
                ('left_out', models.PositiveIntegerField(verbose_name='lines left out')),
                ('minutes', models.PositiveIntegerField(verbose_name='minutes')),
                ('imported_at', models.DateTimeField(verbose_name='imported at')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='core.community', verbose_name='community')),
                ('imported_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='imported by')),
                ('issuer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.issuer', verbose_name='recording unit')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'ordering': ['-imported_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='ImportedRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField(verbose_name='line')),
                ('date', models.DateField(verbose_name='date')),
                ('minutes', models.PositiveIntegerField(verbose_name='minutes')),
                ('title', models.CharField(max_length=60, verbose_name='title')),
                ('place', models.CharField(max_length=100, verbose_name='place')),
                ('service_content', models.CharField(max_length=200, verbose_name='service content')),
                ('organiser', models.CharField(max_length=100, verbose_name='organiser')),
                ('record', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='imported_row', to='hours.servicerecord', verbose_name='service record')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='hours.import', verbose_name='import')),
                ('volunteer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.volunteer', verbose_name='volunteer')),
            ],
            options={
                'verbose_name': 'imported line',
                'verbose_name_plural': 'imported lines',
                'ordering': ['source', 'line'],
            },
        ),
        migrations.CreateModel(
            name='TakenBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('count', models.PositiveIntegerField(verbose_name='records withdrawn')),
                ('taken_back_at', models.DateTimeField(verbose_name='taken back at')),
                ('source', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='taken_back', to='hours.import', verbose_name='import')),
                ('taken_back_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='taken back by')),
            ],
            options={
                'verbose_name': 'import taken back',
                'verbose_name_plural': 'imports taken back',
            },
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
                'ordering': ['-uploaded_at', '-id'],
            },
        ),
        migrations.AddConstraint(
            model_name='import',
            constraint=models.CheckConstraint(condition=models.Q(('count__gt', 0)), name='import_is_not_empty'),
        ),
        migrations.AddIndex(
            model_name='importedrow',
            index=models.Index(fields=['volunteer', 'date'], name='imported_line_of_volunteer'),
        ),
        migrations.AddConstraint(
            model_name='importedrow',
            constraint=models.UniqueConstraint(fields=('source', 'line'), name='imported_line_once'),
        ),
        migrations.AddConstraint(
            model_name='importedrow',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__gt', 0)), name='imported_line_has_minutes'),
        ),
        migrations.AddConstraint(
            model_name='takenback',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='import_taken_back_with_a_reason'),
        ),
    ]
