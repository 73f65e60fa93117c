"""Refusals of this app."""

from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal

NOT_STAFF = Refusal("not_allowed", _("Only a social worker of the community plans a standing shift."))
NOT_THEIRS = Refusal("not_allowed", _("Only the person, somebody who acts for them, or a social worker does this."))
NO_WEEKDAY = Refusal("no_weekday", _("Choose at least one weekday."))
BAD_TIMES = Refusal(
    "bad_times", _("A date begins before 24:00, ends after it begins, and lasts a day at most. Check the times.")
)
LAST_DAY_BEFORE = Refusal("last_day_before", _("The last day lies before the first. Correct one of the two."))
TOO_MANY_NEWCOMERS = Refusal(
    "too_many_newcomers", _("Keep fewer places for newcomers: at least one has to be left for everybody else.")
)
SAME_ROLE_NAME = Refusal("same_role_name", _("The newcomers' places have this name. Give the role another one."))
OTHER_COMMUNITY = Refusal("other_community", _("This person is on the roll of another community."))
IS_OVER = Refusal("series_over", _("This standing shift is over. Plan a new one."))
STANDS_ALREADY = Refusal("stands_already", _("This person stands in here every week already."))
NO_STANDING_PLACE = Refusal(
    "no_standing_place",
    _("On one of these weekdays all places have somebody who stands in every week. Choose other weekdays."),
)
MOVED = Refusal("just_moved", _("This date has just moved. Look at its new time, then sign up again."))
KEPT_FOR_NEWCOMERS = Refusal(
    "kept_for_newcomers",
    _("This place is kept for people who have not stood here before. Choose another role or date."),
)
ALREADY_OPEN = Refusal("already_open", _("This date is open already. Cancel it on its own page."))
NO_SUCH_DAY = Refusal("no_such_day", _("The standing shift has no date on this day. Choose one of its list."))
TOO_FAR = Refusal("too_far", _("A change begins within 26 weeks. Choose an earlier day."))
