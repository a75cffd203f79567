from django.db import models
from django.db.models import Q


class LoggedChange(models.Model):
    """One change to a listing, as the database itself noted it: see ``triggers``. Rows are read and
    pruned by ``change_log`` alone.
    """

    number = models.BigIntegerField(
        db_index=True,
        help_text="SQLite: 1, 2, 3… in the order of commits. PostgreSQL: the transaction's number.",
    )
    # No foreign key: a listing that was deleted is a change too.
    listing_id = models.BigIntegerField(
        help_text="0: the log itself. Rows with smaller numbers than this one were pruned."
    )
    at = models.DateTimeField(help_text="By the clock of the database.")

    class Meta:
        db_table = "search_listingchange"  # the triggers of the databases write to it
        constraints = [
            models.UniqueConstraint(
                fields=["listing_id"], condition=Q(listing_id=0), name="one_log_of_changes"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}: listing {self.listing_id}"
