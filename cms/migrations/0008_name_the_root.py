"""Wagtail calls the page above all pages “Root”: staff read its name in every path."""

from django.db import migrations

ENGLISH, NAME = "Root", "全部页面"


def _rename(before, after):
    def rename(apps, schema_editor):
        pages = apps.get_model("wagtailcore", "Page").objects.using(schema_editor.connection.alias)
        pages.filter(depth=1, title=before).update(title=after, draft_title=after)

    return rename


class Migration(migrations.Migration):
    dependencies = [("cms", "0007_desk_of_the_community"), ("wagtailcore", "0098_apitoken")]

    operations = [migrations.RunPython(_rename(ENGLISH, NAME), _rename(NAME, ENGLISH))]
