from decimal import Decimal

from django.db import migrations


def fill(apps, schema_editor):
    """Every lesson done earns what it stated in the version in which it was done (T4)."""
    LessonCompletion = apps.get_model('learning', 'LessonCompletion')
    CourseVersion = apps.get_model('learning', 'CourseVersion')
    for version in CourseVersion.objects.iterator():
        for lesson in version.lessons:
            completions = LessonCompletion.objects.filter(version=version, lesson_key=lesson['key'])
            completions.update(class_hours=Decimal(lesson['class_hours']))


class Migration(migrations.Migration):

    dependencies = [
        ('learning', '0002_class_hours_by_lesson'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
