"""Name who published each activity, as the history kept it, and take the blanks from policy numbers."""

from django.db import migrations

NO_NUMBER = "未填保单号"  # "no policy number was given": a published dangerous activity needs some text here


def fill(apps, schema_editor):
    alias = schema_editor.connection.alias
    Activity = apps.get_model("activities", "Activity")
    ContentType = apps.get_model("contenttypes", "ContentType")
    ModelLogEntry = apps.get_model("wagtailcore", "ModelLogEntry")
    of_activities = ContentType.objects.using(alias).filter(app_label="activities", model="activity").first()
    if of_activities is not None:
        published = ModelLogEntry.objects.using(alias).filter(
            content_type=of_activities.pk, action="activities.publish", user__in=apps.get_model("people", "User").objects.using(alias).values("pk")
        )
        for object_id, user_id in published.order_by("-timestamp").values_list("object_id", "user_id"):
            Activity.objects.using(alias).filter(pk=object_id, published_at__isnull=False).update(published_by=user_id)
    for activity in Activity.objects.using(alias).exclude(insurance="").only("insurance", "dangerous", "published_at"):
        tidy = activity.insurance.strip()
        if not tidy and activity.dangerous and activity.published_at:
            tidy = NO_NUMBER
        if tidy != activity.insurance:
            Activity.objects.using(alias).filter(pk=activity.pk).update(insurance=tidy)


class Migration(migrations.Migration):
    dependencies = [
        ("activities", "0004_changes_of_plan"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0068_log_entry_empty_object"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
