from django.dispatch import Signal

# Sent on commit by `ServiceRecord`, with `records`, the ids of settled records that were corrected or withdrawn, and
# `at`. Certificates and other documents with these records have to follow.
records_corrected = Signal()
