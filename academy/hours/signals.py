from django.dispatch import Signal

# Sender: the record's class; `records`, the ids of settled records that were corrected or withdrawn, and `at`. Sent on
# commit: whatever rests on them has to follow.
records_corrected = Signal()
