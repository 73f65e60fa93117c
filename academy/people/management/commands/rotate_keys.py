from typing import Any

from django.core.management.base import BaseCommand, CommandError

from academy.people.services import master_keys


class Command(BaseCommand):
    help = (
        "Encrypts all personal keys with the first key of PERSONAL_DATA_KEY, so that the older ones can go. It may be "
        "stopped and run again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        done = master_keys.rotate()
        self.stdout.write(f"{done.rotated} personal keys encrypted with the first key, {done.unchanged} already were.")
        if done.locked:
            raise CommandError(
                f"No key of PERSONAL_DATA_KEY opens {len(done.locked)} personal keys (volunteers with the ids "
                f"{', '.join(map(str, done.locked[:20]))}{' …' if len(done.locked) > 20 else ''}). Keep all keys, add "
                "the missing one at the end of the list, and run this again."
            )
        if done.retired:
            self.stdout.write(f"These keys may go (fingerprints): {', '.join(done.retired)}.")
        self.stdout.write("Keep an old key as long as a backup from its time is kept.")
