"""Copy the desk's data from the recruitment page to the community, where an administrator changes them (ADR 71)."""

from django.db import migrations

STEPS = 2 * 4  # characters of a home page's path


def copy_to_the_community(apps, schema_editor):
    """Prefer the page in the community's own language; the other languages have copies of its data."""
    home_page, page_model = apps.get_model('cms', 'HomePage'), apps.get_model('cms', 'RecruitmentPage')
    community_model = apps.get_model('core', 'Community')
    homes = dict(home_page.objects.values_list('path', 'community'))
    for path, address, hours, telephone in page_model.objects.order_by('locale__language_code').values_list(
        'path', 'desk_address', 'desk_hours', 'desk_telephone'
    ):
        if path[:STEPS] in homes:
            community_model.objects.filter(pk=homes[path[:STEPS]]).update(
                desk_address=address, desk_hours=hours, desk_telephone=telephone
            )


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0006_settings'),
        ('cms', '0006_desk_moves_out'),
    ]

    operations = [migrations.RunPython(copy_to_the_community, migrations.RunPython.noop, elidable=False)]
