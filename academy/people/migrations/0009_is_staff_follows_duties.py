from typing import Any

from django.db import migrations


def mark_staff(apps: Any, schema_editor: Any) -> None:
    """Mark the logins that hold a duty, and end their sessions: they were good for 180 days."""
    user = apps.get_model("people", "User")
    held = apps.get_model("people", "Duty").objects.values("user")
    user.objects.filter(pk__in=held).update(is_staff=True, sign_outs=1)


class Migration(migrations.Migration):
    dependencies = [("people", "0008_sessions_and_attempts")]

    operations = [migrations.RunPython(mark_staff, migrations.RunPython.noop)]
