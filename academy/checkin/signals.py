from django.dispatch import Signal

# Sent on commit with `volunteer_id` and `shift_id`: a visit was closed, or facts that came late made others of them.
visits_changed = Signal()
