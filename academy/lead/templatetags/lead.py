"""A filter for the rows of records on the leader's page."""

from django import template

from academy.hours import explanation

register = template.Library()

register.filter("why_no_time", explanation.why_no_time)
