"""What seekers leave here about themselves."""

from jobboard.accounts.personal_data import HOLDINGS, Holding

from .models import Alert

HOLDINGS += [
    Holding(
        "Saved jobs",
        "Jobs you saved, with your marks and notes. Until you remove them. Without an account they are kept by your "
        "browser alone.",
        lambda user: list(user.saved_listings.values("title", "company", "mark", "note", "saved_at")),
    ),
    Holding(
        "Alerts",
        "Your address, the search, and which jobs an alert told you of, so that none comes twice. Until you end the "
        "alert; for 7 days where it was never confirmed.",
        lambda user: list(Alert.objects.filter(email=user.email).values("query", "frequency", "confirmed_at")),
        forget=lambda user: Alert.objects.filter(email=user.email).delete(),
    ),
]
