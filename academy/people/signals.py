from django.dispatch import Signal

# Sender: None. Sent while all keys are encrypted with the first master key: receivers reseal what their app keeps, and
# return False if no master key opens it.
master_key_changing = Signal()

# Sender: User. Arguments: `user`, `community`. Sent inside the transaction that grants or revokes a duty, so that page
# permissions change with it.
duties_changed = Signal()

# Sender: Consent. Argument: `consent`. Sent inside the transaction that records it, so that agencies end with it.
consent_recorded = Signal()

# Sender: Volunteer. Arguments: `goes`, `stays`, the two rows, after their logins were united; `by`, `at`. Sent inside
# the merger's transaction: receivers move data that is no fact from the one who goes to the one who stays, and take
# back what one person may not have done for both.
volunteers_merging = Signal()

# Sender: Volunteer. Arguments: `stays`, the row that both are now, `by` and `at`. Sent inside the merger's transaction:
# receivers put right what the two rows must not hold together. A receiver that returns a `Refusal` refuses the merge.
volunteers_joined = Signal()

# Sender: Volunteer. Arguments: `volunteer_id` of the one who went, `into_id` of the one who stays. Sent on commit.
# Facts do not move; receivers compute again what they derived from them.
volunteers_merged = Signal()

# Sender: Volunteer. Argument: `volunteer`. Receivers return pairs of label and value that help to compare two entries,
# with the same labels for every person.
describe_person = Signal()

# Sender: Volunteer. Arguments: `volunteer`, `user`, the login that is theirs from now on, `by`, `at`. Sent inside the
# transaction: receivers take back what one person may not have done for themselves (K4).
login_linked = Signal()

# Sender: User. Arguments: `user`, `at`. Sent inside the transaction that ends all sessions of the login.
signed_out_everywhere = Signal()

# Sender: Volunteer. Arguments: `volunteer`, `at`. A receiver returns a `Refusal` while the person's data cannot be
# erased, as long as they lead an activity to come; else None.
ask_against_erasing = Signal()

# Sender: Volunteer. Arguments: `volunteer`, `rows`, all rows of the person, `by`, `at`. Sent inside the transaction
# that erases a person's data, before the personal key goes: receivers erase what their app holds about the person
# beyond facts, and end what is to come. A file is deleted on commit.
person_erasing = Signal()

# Sender: Community. Arguments: `community`, `by`, `at`. Sent inside the transaction that closes a practice community,
# so that what opens it ends.
practice_closed = Signal()

# Sender: User. Argument: `user`. Receivers return the volunteers whom this login opens beside its own: people for whom
# it acts or whose guardian it is.
ask_people_opened = Signal()

# Sender: Volunteer. Arguments: `volunteer`, `by`, `at`. Sent inside the transaction that suspends a person, or in which
# they leave or their death is recorded: receivers end what is to come, such as sign-ups.
participation_ended = Signal()
