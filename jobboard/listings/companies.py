"""Companies by name, and a record of changes to who one says it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Q

from jobboard.accounts.models import User
from jobboard.common import security_events
from jobboard.common.text.words import fold

from .models import Company

# Anybody may have an address or a page there, so it proves nothing about a company.
SHARED_HOSTS = {
    "aol.com",
    "blogspot.com",
    "fastmail.com",
    "github.io",
    "gmail.com",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hotmail.com",
    "icloud.com",
    "linkedin.com",
    "live.com",
    "mail.com",
    "mail.ru",
    "me.com",
    "msn.com",
    "netlify.app",
    "notion.site",
    "outlook.com",
    "pages.dev",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "vercel.app",
    "web.app",
    "web.de",
    "wixsite.com",
    "wordpress.com",
    "yahoo.com",
    "yandex.com",
    "zoho.com",
    "163.com",
}


def company_names() -> dict[str, int]:
    """Folded names to ids, without invented companies."""
    companies = Company.objects.filter(is_demo=False).order_by("-pk")
    return {fold(name): pk for pk, name in companies.values_list("pk", "name")}


def find_company(name: str, names: dict[str, int] | None = None) -> Company | None:
    """By name, else by slug."""
    pk = (company_names() if names is None else names).get(fold(name))
    return Company.objects.filter(Q(pk=pk) if pk else Q(slug=fold(name), is_demo=False)).first()


# --- Who it says it is ----------------------------------------------------------------------------

IDENTITY = ["name", "website", "domain", "verified_by"]


@contextmanager
def recording_identity(company: Company, by: User | None) -> Iterator[None]:
    """What is saved of IDENTITY within becomes a security event, in the same transaction."""
    rows = Company.objects.filter(pk=company.pk)
    with transaction.atomic():
        before = rows.values(*IDENTITY).first() or dict.fromkeys(IDENTITY, "")
        yield
        after = rows.values(*IDENTITY).get()
        changes = [
            f"{name}: “{before[name]}” to “{after[name]}”"
            for name in IDENTITY
            if before[name] != after[name]
        ]
        if changes:
            record_company(company, by, "; ".join(changes))


def record_company(
    company: Company,
    by: User | None,
    detail: str,
    kind: security_events.Kind = security_events.Kind.COMPANY_CHANGED,
) -> None:
    subject = f"company {company.pk}, {company.name}"
    security_events.record(kind, actor=by, subject=subject, detail=detail)
