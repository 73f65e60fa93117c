from django.dispatch import Signal

# Sent on commit with `activity`, once in an activity's life.
activity_published = Signal()
