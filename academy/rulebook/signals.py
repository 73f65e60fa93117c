from django.dispatch import Signal

# Sender: `Publication`. Arguments: `publication`, whose draft was opened for comments, and `at`. Sent on commit.
draft_opened = Signal()
