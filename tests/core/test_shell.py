from django.core.management import call_command

from academy.core.management.commands.shell import services_by_app


def test_the_shell_has_models_and_services(capsys):
    call_command("shell", command="print(Volunteer._meta.label, hours.confirmation.__name__)", verbosity=0)

    assert capsys.readouterr().out == "people.Volunteer academy.hours.services.confirmation\n"


def test_the_shell_can_be_opened_without_imports(capsys):
    call_command("shell", command="print('hours' in globals())", no_imports=True, verbosity=0)

    assert capsys.readouterr().out == "False\n"


def test_no_services_of_other_projects_are_in_the_shell():
    assert {module.__name__.partition(".")[0] for module in services_by_app().values()} <= {"academy", "cms"}
