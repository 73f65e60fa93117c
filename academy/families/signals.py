from django.dispatch import Signal

# Sender: Volunteer. Arguments: `volunteer`, `at`. Sent inside the transaction that records a guardian's refusal or
# withdrawal: receivers give back the places that no consent covers any more (N2).
guardian_withdrew = Signal()
