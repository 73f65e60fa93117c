import academy.core.files
import academy.hours.models.imports
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
                ('file', models.FileField(storage=academy.core.files.PrivateFiles(), upload_to=academy.hours.models.imports.import_path, verbose_name='file')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('header_row', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='row of the headings')),
                ('columns', models.JSONField(default=dict, verbose_name='columns')),
                ('uploaded_at', models.DateTimeField(verbose_name='uploaded at')),
                ('imported_at', models.DateTimeField(blank=True, null=True, verbose_name='imported at')),
                ('left_out', models.PositiveIntegerField(default=0, verbose_name='lines left out')),
                ('community', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='core.community', verbose_name='community')),
                ('imported_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='imported by')),
                ('issuer', models.ForeignKey(help_text='Whoever recorded these hours certifies them.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.issuer', verbose_name='recording unit')),
                ('leader', models.ForeignKey(help_text='Who answers for what this file says.', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.volunteer', verbose_name='person responsible')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'verbose_name': 'import of past records',
                'verbose_name_plural': 'imports of past records',
                'ordering': ['-uploaded_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='ImportedLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.PositiveIntegerField(verbose_name='line')),
                ('date', models.DateField(verbose_name='date')),
                ('minutes', models.PositiveIntegerField(verbose_name='minutes')),
                ('cells', models.JSONField(default=list, verbose_name='as it stood there')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='hours.import', verbose_name='import')),
                ('record', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='imported_line', to='hours.servicerecord', verbose_name='service record')),
                ('volunteer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.volunteer', verbose_name='volunteer')),
            ],
            options={
                'verbose_name': 'imported line',
                'verbose_name_plural': 'imported lines',
                'ordering': ['batch', 'line'],
            },
        ),
        migrations.AddConstraint(
            model_name='import',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('imported_at', None), ('imported_by', None)), models.Q(('imported_at__isnull', False), ('imported_by__isnull', False)), _connector='OR'), name='import_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='import',
            constraint=models.UniqueConstraint(condition=models.Q(('imported_at__isnull', False)), fields=('community', 'sha256'), name='import_once'),
        ),
        migrations.AddConstraint(
            model_name='importedline',
            constraint=models.UniqueConstraint(fields=('batch', 'line'), name='imported_line_once'),
        ),
    ]
