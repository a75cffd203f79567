from django.db import models
from django.utils import timezone


class PostDraft(models.Model):
    """A first post before its mail is confirmed: no user, company or listing exists yet.

    ``token`` of its link is kept as a hash, and becomes the listing's ``submission``. ``data`` is
    what the form sent. Kept for DRAFTS_ARE_KEPT after its last change.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    email = models.EmailField(blank=True)
    data = models.JSONField()
    updated_at = models.DateTimeField(default=timezone.now, db_index=True)
    listing = models.ForeignKey("Listing", models.CASCADE, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"Draft of {self.updated_at:%Y-%m-%d %H:%M}"
