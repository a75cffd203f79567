"""Proofs that somebody acts for a company: whoever proves its domain becomes a member at once.

A mailbox at the domain, a DNS record or a line on the website prove it. We look for the last two in
the background; their token works for one person and one company.
"""

from contextlib import suppress
from datetime import timedelta

import dns.exception
import dns.resolver
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django_tasks import task

from jobboard.accounts.models import User
from jobboard.accounts.people import has_proven
from jobboard.common import capabilities
from jobboard.common.capabilities import Purpose
from jobboard.common.hosts.domains import proven_by_mailbox, why_worthless
from jobboard.common.mail import send_template_mail
from jobboard.common.models import Capability
from jobboard.common.tasks import SLOW, SOMEBODY_WAITS
from jobboard.feeds.detection.pages import tags_of
from jobboard.feeds.download import FetchError, fetch
from jobboard.listings.employers import identity
from jobboard.listings.employers.companies import lock_company, recording_identity
from jobboard.listings.lifecycle import review_jobs_of_unproven
from jobboard.listings.models import Company, JoinRequest, Membership

from .company_actions import CompanyActionError, Part, let_in, record_member, site_url
from .models import DomainCheck
from .posting.post_drafts import NotCompleteError, post_draft

How = DomainCheck.How

RECORD = "_jobboard-challenge"  # the label of the DNS record, below the domain
PATH = "/.well-known/jobboard-challenge.txt"
META = "jobboard-challenge"
TIMEOUT_SECONDS = 5  # for each answer of a name server or a website
MAX_BYTES = 2**20  # of a website's first page
MAX_RECORDS = 50
GIVEN_UP_AFTER = timedelta(minutes=5)  # then a check whose worker was killed can start again


def may_prove(user: User, company: Company) -> bool:
    """Members, and those who asked to be."""
    if company.suspended_at:
        return False
    is_member = company.memberships.filter(user=user).exists()
    return is_member or company.join_requests.filter(user=user).exists()


# --- A mailbox ------------------------------------------------------------------------------------


def proven_host(user: User, company: Company) -> str:
    """The host of the address of ``user``'s account, if it proves the company's domain. Former
    members prove nothing by it: they may have confirmed it when they still worked there.
    """
    if company.pk and company.former_members.filter(user=user).exists():
        return ""
    if has_proven(user.email):
        return proven_by_mailbox(user.email, company.domain)
    return ""


@transaction.atomic
def prove_by_account(*, company: Company, user: User) -> Membership | None:
    """Let ``user`` in if their own address proves the company's domain; else None."""
    host = proven_host(user, company)
    if not host:
        return None
    return prove(company=company, user=user, how=Company.VerifiedBy.EMAIL, domain=host)


@transaction.atomic
def may_join(*, company: Company, user: User) -> bool:
    """Whether ``user`` acts for the company. Makes them a member if their own address proves it."""
    member = Membership.objects.filter(company=company, user=user).first()
    if member and member.proof:
        return True
    return bool(prove_by_account(company=company, user=user) or member)


@transaction.atomic
def mail_verification(*, company: Company, name: str, by: User) -> str:
    """Mail a link to ``name`` at the company's domain; returns the address. Raises
    CompanyActionError.
    """
    if not company.domain:
        raise CompanyActionError("Add the company’s website first.")
    if reason := why_worthless(company.domain):
        raise CompanyActionError(
            f"{reason} So we can’t use it to verify the company. Contact us instead."
        )
    email = f"{name}@{mail_host(company)}".lower()

    def link() -> dict[str, str]:
        content = _get_identity(company)
        token = capabilities.grant(
            Purpose.VERIFICATION, f"{company.pk} {by.pk}", content=content, user=by
        )
        return {"url": site_url("verified", token)}

    send_template_mail("verify_company", link, to=[email])
    return email


def mail_host(company: Company) -> str:
    """The host at which a mailbox proves the domain: the registered domain, if it is its own."""
    return identity.provable_domain(company) or company.domain


def _get_identity(company: Company) -> str:
    return f"{company.domain} {company.name}"


def get_company_from_token(capability: Capability) -> Company | None:
    """Return the company; None if its name or domain changed since, or the person has left it."""
    pk = capability.subject.partition(" ")[0]
    company = Company.objects.public().filter(pk=pk).first()
    if company is None or not capabilities.is_about(capability, _get_identity(company)):
        return None
    if capability.user and may_prove(capability.user, company):
        return company
    return None


@transaction.atomic
def verify_by_mail(*, company: Company, capability: Capability) -> None:
    """Raises AlreadyUsedError the second time, and CompanyActionError if ``get_company_from_token``
    is no longer there.
    """
    locked = lock_company(company.pk)
    capabilities.use(capability)
    user = capability.user
    if user is None or get_company_from_token(capability) is None or why_worthless(locked.domain):
        raise CompanyActionError("The company’s name, website or owner has changed.")
    prove(
        company=locked,
        user=user,
        how=Company.VerifiedBy.EMAIL,
        domain=mail_host(locked),
    )


# --- Somebody who proved --------------------------------------------------------------------------


@transaction.atomic
def prove(*, company: Company, user: User, how: Company.VerifiedBy, domain: str) -> Membership:
    """Make ``user`` a member who has proven the domain, and give the company its badge. If a job
    waited for their request to join, it goes to review.
    """
    with recording_identity(company, user) as locked:
        if locked.suspended_at:
            raise CompanyActionError(f"{locked} is suspended, so it can’t be verified.")
        waiting = JoinRequest.objects.filter(company=locked, user=user).first()
        member = let_in(locked, user, Part.EDITOR, by=user)
        is_news = not member.proof
        if is_news:
            identity.prove(member, Membership.Proof.DOMAIN)
            record_member(member, f"proved {domain}: {how.value}", user)
            identity.note_proof(locked, user, domain)
        identity.verify(locked, how, domain)
        locked.save()
        if is_news:
            _outrank(member, locked)
        identity.withdraw_dispute(locked, user)
    if waiting and waiting.draft:
        with suppress(NotCompleteError):  # Its last day may be over.
            post_draft(draft=waiting.draft, company=locked, by=user)
    return member


@transaction.atomic
def take_word_for(member: Membership, by: User) -> None:
    """An editor says that ``member`` acts for the company."""
    if member.proof:
        return
    identity.prove(member, Membership.Proof.ADMIN)
    record_member(member, "accepted by an editor", by)
    _outrank(member, member.company)


def _outrank(member: Membership, company: Company) -> None:
    """Make ``member`` the owner if no owner has proven anything. The jobs that unproven members
    posted go back to review, so that the badge is not beside their words; they get an email.
    """
    others = company.memberships.exclude(pk=member.pk)
    if others.filter(part=Part.OWNER).proven().exists():
        return
    unproven = list(others.filter(proof="").values_list("user__email", flat=True))
    Membership.objects.filter(pk=member.pk).update(part=Part.OWNER)
    member.part = Part.OWNER
    count = review_jobs_of_unproven(company)
    context = {"company": company, "count": count, "url": site_url("verify", company.pk)}
    send_template_mail("outranked", context, to=unproven, about=[company.pk])


# --- A DNS record, or a line on the website -------------------------------------------------------


def get_token(company: Company, user: User) -> str:
    """The text to put there. It differs for each person, company and domain."""
    domain = identity.provable_domain(company)
    return salted_hmac("domain proof", f"{company.pk} {user.pk} {domain}").hexdigest()[:40]


@transaction.atomic
def ask_for_check(*, company: Company, user: User, how: str) -> DomainCheck:
    """Look for the token in the background. While a check runs, no other starts before
    GIVEN_UP_AFTER.
    """
    if not identity.provable_domain(company):
        raise CompanyActionError("Add the website of the company’s own domain first.")
    now = timezone.now()
    check, is_new = DomainCheck.objects.get_or_create(company=company, user=user, how=how)
    if not is_new and check.is_running and check.asked_at > now - GIVEN_UP_AFTER:
        return check
    check.asked_at = now
    check.finished_at = None
    check.problem = ""
    check.save()
    run_check.enqueue(check_id=check.pk)
    return check


@task(queue_name=SLOW, priority=SOMEBODY_WAITS)
def run_check(check_id: int) -> None:
    """Look once; who asked sees what was found and may ask again."""
    check = DomainCheck.objects.select_related("company", "user").filter(pk=check_id).first()
    if check is None or not check.is_running:
        return
    domain = identity.provable_domain(check.company)
    token = get_token(check.company, check.user)
    problem = _look_for(token, domain, check.how)
    if not problem:
        problem = _prove_by_check(check, domain)
    check.finished_at = timezone.now()
    check.problem = problem
    check.save(update_fields=["finished_at", "problem"])


def _look_for(token: str, domain: str, how: str) -> str:
    """Look for the token; returns the problem, '' if it is there."""
    if not domain:
        return "The company’s website has changed meanwhile."
    if how == How.DNS:
        return check_dns(domain, token)
    return check_website(domain, token)


@transaction.atomic
def _prove_by_check(check: DomainCheck, domain: str) -> str:
    """Record the proof; returns the problem, '' if the company is proven: it may have changed while
    we looked for the token.
    """
    company = lock_company(check.company_id)
    if identity.provable_domain(company) != domain or not may_prove(check.user, company):
        return "The company or your part in it has changed meanwhile."
    how = Company.VerifiedBy.SITE
    if check.how == How.DNS:
        how = Company.VerifiedBy.DNS
    try:
        prove(company=company, user=check.user, how=how, domain=domain)
    except CompanyActionError as problem:
        return str(problem)
    return ""


def check_dns(domain: str, token: str) -> str:
    """Look for the token in the TXT record; returns the problem, '' if it is there."""
    name = f"{RECORD}.{domain}"
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=TIMEOUT_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return f"There is no TXT record at {name} yet. New records can take an hour to appear."
    except dns.exception.DNSException:
        return f"The name servers of {domain} did not answer. Try again later."
    for record in list(answer)[:MAX_RECORDS]:
        if constant_time_compare(b"".join(record.strings), token.encode()):
            return ""
    return f"The TXT record at {name} holds something else."


def check_website(domain: str, token: str) -> str:
    """Look for the token in the file or on the first page; returns the problem, '' if it is there.
    Also looks at www, where some sites have all their pages.
    """
    problems = []
    for host in (domain, f"www.{domain}"):
        try:
            text = fetch(f"https://{host}{PATH}", max_bytes=MAX_BYTES, seconds=TIMEOUT_SECONDS).data
            if constant_time_compare(text.strip()[:200], token.encode()):
                return ""
        except FetchError as problem:
            problems.append(str(problem))
        try:
            page = fetch(f"https://{host}/", max_bytes=MAX_BYTES, seconds=TIMEOUT_SECONDS).data
            if _has_meta(page, token):
                return ""
        except FetchError as problem:
            problems.append(str(problem))
    not_there = f"The line is neither in {PATH} nor on the first page of {domain}."
    if problems:
        return f"{not_there} {problems[0]}"
    return not_there


def _has_meta(page: bytes, token: str) -> bool:
    """Looks in the head alone, because visitors may write to the body."""
    for name, attributes in tags_of(page.decode("utf-8", "replace")):
        if name == "body":
            return False
        is_ours = name == "meta" and attributes.get("name") == META
        if is_ours and constant_time_compare(attributes.get("content", ""), token):
            return True
    return False
