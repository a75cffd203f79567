"""The personal data that seekers leave here."""

from jobboard.accounts.personal_data import PERSONAL_DATA_CATEGORIES, PersonalDataCategory

from .models import Alert, Report

PERSONAL_DATA_CATEGORIES += [
    PersonalDataCategory(
        "Saved jobs",
        "Jobs you saved, with your statuses and notes. Kept until you remove them. "
        "Without an account, they are kept in your browser alone.",
        lambda user: list(
            user.saved_listings.values("title", "company", "mark", "note", "saved_at")
        ),
    ),
    PersonalDataCategory(
        "Reports",
        "The email address you left with a report. Kept until we tell you what we decided.",
        lambda user: list(Report.objects.filter(email=user.email).values("reason", "at")),
        purge=lambda user: Report.objects.filter(email=user.email).update(email=""),
    ),
    PersonalDataCategory(
        "Alerts",
        "Your email address, your search and the jobs we sent you, so that we don’t repeat them. "
        "Kept until you stop the alert, or for 7 days if you never confirm it.",
        lambda user: list(
            Alert.objects.filter(email=user.email).values("query", "frequency", "confirmed_at")
        ),
        purge=lambda user: Alert.objects.filter(email=user.email).delete(),
    ),
]
