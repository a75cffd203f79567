"""Checks new passwords, and hashes them."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.exceptions import ValidationError

from jobboard.accounts.models import User
from jobboard.common.web.turns import PASSWORDS

MIN_WORD_LENGTH = 4  # letters; shorter ones are part of too many others
# How much has to be left of a password without the words of its context.
MIN_LETTERS_BESIDE = 8
# What such a site is called, and what people do on it.
WORDS = {
    "admin",
    "career",
    "careers",
    "employer",
    "hiring",
    "jobboard",
    "jobs",
    "login",
    "moderator",
}
WORDS |= {"password", "recruit", "recruiter", "recruiting", "rolebook", "work"}


class ContextPasswordValidator:
    """Refuses the site's name, its host and its trade with a year or a sign beside it."""

    def validate(self, password: str, user: User | None = None) -> None:
        rest = password.casefold()
        matches = [word for word in context_words() if word in rest]
        longest_first = sorted(matches, key=len, reverse=True)
        for word in longest_first:
            rest = rest.replace(word, "")
        if longest_first and len(rest) < MIN_LETTERS_BESIDE:
            longest = longest_first[0]
            raise ValidationError(
                f"Choose a password that is harder to guess. “{longest}” is one of the first "
                "words people would try on this site.",
                code="password_of_context",
            )

    def get_help_text(self) -> str:
        return "Your password can’t be just the name of this site with a number."


def context_words() -> set[str]:
    host = urlsplit(settings.SITE_URL).hostname or ""
    own = re.findall(r"\w+", f"{settings.SITE_NAME} {host}".casefold())
    joined = "".join(re.findall(r"\w+", settings.SITE_NAME.casefold()))
    return WORDS | {word for word in [*own, joined] if len(word) >= MIN_WORD_LENGTH}


class OneAtATimeHasher(PBKDF2PasswordHasher):
    """Hashes one password at a time, because each keeps a core busy for half a second."""

    @PASSWORDS.one_at_a_time
    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        return super().encode(password, salt, iterations)
