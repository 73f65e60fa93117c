import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0001_initial'),
        ('rulebook', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(blank=True, max_length=8, verbose_name='clause')),
                ('text', models.TextField(max_length=1000, verbose_name='comment')),
                ('at', models.DateTimeField(verbose_name='commented at')),
            ],
            options={
                'verbose_name': 'comment',
                'verbose_name_plural': 'comments',
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Publication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(verbose_name='asked for at')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided at')),
                ('accepted', models.BooleanField(blank=True, null=True, verbose_name='accepted')),
                ('answer', models.CharField(blank=True, max_length=200, verbose_name='reason of the decision')),
                ('alone', models.BooleanField(default=False, verbose_name='handled by one person')),
            ],
            options={
                'verbose_name': 'new version of the rules',
                'verbose_name_plural': 'new versions of the rules',
                'ordering': ['asked_at', 'id'],
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='clause',
            name='wording_en',
            field=models.TextField(blank=True, verbose_name='English wording'),
        ),
        migrations.AddField(
            model_name='clause',
            name='wording_zh',
            field=models.TextField(blank=True, verbose_name='Chinese wording'),
        ),
        # What was published before had no wording of its own: the next draft begins with its text.
        migrations.RunSQL(
            'UPDATE rulebook_clause SET wording_zh = text_zh, wording_en = text_en', migrations.RunSQL.noop
        ),
        migrations.AddField(
            model_name='ruleset',
            name='drafted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='drafted by'),
        ),
        migrations.AlterField(
            model_name='clause',
            name='text_en',
            field=models.TextField(blank=True, verbose_name='English text'),
        ),
        migrations.AlterField(
            model_name='clause',
            name='text_zh',
            field=models.TextField(blank=True, verbose_name='Chinese text'),
        ),
        migrations.AlterField(
            model_name='ruleset',
            name='version',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='version'),
        ),
        migrations.AddConstraint(
            model_name='ruleset',
            constraint=models.UniqueConstraint(condition=models.Q(('published_at', None)), fields=('community',), name='rule_set_one_draft'),
        ),
        migrations.AddConstraint(
            model_name='ruleset',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at', None), ('version', None)), models.Q(('published_at__isnull', False), ('version__isnull', False)), _connector='OR'), name='rule_set_published_has_a_version'),
        ),
        migrations.AddField(
            model_name='comment',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='commented by'),
        ),
        migrations.AddField(
            model_name='comment',
            name='rule_set',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to='rulebook.ruleset', verbose_name='rule set'),
        ),
        migrations.AddField(
            model_name='publication',
            name='asked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by'),
        ),
        migrations.AddField(
            model_name='publication',
            name='decided_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by'),
        ),
        migrations.AddField(
            model_name='publication',
            name='rule_set',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='publications', to='rulebook.ruleset', verbose_name='rule set'),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='comment_says_something'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted', None), ('decided_at', None), ('decided_by', None)), models.Q(('accepted__isnull', False), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='publication_decided_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.CheckConstraint(condition=models.Q(('alone', False), models.Q(('answer', ''), _negated=True), _connector='OR'), name='publication_alone_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='publication',
            constraint=models.UniqueConstraint(condition=models.Q(('decided_at', None)), fields=('rule_set',), name='publication_one_open'),
        ),
    ]
