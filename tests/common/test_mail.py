"""Mails: each kind says the same as text and as HTML, and what strangers wrote in it is text in
both.
"""

import html
import re

import pytest
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.test import Client

from jobboard.common.models import Email
from jobboard.feeds.boards import connecting
from jobboard.listings import emails
from jobboard.listings.employers import badges, companies, identity, undo_claims
from jobboard.listings.models import Company, CompanyClaim, FeedTrial, JoinRequest, Listing
from jobboard.recruiting import company_actions, proofs
from jobboard.recruiting.posting import first_post, still_open
from jobboard.seekers import alerts
from jobboard.seekers.models import Alert, Report
from jobboard.seekers.reports import handle_reports, report_listing
from tests.factories import (
    PASSWORD,
    CompanyFactory,
    ListingFactory,
    MembershipFactory,
    UserFactory,
    in_days,
)
from tests.reading import tight

pytestmark = pytest.mark.django_db

TEMPLATES = settings.BASE_DIR / "templates"
MARK = "quetzal"  # in every text that somebody else than the reader may type
NASTY = f"<b>{MARK}</b> & {{{{ settings.SECRET_KEY }}}} {{% now 'Y' %}}"
STRANGER = f"{MARK}@example.com"


def of_job(what):
    def send():
        traits = {"closed": "closed", "returned": "returned", "rejected": "rejected"}
        traits |= {"waits": "in_review", "submitted": "in_review"}
        trait = traits.get(what, "live")
        member = MembershipFactory(company__name="Ann <i>& Co")
        listing = ListingFactory(
            **{trait: True}, title=NASTY, company=member.company, created_by=member.user, pk=7
        )
        if what == "waits":
            emails.notify_reviewers(listing)
        else:
            emails.send_recruiter_email(what, listing)

    return send


def of_account(page, known=False):
    def send():
        if known:
            UserFactory(email="ann@example.com")
        Client().post(page, {"email": "ann@example.com", "password1": PASSWORD})

    return send


def of_decisions():
    of_job("published")()
    job = Listing.objects.get()
    for what in ["returned", "hidden"]:
        other = ListingFactory(
            live=True, title=NASTY, company=job.company, created_by=job.created_by
        )
        other.reason = other.hidden_reason = "Say what it pays."
        emails.send_recruiter_email(what, other)
    emails.finish_gathering(Email.objects.get())


def of_suspension(what):
    def send():
        company = MembershipFactory(company__name="Ann <i>& Co").company
        act = {"suspended": companies.suspend, "reinstated": companies.reinstate}[what]
        if what == "reinstated":
            company.suspended_at = in_days(-1)
            company.save()
        act(company=company, reason="It asks for money.", by=UserFactory(staff=True))

    return send


def of_answered_report():
    listing = ListingFactory(live=True, title=NASTY)
    Report.objects.create(
        listing=listing, reason="scam", text=NASTY, reference="ABCD2345", email="ann@example.com"
    )
    handle_reports(listing=listing, by=UserFactory(staff=True))


def of_report():
    report_listing(
        listing=ListingFactory(live=True, title=NASTY), reason="scam", text=f"{NASTY}\n\n{NASTY}"
    )


def of_alert(what):
    def send():
        query = f"q={MARK}"
        since = None if what == "confirm" else in_days(-8)
        alert = Alert.objects.create(
            email="ann@example.com", query=query, confirmed_at=since, frequency="daily"
        )
        ListingFactory.create_batch(
            2, live=True, title=NASTY, company__name=NASTY, published_at=in_days(-1)
        )
        match what:
            case "confirm":
                alerts.create_alert(email="ann@example.com", query=query, frequency="daily")
            case "links":
                alerts.mail_links_later.func(alert_ids=[alert.pk], network="")
            case "jobs":
                alerts.send_alerts()

    return send


def that_asks(jobs):
    def send():
        member = MembershipFactory(user__email="ann@example.com")
        for _ in range(jobs):
            ListingFactory(
                live=True,
                company=member.company,
                title=NASTY,
                created_by=member.user,
                published_at=in_days(-20),
                expires_at=in_days(30),
            )
        still_open.ask_recruiters()

    return send


def of_company(what):
    def send():
        ann = UserFactory(email="ann@example.com" if what == "asked" else STRANGER)
        company = MembershipFactory(
            user=ann, company__name=NASTY, company__domain="ann.example"
        ).company
        match what:
            case "invited":
                company_actions.invite(
                    company=company, email="bob@example.com", part="editor", by=ann
                )
            case "asked":
                company_actions.ask_to_join(company=company, user=UserFactory(email=STRANGER))
            case "asked without an owner":
                unowned = CompanyFactory(name=NASTY)
                company_actions.ask_to_join(company=unowned, user=ann)
            case "uploaded":
                emails.notify_reviewers_of_upload(company, 12)
            case "one uploaded":
                emails.notify_reviewers_of_upload(company, 1)
            case "verify":
                proofs.mail_verification(company=company, name="jobs", by=ann)
            case _:
                asked = JoinRequest.objects.create(company=company, user=UserFactory())
                decide = {
                    "accept": first_post.accept_join_request,
                    "decline": company_actions.decline_join_request,
                }
                decide[what](request=asked, by=ann)

    return send


def of_identity(what):
    def send():
        member = MembershipFactory(
            user__email=STRANGER, company__name=NASTY, company__domain="ann.example"
        )
        claims = CompanyClaim.objects.filter(company=member.company)
        match what:
            case "claimed":
                identity.tell_reviewers(member.company)
            case "approved":
                claim = claims.create(field="name", value=NASTY, by=member.user, **of(member))
                identity.approve(claim=claim, by=UserFactory())
            case "refused":
                claim = claims.create(field="name", value=NASTY, by=member.user, **of(member))
                identity.refuse(claim=claim, reason="No.", by=UserFactory())
            case "undone":
                claim = claims.create(field="name", value=NASTY, by=member.user, **of(member))
                identity.refuse(claim=claim, reason="No.", by=UserFactory())
                Email.objects.all().delete()
                undo_claims.undo(claim=claim, by=UserFactory())
            case "dropped":
                claims.create(field="domain", value="gmail.com", outcome="dropped", **of(member))
                badges.tell_of_dropped_badges()
            case "outranked":
                how = Company.VerifiedBy.DNS
                proofs.prove(company=member.company, user=UserFactory(), how=how, domain="b.de")

    return send


def of_board(what):
    def send():
        ann = UserFactory(email="ann@example.com")
        member = MembershipFactory(user=ann, company__name=NASTY, company__verified_by="email")
        trial = FeedTrial.objects.create(
            company=member.company,
            by=ann,
            pasted="https://jobs.lever.co/globex",
            kind="lever",
            address="https://api.lever.co/v0/postings/globex?mode=json",
            doubt=f"The board says that it belongs to {MARK}.",
        )
        asked = connecting.connect(trial, by=ann)
        if what == "asked":
            return
        Email.objects.all().delete()
        decide = {"accept": connecting.accept, "decline": connecting.decline}
        decide[what](asked, by=UserFactory(staff=True))

    return send


def of(member):
    return {"company": member.company}


# What sends the mail → the button of its HTML part, "" where there is nothing to do.
MAILS = {
    "a job waits": (of_job("waits"), "Review the job"),
    "a job was sent": (of_job("submitted"), "Your jobs"),
    "a job is public": (of_job("published"), "View your job"),
    "a job was returned": (of_job("returned"), "Edit and resubmit"),
    "a job was rejected": (of_job("rejected"), ""),
    "a job is closed": (of_job("closed"), "Your jobs"),
    "a job is hidden": (of_job("hidden"), "Your jobs"),
    "a job was edited": (of_job("edited"), "Check the job"),
    "a change of a job is live": (of_job("change_published"), "View your job"),
    "a change was returned": (
        of_job("change_returned"),
        "Edit and resubmit, or withdraw the change",
    ),
    "a change was rejected": (of_job("change_rejected"), ""),
    "a job is no longer hidden": (of_job("shown"), "Your jobs"),
    "a decision about a job was undone": (of_job("undone"), "Your jobs"),
    "many jobs were decided": (of_decisions, "Your jobs"),
    "a company is suspended": (of_suspension("suspended"), "Your jobs"),
    "a company is reinstated": (of_suspension("reinstated"), "Your jobs"),
    "a report was handled": (
        of_answered_report,
        "Contact us",
    ),
    "start an alert": (of_alert("confirm"), "Confirm your alert"),
    "links of alerts": (of_alert("links"), ""),
    "an alert": (of_alert("jobs"), "See all jobs"),
    "a report": (of_report, "Review the report"),
    "is it open?": (that_asks(1), "Confirm or close"),
    "are they open?": (that_asks(2), "All your jobs"),
    "invited": (of_company("invited"), "See the invitation"),
    "somebody asks to join": (of_company("asked"), "Accept or decline"),
    "somebody asks the editors": (of_company("asked without an owner"), "Accept or decline"),
    "let in": (of_company("accept"), "Your jobs"),
    "not let in": (of_company("decline"), ""),
    "a board is to be checked": (of_board("asked"), "Accept or decline"),
    "a board is connected": (of_board("accept"), "Your careers page"),
    "a board is declined": (of_board("decline"), "Your careers page"),
    "jobs were uploaded": (of_company("uploaded"), "Review the jobs"),
    "a job was uploaded": (of_company("one uploaded"), "Review the jobs"),
    "verify a company": (of_company("verify"), "See the company"),
    "a company changed": (of_identity("claimed"), "Review it"),
    "a change is live": (of_identity("approved"), "Your company"),
    "a change was refused": (of_identity("refused"), "Your company"),
    "a decision was undone": (of_identity("undone"), "Your company"),
    "a badge dropped": (of_identity("dropped"), "Verify the company"),
    "somebody else proved it": (of_identity("outranked"), "Verify your part in it"),
    "confirm the address": (of_account("/accounts/signup/"), ""),
    "there is an account": (of_account("/accounts/signup/", known=True), "Reset your password"),
    "a new password": (of_account("/accounts/password/reset/", known=True), "Reset your password"),
    "there is no account": (of_account("/accounts/password/reset/"), "Create an account"),
    "a code to sign in": (of_account("/accounts/login/code/", known=True), ""),
}


# What a stranger can cause: it ends with a link that stops all of these.
BY_STRANGERS = {
    "a report was handled",
    "start an alert",
    "links of alerts",
    "invited",
    "somebody asks to join",
    "verify a company",
    "confirm the address",
    "there is an account",
    "a new password",
    "there is no account",
    "a code to sign in",
}
# Not stopped by it: their readers have proven that they own what these are about.
FOR_THE_PROVEN = {"links of alerts", "a new password", "a code to sign in"}
# Whose words an email holds, where they are not its reader's own and not ours. Each of the rest
# holds none.
WITH_WORDS = {
    "a job was sent": "members, about their company's job",
    "a job is public": "members, about their company's job",
    "a job was returned": "members, about their company's job",
    "a job was rejected": "members, about their company's job",
    "a job is closed": "members, about their company's job",
    "a job is hidden": "members, about their company's job",
    "a job was edited": "members, about their company's job",
    "a change of a job is live": "members, about their company's job",
    "a change was returned": "members, about their company's job",
    "a change was rejected": "members, about their company's job",
    "a job is no longer hidden": "members, about their company's job",
    "a decision about a job was undone": "members, about their company's job",
    "many jobs were decided": "members, about their company's jobs",
    "is it open?": "members, about their company's job",
    "are they open?": "members, about their company's jobs",
    "an alert": "employers, about public jobs that the reader asked for",
    "links of alerts": "the reader, who confirmed the search",
    "a change is live": "members, about their company",
    "a change was refused": "members, about their company",
    "a decision was undone": "members, about their company",
    "a badge dropped": "members, about their company",
    "somebody else proved it": "members, about their company",
    "let in": "the company that the reader asked to join",
    "not let in": "the company that the reader asked to join",
    "a board is connected": "members, about their own company",
    "a board is declined": "members, about their own company",
}


@pytest.fixture(params=MAILS)
def sent(request, work):
    """(message, HTML, button) of a mail as it leaves the queue."""
    send, button = MAILS[request.param]
    send()
    work()
    [message] = mail.outbox
    assert message.message().get_content_type() == "multipart/alternative"
    [alternative] = message.alternatives
    assert alternative.mimetype == "text/html"
    return message, alternative.content, button


def words_of(page: str) -> list[str]:
    return html.unescape(re.sub(r"<[^>]*>", " ", page.partition("</h1>")[2])).split()


def test_each_kind_of_mail_says_the_same_in_text_and_in_html(sent):
    message, page, button = sent
    text = message.body.replace("\n-- \n", "\n")
    if button:
        text = text.replace(f"{button}:\n", f"{button}\n")

    assert words_of(page) == text.split()
    assert html.escape(message.subject) in re.search("<h1[^>]*>(.*?)</h1>", tight(page))[1]
    assert message.subject == " ".join(message.subject.split())
    assert not re.search(r"\b1 \w+s to\b|\b1 new jobs\b", f"{message.subject} {message.body}")


def test_both_parts_lead_to_the_same_places_of_this_site(sent):
    message, page, button = sent
    in_text = re.findall(r"https?://\S+", message.body)
    in_html = [html.unescape(url) for url in re.findall(r'href="([^"]*)"', page)]

    assert set(in_html) == set(in_text)
    assert all(url.startswith(settings.SITE_URL) for url in in_html)
    assert re.findall(r'class="button"[^>]*>([^<]*)<', tight(page)) == ([button] if button else [])


def test_both_parts_end_with_the_site_and_why_one_gets_the_mail(sent):
    message, page, _ = sent
    footer = message.body.partition("\n-- \n")[2]

    assert re.fullmatch(
        rf"Rolebook: {settings.SITE_URL}\nYou’re getting this email because .* Rolebook\.\n?"
        r"(Wasn’t it you\? Stop emails that other people can cause: \S+\n?)?",
        footer,
    )
    assert "You’re getting this email because" in page.partition('class="foot"')[2]


@pytest.fixture(params=MAILS)
def kind(request):
    return request.param


def test_what_a_stranger_can_cause_ends_with_one_link_that_stops_it(kind, work):
    MAILS[kind][0]()
    work()
    [message] = mail.outbox
    links = re.findall(rf"{settings.SITE_URL}/me/emails/\S+", message.body)
    headers = message.extra_headers

    assert len(links) == (kind in BY_STRANGERS)
    assert message.body.rstrip().endswith(tuple(links) or " Rolebook.")
    if kind in BY_STRANGERS - FOR_THE_PROVEN:
        assert headers["List-Unsubscribe"] == f"<{links[0]}>"
        assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    elif kind != "an alert":  # which has a link of its own
        assert "List-Unsubscribe" not in headers


def test_no_words_of_a_stranger_reach_somebody_who_did_not_ask(kind, work):
    MAILS[kind][0]()
    work()
    [message] = mail.outbox
    [alternative] = message.alternatives
    words = f"{message.subject} {message.body} {alternative.content}".lower()

    assert (MARK in words) == (kind in WITH_WORDS)


@pytest.mark.slow
def test_each_email_is_walked_and_stands_in_the_documentation():
    """Those of the account library that only tell of a change hold nothing that was typed."""
    ours = {path.stem for path in (TEMPLATES / "mail").glob("*.txt")} - {"base", "listing_base"}
    library = {
        path.stem.removesuffix("_message")
        for folder in ("account", "mfa")
        for path in (TEMPLATES / folder / "email").glob("*_message.txt")
    }
    table = (TEMPLATES.parent / "docs" / "security.md").read_text().partition("## Emails")[2]
    in_table = set(re.findall(r"`(\w+)`", table.partition("\n## ")[0]))

    assert in_table == ours | library - {"base_message", "base"}
    assert ours <= purposes_walked()


def purposes_walked() -> set[str]:
    walked = set()
    for send, _ in MAILS.values():
        with transaction.atomic():
            send()
            walked |= set(Email.objects.values_list("purpose", flat=True))
            transaction.set_rollback(True)
    return walked


def test_a_title_is_text_in_both_parts_whatever_it_looks_like(work):
    of_job("returned")()
    work()
    [message] = mail.outbox

    assert f"“{NASTY}” at Ann <i>& Co needs changes before we can publish it." in message.body
    assert message.subject == f"Changes needed: {NASTY}"
    assert (
        f"“{html.escape(NASTY)}” at Ann &lt;i&gt;&amp; Co needs changes before we can publish it."
        in message.alternatives[0].content
    )


@pytest.mark.parametrize(
    "line", ["https://evil.example/", "//evil.example", f"{settings.SITE_URL}.evil.example/x"]
)
def test_what_somebody_wrote_leads_to_no_other_site(line, work):
    member = MembershipFactory()
    listing = ListingFactory(
        rejected=True,
        reason=f"Read this:\n{line}",
        company=member.company,
        created_by=member.user,
    )
    emails.send_recruiter_email("rejected", listing)
    work()

    [alternative] = mail.outbox[0].alternatives

    assert html.escape(line) in alternative.content
    assert "evil" not in "".join(re.findall("<a [^>]*>", alternative.content))
