from django.dispatch import Signal

# Sender: `Publication`; `publication`, a draft that is open for comments, and `at`. Sent on commit.
draft_opened = Signal()
