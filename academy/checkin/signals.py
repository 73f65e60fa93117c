from django.dispatch import Signal

# Sent on commit with `volunteer_id` and `shift_id`, for each visit that was closed.
visit_closed = Signal()
