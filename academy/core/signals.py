from django.dispatch import Signal

# `manage.py tick` sends it every minute. Argument: `at`, an aware datetime. Receivers are idempotent.
tick = Signal()

# Each screen of the back office sends it after it was rendered. Sender: the screen's model. Arguments: `request`, and
# `objects`, the model instances that the screen shows; an instance of a form with errors may not be saved yet.
objects_shown = Signal()

# `services.change_community` sends it inside its transaction: receivers succeed or fail with it. Arguments:
# `community`, and `before`, the texts of its facts before.
community_changed = Signal()
