from django.db import models


class ListingChange(models.Model):
    """One change to a listing, as the database itself noted it: see ``triggers``. Rows are read and
    pruned by ``change_log`` alone.
    """

    number = models.BigIntegerField(
        db_index=True,
        help_text="SQLite: 1, 2, 3… in the order of commits. PostgreSQL: the transaction's number.",
    )
    # No foreign key: a listing that was deleted is a change too. 0: the log begins here.
    listing_id = models.BigIntegerField()
    at = models.DateTimeField(help_text="By the clock of the database.")

    def __str__(self) -> str:
        return f"{self.number}: listing {self.listing_id}"
