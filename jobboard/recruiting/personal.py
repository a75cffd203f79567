"""What recruiting keeps about a person."""

from jobboard.accounts.personal_data import HOLDINGS, Holding

from .models import ImportJob

HOLDINGS += [
    Holding(
        "Uploaded files",
        "The files of jobs you uploaded, until they are imported or for a day, "
        "and what became of each row for 30 days.",
        lambda user: list(
            ImportJob.objects.filter(by=user).values("company__name", "created_at", "state")
        ),
    ),
]
