import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('learning', '0006_write_as_the_release_before'),
        ('people', '0017_data_erased'),
    ]

    operations = [
        migrations.AddField(
            model_name='course',
            name='requires',
            field=models.ManyToManyField(blank=True, related_name='opens', to='learning.course', verbose_name='courses to complete first'),
        ),
        migrations.CreateModel(
            name='Enrolment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('enrolled_at', models.DateTimeField(verbose_name='enrolled at')),
                ('lesson_key', models.CharField(blank=True, max_length=60, verbose_name='lesson')),
                ('opened_at', models.DateTimeField(null=True, verbose_name='opened at')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='learning.course', verbose_name='course')),
                ('volunteer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enrolments', to='people.volunteer')),
            ],
            options={
                'verbose_name': 'enrolment',
                'verbose_name_plural': 'enrolments',
                'constraints': [models.UniqueConstraint(fields=('volunteer', 'course'), name='enrolled_once')],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lesson_key', models.CharField(max_length=60, verbose_name='lesson')),
                ('text', models.TextField(verbose_name='note')),
                ('saved_at', models.DateTimeField(verbose_name='saved at')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='learning.course', verbose_name='course')),
                ('volunteer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='people.volunteer')),
            ],
            options={
                'verbose_name': 'note',
                'verbose_name_plural': 'notes',
                'constraints': [models.UniqueConstraint(fields=('volunteer', 'lesson_key'), name='note_of_a_lesson_once')],
            },
        ),
        migrations.CreateModel(
            name='QuizAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lesson_key', models.CharField(max_length=60, verbose_name='lesson')),
                ('language', models.CharField(max_length=10)),
                ('number', models.PositiveSmallIntegerField(verbose_name='try')),
                ('key', models.CharField(max_length=32, unique=True)),
                ('seed', models.CharField(max_length=64)),
                ('answers', models.JSONField(verbose_name='answers')),
                ('right', models.PositiveSmallIntegerField(verbose_name='right answers')),
                ('asked', models.PositiveSmallIntegerField(verbose_name='questions')),
                ('passed', models.BooleanField(verbose_name='passed')),
                ('sent_at', models.DateTimeField(verbose_name='sent at')),
                ('course', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quiz_attempts', to='learning.course', verbose_name='course')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='learning.courseversion')),
                ('volunteer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='quiz_attempts', to='people.volunteer')),
            ],
            options={
                'verbose_name': 'try at a quiz',
                'verbose_name_plural': 'tries at quizzes',
                'constraints': [
                    models.UniqueConstraint(fields=('volunteer', 'lesson_key', 'number'), name='quiz_try_once'),
                    models.CheckConstraint(condition=models.Q(('asked__gte', 1), ('right__lte', models.F('asked'))), name='quiz_right_of_asked'),
                ],
            },
        ),
    ]
