"""Sign-in by phone, volunteer number or e-mail address, and the login of each request."""

from functools import cache, partial
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX as NO_PASSWORD
from django.db import connection
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from academy.core.sql import any_of
from academy.core.text import identifier
from academy.people.models import User, Volunteer
from academy.people.names import is_mobile, tidy_email, tidy_phone

SHARING = 10  # logins of one name whose passwords are compared


def normalise_login(text: str) -> str:
    """Return a typed sign-in name in its stored form.

    It is a phone in digits alone (R4), a volunteer number in upper case, or an e-mail address in lower case.
    """
    text = "".join(identifier(text).split())
    return tidy_email(text) if "@" in text else tidy_phone(text).upper()


def find_logins(text: str) -> QuerySet[User]:
    """Return the logins with this phone, e-mail, volunteer number or command-line user name.

    The roll holds the phone of a volunteer; people who share one are all found (R4). A landline is no sign-in
    name: it belongs to a house.
    """
    name = normalise_login(text)
    if "@" in name:
        return User.objects.filter(email__iexact=name)
    if name.isdigit():
        if not is_mobile(name):
            return User.objects.none()
        on_roll = Volunteer.objects.present().filter(phone=name, user__isnull=False).values("user")
        others = User.objects.filter(volunteer=None, phone=name).values("pk")
        return User.objects.filter(pk__in=any_of(on_roll, others)).order_by("pk")
    numbered = Volunteer.objects.filter(number=name)
    one_person = (
        numbered.filter(user__isnull=False).values("user"),
        numbered.filter(merged_into__user__isnull=False).values("merged_into__user"),
        User.objects.filter(username__iexact=name).values("pk"),
    )
    # Leave out the closed login of a merged person: the login that stays is found instead.
    found = User.objects.filter(pk__in=any_of(*one_person))
    return found.exclude(is_active=False, volunteer__merged_into__isnull=False)


class LoginBackend(ModelBackend):
    """Backend that takes a phone, a volunteer number or an e-mail address in one field."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if username is None or password is None:
            return None
        # Several logins may have this phone or address. The password decides between them; if two people also have the
        # same password, neither is signed in as the other: their volunteer numbers still sign in.
        with_password = find_logins(username).filter(is_active=True).exclude(password__startswith=NO_PASSWORD)
        users = list(with_password[:SHARING])
        if not users:
            User().set_password(password)  # takes as long as a check, so that the time does not show which names exist
        fitting = [user for user in users if user.check_password(password) and self.user_can_authenticate(user)]
        return fitting[0] if len(fitting) == 1 else None

    def get_user(self, user_id: int) -> User | None:
        # Load the volunteer too: a check-in needs it, and has a limit of statements.
        user = _login_with_volunteer(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


def _login_with_volunteer(user_id: int) -> User | None:
    """Return the login with its volunteer loaded; None if it does not exist.

    Each request of a signed-in user runs this query. The ORM needs more time to build the statement than the database
    to answer it, so this builds it once.
    """
    statement, converters = _statement()
    with connection.cursor() as cursor:
        cursor.execute(statement, [user_id])
        row = cursor.fetchone()
    if row is None:
        return None
    values = [_convert(value, each) for value, each in zip(row, converters, strict=True)]
    user: User = User.from_db(connection.alias, _names(User), values[: len(_names(User))])
    of_volunteer = values[len(_names(User)) :]
    volunteer = None
    if of_volunteer[0] is not None:
        volunteer = Volunteer.from_db(connection.alias, _names(Volunteer), of_volunteer)
        Volunteer._meta.get_field("user").set_cached_value(volunteer, user)
    User._meta.get_field("volunteer").set_cached_value(user, volunteer)
    return user


@cache
def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _statement() -> tuple[str, list[list[Any]]]:
    """Return the statement and the converters of its values, column by column.

    The columns are the login's, then the volunteer's, each with the key first.
    """
    columns = [
        field.get_col(model._meta.db_table) for model in (User, Volunteer) for field in model._meta.concrete_fields
    ]
    quote = connection.ops.quote_name
    selected = ", ".join(f"{quote(column.alias)}.{quote(str(column.target.column))}" for column in columns)
    statement = (
        f"SELECT {selected} FROM people_user LEFT JOIN people_volunteer ON people_volunteer.user_id = people_user.id "
        "WHERE people_user.id = %s"
    )
    found = [connection.ops.get_db_converters(column) + column.get_db_converters(connection) for column in columns]
    return statement, [
        [partial(convert, expression=column, connection=connection) for convert in each]
        for column, each in zip(columns, found, strict=True)
    ]


def _convert(value: Any, converters: list[Any]) -> Any:
    for convert in converters:
        value = convert(value)
    return value
