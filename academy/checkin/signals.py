from django.dispatch import Signal

# Sent on commit with `volunteer_id` and `shift_id`: a visit was closed, or late facts changed the visits.
visits_changed = Signal()
