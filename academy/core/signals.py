from django.dispatch import Signal

# Every minute, by `manage.py tick`, with `at`, an aware datetime. A receiver is idempotent and does what is due.
tick = Signal()
