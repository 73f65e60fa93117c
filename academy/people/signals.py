from django.dispatch import Signal

# Sender: the login's class; `user`, `community`. Sent inside the transaction of the grant, so that what hangs on a
# duty (page permissions) comes and goes with it.
duties_changed = Signal()

# Sender: Consent; `consent`. Sent inside the transaction that records it, so that what rests on a consent ends with it.
consent_recorded = Signal()

# Sender: Volunteer; `goes`, `stays`: the two rows, their logins united already. Sent inside the transaction of the
# merger, so that what belongs to the one who goes, and is no fact, becomes the other's at once or not at all.
volunteers_merging = Signal()

# Sender: the person's class; `volunteer_id`, who went, and `into_id`, who stays. Sent on commit. Their facts stay where
# they are; receivers compute again what they derive from them.
volunteers_merged = Signal()

# Sender: the person's class; `volunteer`. Receivers return what tells two entries apart, as pairs of label and value,
# the same labels for every person.
describe_person = Signal()
