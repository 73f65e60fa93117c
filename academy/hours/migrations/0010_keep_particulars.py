"""Settled records keep what their activity says today about itself: nothing else of them is changed."""

from django.db import migrations

AT_ONCE = 500
TEXTS = ("title", "place", "service_content", "organiser")


def keep(apps, schema_editor):
    ServiceRecord = apps.get_model("hours", "ServiceRecord")
    Activity = apps.get_model("activities", "Activity")
    settled = ServiceRecord.objects.using(schema_editor.connection.alias).filter(
        confirmed_at__isnull=False, issuer=None
    )
    ids = sorted(settled.order_by().values_list("activity", flat=True).distinct())
    for start in range(0, len(ids), AT_ONCE):
        some = Activity.objects.using(schema_editor.connection.alias).filter(pk__in=ids[start : start + AT_ONCE])
        for activity in some:
            settled.filter(activity=activity.pk).update(
                particulars={name: getattr(activity, name) for name in TEXTS},
                leader=activity.leader_id,
                issuer=activity.issuer_id,
            )


class Migration(migrations.Migration):
    dependencies = [
        ("hours", "0009_particulars"),
        ("activities", "0002_imported"),
    ]

    operations = [migrations.RunPython(keep, migrations.RunPython.noop, elidable=True)]
