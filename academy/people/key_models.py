"""The keys of the whole database: master keys (fingerprints), the key of hashes, keys that sign."""

from django.db import models


class MasterKey(models.Model):
    """A master key that personal keys may be encrypted with, by its fingerprint.

    No process starts without all of them. `services.master_keys` writes the rows.
    """

    fingerprint = models.CharField(max_length=16, primary_key=True)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return self.fingerprint


class HashKey(models.Model):
    """The key of the hashes that find an ID number again (R5), sealed with a master key. One row (ADR 82)."""

    sealed = models.TextField()

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="hash_key_alone")]

    def __str__(self) -> str:
        return "hash key"


class SigningKey(models.Model):
    """A key that signs answers to machines (Ed25519, ADR 129). One is current.

    Earlier ones are published with it. `services.signing` writes the rows. The private part of a former key is
    destroyed.
    """

    name = models.CharField(max_length=16, primary_key=True)  # begin of the SHA-256 of its public part
    public = models.CharField(max_length=43)  # as JSON Web Keys write it
    sealed = models.TextField(blank=True)  # the private part, with a master key
    is_current = models.BooleanField(null=True, unique=True)  # true, or NULL for a former key
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    distrusted_at = models.DateTimeField(null=True)  # its private part became known: what it signed proves no more

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_current__isnull=False, ended_at=None, distrusted_at=None) & ~models.Q(sealed="")
                | models.Q(is_current=None, ended_at__isnull=False, sealed=""),
                name="signing_key_current_or_ended",
            ),
        ]

    def __str__(self) -> str:
        return self.name
