"""Dates and times of the English pages as Django and Wagtail write them."""

DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j M Y G:i"
TIME_FORMAT = "G:i"
SHORT_DATE_FORMAT = DATE_FORMAT
SHORT_DATETIME_FORMAT = DATETIME_FORMAT
