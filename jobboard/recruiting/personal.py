"""Personal data that recruiting keeps."""

from jobboard.accounts.personal_data import PERSONAL_DATA_CATEGORIES, PersonalDataCategory

from .models import ApiToken, ImportJob

PERSONAL_DATA_CATEGORIES += [
    PersonalDataCategory(
        "Uploaded files",
        "The files of jobs you uploaded, until they are imported or for a day, "
        "and what became of each row for 30 days.",
        lambda user: list(
            ImportJob.objects.filter(by=user).values("company__name", "created_at", "state")
        ),
    ),
    PersonalDataCategory(
        "API tokens",
        "The API tokens you created for a company: their names, what they can do, when they were "
        "created and last used, and a hash of each. Kept for 90 days after they stop working. If "
        "you delete your account, they go with it.",
        lambda user: list(
            ApiToken.objects.filter(made_by=user).values(
                "company__name", "name", "scope", "created_at", "last_used_at"
            )
        ),
    ),
]
