from django.dispatch import Signal

# Sender: the login's class; `user`, `community`. Sent inside the transaction of the grant, so that what hangs on a
# duty (page permissions) comes and goes with it.
duties_changed = Signal()
