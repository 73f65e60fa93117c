from django.dispatch import Signal

# Sent on commit with `activity`, once in an activity's life.
activity_published = Signal()

# Sent on commit with `activity_id`: what counting reads of its plan has changed. A sweep finds a lost one.
plan_changed = Signal()

# Sent with `shifts` (ids) and `at`, in the transaction or after it: places in them may be free now.
places_freed = Signal()

# Sent inside the transaction with `activity` and `at`: the activity has another leader.
leader_changed = Signal()

# A question to the apps above, with `shifts`: each receiver returns the ids of volunteers who were there.
ask_who_was_there = Signal()

# A question to the apps above, with `activities` (ids): each receiver returns the number of people who were there, by
# the activity's id.
ask_how_many_were_there = Signal()

# A question to the apps above, with `activity`, some `shifts` of it and `at`: each receiver returns the volunteers who
# wait to be let in, each with the ids of those shifts.
ask_who_waits = Signal()

# A question to the apps above, with `shifts`: each receiver returns the people who speak for units that were asked to
# come to them, each with the unit's name.
ask_who_speaks = Signal()

# A question to the apps above inside the transaction of a sign-up, with `shift`, `role`, `volunteer` and `walk_in`:
# each receiver returns a refusal or None. A receiver may lock the activity.
ask_against_sign_up = Signal()

# A question to the apps above before an activity is published, with `activity` and `in_row`: a refusal, or None.
ask_against_publishing = Signal()

# A question to the apps above after an activity was published, with `activity`: sentences on what is left to do.
ask_what_is_left = Signal()

# A question to the apps above, with `communities` and `day`: each receiver returns the numbers of insurance policies
# that are in force on the day or later.
ask_policies = Signal()
