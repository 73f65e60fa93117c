from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from academy.people.models import User


def normalise_login(text: str) -> str:
    """What somebody typed to say who they are: a phone without +86 and blanks, a number in upper case, or an e-mail."""
    text = "".join(text.split())
    if "@" in text:
        return text.lower()
    digits = text.replace("-", "").removeprefix("+86")
    if digits.isdigit():
        return digits.removeprefix("86") if len(digits) == 13 else digits
    return text.upper()


def logins_named(text: str) -> QuerySet[User]:
    """The logins that `text` may mean: by phone, e-mail, volunteer number, or a name given at the command line."""
    name = normalise_login(text)
    if "@" in name:
        return User.objects.filter(email__iexact=name)
    if name.isdigit():
        return User.objects.filter(phone=name)
    of_one_person = Q(volunteer__number=name) | Q(volunteer__merged__number=name) | Q(username__iexact=name)
    # The closed login of somebody who was merged gives way to the one that stays.
    return User.objects.filter(of_one_person).exclude(is_active=False, volunteer__merged_into__isnull=False).distinct()


class LoginBackend(ModelBackend):
    """One field takes the phone, the volunteer number or the e-mail address."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        if username is None or password is None:
            return None
        # An e-mail address is not unique; nobody shares a password with it knowingly, so the password decides.
        users = list(logins_named(username)[:5])
        if not users:
            User().set_password(password)  # as long as a wrong password takes: the time tells nobody who is known
        for user in users:
            if user.check_password(password) and self.user_can_authenticate(user):
                return user
        return None

    def get_user(self, user_id: int) -> User | None:
        # The volunteer comes along: a check-in asks for it, and counts its statements.
        user = User.objects.select_related("volunteer").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
