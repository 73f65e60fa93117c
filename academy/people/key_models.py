"""The keys of the whole database: master keys, by their fingerprints, and the key of hashes."""

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
