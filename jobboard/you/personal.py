"""The data of people who said something about themselves."""

from typing import Any

from jobboard.accounts.models import User
from jobboard.accounts.personal_data import PERSONAL_DATA_CATEGORIES, PersonalDataCategory

from .models import KeptYou


def _get_answers(user: User) -> Any:
    return list(KeptYou.objects.filter(user=user).values("said", "kept_at"))


PERSONAL_DATA_CATEGORIES.append(
    PersonalDataCategory(
        "What you said about yourself",
        "Your role, country, level, currency and skills, if you chose to keep them with your "
        "account. Kept until you select “Forget me”. Otherwise they are in a cookie of your "
        "browser alone.",
        _get_answers,
    )
)
