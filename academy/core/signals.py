from django.dispatch import Signal

# Every minute, by `manage.py tick`, with `at`, an aware datetime. A receiver is idempotent and does what is due.
tick = Signal()

# By every screen of the back office that is given out. Sender: the model that it is of; `request`, and `objects`: those
# that it shows, each a model instance, not yet saved where a form comes back with what was filled in.
objects_shown = Signal()
