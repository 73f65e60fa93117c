"""Name and phone of a volunteer leave the login: the roll has them (ADR 23)."""

from django.db import migrations


def leave_the_login(apps, schema_editor):
    """Keep the roll's phone, else the login's: somebody signs in with it."""
    user_model, volunteer_model = apps.get_model('people', 'User'), apps.get_model('people', 'Volunteer')
    other_phone = []
    for volunteer in volunteer_model.objects.exclude(user=None).select_related('user').order_by('pk'):
        phone = volunteer.user.phone or ''
        if phone and not volunteer.phone and volunteer.merged_into_id is None:
            volunteer_model.objects.filter(pk=volunteer.pk).update(phone=phone)
        elif phone and phone != volunteer.phone and volunteer.merged_into_id is None:
            other_phone.append(volunteer.number)
        user_model.objects.filter(pk=volunteer.user_id).update(phone=None, first_name='', last_name='')
    if other_phone:
        print(f'\n  These volunteers now sign in with the phone on the roll: {", ".join(other_phone)}', end='')


def return_to_the_login(apps, schema_editor):
    """Give each login its name again, and its phone if no other login has it."""
    user_model, volunteer_model = apps.get_model('people', 'User'), apps.get_model('people', 'Volunteer')
    for volunteer in volunteer_model.objects.exclude(user=None).order_by('pk'):
        first, _separator, last = volunteer.name.rpartition(' ')
        if not volunteer.name.isascii():
            first, last = volunteer.name, ''
        changes = {'first_name': first, 'last_name': last}
        taken = user_model.objects.filter(phone=volunteer.phone).exists()
        if volunteer.phone and volunteer.merged_into_id is None and not taken:
            changes['phone'] = volunteer.phone
        user_model.objects.filter(pk=volunteer.user_id).update(**changes)


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0006_plain_names_and_phones'),
    ]

    operations = [
        migrations.RunPython(leave_the_login, return_to_the_login),
    ]
