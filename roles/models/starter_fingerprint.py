from django.db import models


class StarterFingerprint(models.Model):
    """An item we shipped under ``key``: a thing that was edited or deleted since is never touched
    again.
    """

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=160)
    fingerprint = models.CharField(max_length=64)

    class Meta:
        db_table = "roles_starteritem"  # as earlier releases, which may run beside this one
        constraints = [models.UniqueConstraint("kind", "key", name="starter_item_unique")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
