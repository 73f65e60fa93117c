import django.db.models.deletion
from django.db import migrations, models


def keep_present_version(apps, schema_editor):
    """Give each run the version that its course has now: it is what the run has been measured by so far."""
    CourseRun = apps.get_model("classes", "CourseRun")
    CourseVersion = apps.get_model("learning", "CourseVersion")
    latest = CourseVersion.objects.filter(course=models.OuterRef("course")).order_by("-number").values("pk")[:1]
    CourseRun.objects.filter(version=None).update(version=models.Subquery(latest))


class Migration(migrations.Migration):
    dependencies = [("classes", "0001_initial"), ("learning", "0008_qualifications_and_tiers")]

    operations = [
        migrations.AddField(
            model_name="courserun",
            name="version",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runs",
                to="learning.courseversion",
                verbose_name="course version",
            ),
        ),
        migrations.RunPython(keep_present_version, migrations.RunPython.noop, elidable=True),
    ]
