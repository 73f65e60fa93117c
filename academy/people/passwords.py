"""The rule for the length of passwords, and Django's other rules in our words."""

from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    NumericPasswordValidator,
    UserAttributeSimilarityValidator,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LEAST_FOR_STAFF = 12


class LengthValidator(MinimumLengthValidator):
    """Demand 8 characters, and 12 of a login with a duty that has no second factor."""

    def validate(self, password: str, user: Any = None) -> None:
        super().validate(password, user)
        if user is None or not user.is_staff or len(password) >= LEAST_FOR_STAFF or is_mfa_enabled(user):
            return
        raise ValidationError(
            _(
                "A password that opens the back office needs at least %(count)s characters. Three or four words that "
                "you do not forget will do."
            ),
            code="too_short_for_staff",
            params={"count": LEAST_FOR_STAFF},
        )

    def get_help_text(self) -> str:
        return _("At least %(least)s characters; %(staff)s if you work in the back office without a second factor.") % {
            "least": self.min_length,
            "staff": LEAST_FOR_STAFF,
        }


class SimilarityValidator(UserAttributeSimilarityValidator):
    """Django's rule, which its Chinese catalogue does not say as 您."""

    def get_help_text(self) -> str:
        return _("Not similar to your name, phone number or e-mail address.")


class CommonValidator(CommonPasswordValidator):
    """Django's rule, in our words."""

    def get_help_text(self) -> str:
        return _("Not a password that many people use.")


class NumericValidator(NumericPasswordValidator):
    """Django's rule, in our words."""

    def get_help_text(self) -> str:
        return _("Not digits alone.")
