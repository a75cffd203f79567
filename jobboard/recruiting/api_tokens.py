"""Tokens with which programs of a company post its jobs (docs/adr/0027)."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from jobboard.accounts.models import User
from jobboard.common.batches import delete_in_batches
from jobboard.common.capabilities import hash_of
from jobboard.common.security_events import Kind
from jobboard.common.text.words import plural
from jobboard.listings.employers.companies import record_company
from jobboard.listings.models import Company

from .company_actions import CompanyActionError, is_owner
from .models import ApiToken

# So that whoever finds one, and programs that look for secrets in code, know what it is.
PREFIX = "jobtoken_"
MAX_ACTIVE = 10
# When it was last used is noted so often at most: it is a write.
NOTED_EVERY = timedelta(minutes=10)
SPENT_RETENTION = timedelta(days=90)


@transaction.atomic
def make(*, company: Company, name: str, scope: str, days: int, by: User) -> tuple[ApiToken, str]:
    """A new token, and its text, which nobody can read again. Raises CompanyActionError. The caller
    has locked the company.
    """
    if company.suspended_at:
        raise CompanyActionError(f"{company} is suspended, so it cannot post jobs.")
    now = timezone.now()
    if company.api_tokens.filter(revoked_at=None, expires_at__gt=now).count() >= MAX_ACTIVE:
        raise CompanyActionError(
            f"{company} has {plural(MAX_ACTIVE, 'active token')}, which is the maximum. "
            "Revoke one first."
        )
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        company=company,
        name=name,
        scope=scope,
        token_hash=hash_of(text),
        ends_with=text[-4:],
        made_by=by,
        expires_at=now + timedelta(days=days),
    )
    record_company(company, by, f"made: {token}, {scope}", Kind.API_TOKEN_CHANGED)
    return token, text


@transaction.atomic
def revoke(token: ApiToken, *, by: User) -> None:
    """Whatever is asked with it from now on is refused."""
    revoked = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    if revoked:
        record_company(token.company, by, f"revoked: {token}", Kind.API_TOKEN_CHANGED)


def find(text: str) -> ApiToken | None:
    """The token of that text while it works: not revoked or expired, and made by somebody who
    still owns the company.
    """
    tokens = ApiToken.objects.select_related("company", "made_by")
    token = tokens.filter(token_hash=hash_of(text)).first()
    if token and is_good(token):
        return token
    return None


def is_good(token: ApiToken) -> bool:
    return token.is_active and token.made_by.is_active and is_owner(token.made_by, token.company)


def note_use(token: ApiToken) -> None:
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at >= NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def delete_old_tokens() -> None:
    """Delete tokens that expired or were revoked long ago."""
    long_ago = timezone.now() - SPENT_RETENTION
    delete_in_batches(ApiToken.objects.filter(expires_at__lt=long_ago))
    delete_in_batches(ApiToken.objects.filter(revoked_at__lt=long_ago))
