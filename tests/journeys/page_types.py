"""Every kind of page a person can open, and the objects that show them all."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import time
from types import SimpleNamespace

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib import admin
from django.db import OperationalError
from django.test import Client
from playwright.sync_api import Page

from jobboard.common.mailing.suppression import mailbox_hash_in, stop, stop_url
from jobboard.common.models import Email
from jobboard.feeds.trials import serialize_job
from jobboard.listings import lifecycle
from jobboard.listings.content import get_content
from jobboard.listings.employers import identity
from jobboard.listings.models import (
    CompanyClaim,
    CompanyLogo,
    FeedRequest,
    FeedTrial,
    Listing,
    Origin,
)
from jobboard.recruiting import api_tokens, company_actions, proofs
from jobboard.recruiting.models import ImportJob, ImportRow
from jobboard.recruiting.posting import still_open
from jobboard.seekers.alerts import changing_url, confirm_alert, get_token
from jobboard.seekers.models import Alert
from jobboard.seekers.reports import report_listing
from jobboard.seekers.saved import save_listings
from roles.models import Comparison, Skill
from tests.factories import (
    PASSWORD,
    ArticleFactory,
    CompanyFactory,
    FeedFactory,
    ListingFactory,
    MembershipFactory,
    RoleFactory,
    UserFactory,
    in_days,
)
from tests.passkeys import passkey_answer

LONG_WORD = "Datenverarbeitungsanlagenentwicklungsingenieur"
FIRST_POST = {
    "Company": "New Works",
    "Your work email": "ada@new.example",
    "Job title": f"AI Architect {LONG_WORD}",
    "Location": "Lisbon, Portugal",
    "Pay note": "By tariff.",
    "Description": "You design how models run.",
    "Application link": "https://careers.new.example/1",
}
ADDRESS = {"Email address": "a@example.com"}
SENTENCE = {"column": "title", "reason": LONG_WORD, "values": "", "rows": "2–3, 7", "count": 3}
OUTCOME = {
    "created": 12,
    "updated": 3,
    "unchanged": 0,
    "closed": 1,
    "wrong": 3,
    "faults": [SENTENCE],
    "said": [SENTENCE | {"values": f"{LONG_WORD} and 3 more", "count": 12}],
    "unclosable": "",
}
FILE_COLUMNS = {
    "headers": ["Titel", LONG_WORD, "Gehalt von"],
    "samples": [["Data Engineer", "Analyst"], [LONG_WORD], []],
    "fields": ["title", None, "salary_min"],
    "for_all": {"salary_currency": "EUR"},
    "is_public": False,
}
# State of an upload → what is known of it.
UPLOADS = {
    "checking": {"rows_done": 340},
    "columns": {"columns": FILE_COLUMNS},
    "checked": {"outcome": OUTCOME, "columns": FILE_COLUMNS},
    "done": {"outcome": OUTCOME | {"wrong": 0, "faults": []}},
    "failed": {"problem": f"The first line of the file is not valid CSV: {LONG_WORD}"},
}
PASSKEY = {"name": "My key", "passwordless": True, "credential": passkey_answer()}
TABLE = (
    "| One | Two | Three | Four |\n|---|---|---:|---:|\n" + f"| {LONG_WORD} | words | 1 | 2 |\n" * 3
)


@dataclass
class PageType:
    """``path`` may name objects of ``make_things`` in braces; ``act`` leads on from there to the
    page that is meant; ``fault`` happens in the list of jobs.
    """

    name: str
    path: str
    user: str = ""
    status: int = 200
    act: Callable[[Page], None] | None = None
    fault: Exception | None = None

    @property
    def url_name(self):
        return self.name.split(",")[0]

    @property
    def area(self):
        return re.split("[:_ ]", self.name)[0]


class Press:
    """Fill the fields with these labels and press a button."""

    def __init__(self, button: str, **fields: str):
        self.button, self.fields = button, fields

    def __call__(self, page):
        for label, text in self.fields.items():
            label = re.compile(rf"^\s*{re.escape(label)}(\s*\(optional\))?\s*$")
            page.get_by_label(label).fill(text)
        page.get_by_role("button", name=self.button, exact=True).click()


def without_its_cookies(page):
    page.context.clear_cookies()
    page.get_by_role("button", name="Sign in").click()


PAGE_TYPES = [
    PageType("insights:home", "/"),
    PageType("insights:compare", "/compare/"),
    PageType("insights:compare, with errors", "/compare/?a=ai-architect&b=ai-architect"),
    PageType("insights:comparison", "/compare/ai-architect-vs-deep-learning-engineer/"),
    PageType(
        "insights:comparison, of two roles nobody wrote about",
        "/compare/data-engineer-vs-engineer/",
    ),
    PageType(
        "insights:comparison, sides swapped",
        "/compare/ai-architect-vs-deep-learning-engineer/?swap=1",
    ),
    PageType("site:about", "/about/"),
    PageType("site:privacy", "/privacy/"),
    PageType("site:terms", "/terms/"),
    PageType("site:accessibility", "/accessibility/"),
    PageType("site:contact", "/contact/"),
    PageType("site:methodology", "/methodology/"),
    PageType("recruiting:post", "/post/"),
    PageType("recruiting:post, with errors", "/post/", act=Press("Preview")),
    PageType("recruiting:post_preview", "/post/", act=Press("Preview", **FIRST_POST)),
    PageType("browse:list", "/jobs/"),
    PageType("browse:list, filtered", "/jobs/?q=engineer&workplace=remote&salary_from=1000"),
    PageType("browse:list, page 2", "/jobs/?page=2"),
    PageType(
        "browse:list, nothing found",
        "/jobs/?q=zookeeper&workplace=remote&level=entry&company=dunmarrow-bank",
    ),
    PageType("browse:list, of a role in a country", "/jobs/?role=data-engineer&country=US"),
    PageType("browse:list, with errors", "/jobs/?salary_from=lots&colour=blue"),
    PageType("browse:detail", "/jobs/{sample.pk}-{sample.slug}/"),
    PageType("browse:detail, that says little", "/jobs/{live.pk}-{live.slug}/"),
    PageType(
        "browse:detail, of a board, without text and place", "/jobs/{of_board.pk}-{of_board.slug}/"
    ),
    PageType("browse:detail, closed", "/jobs/{closed.pk}-{closed.slug}/", status=410),
    PageType("browse:apply", "/jobs/{sample.pk}/apply/"),
    PageType("browse:apply, by e-mail", "/jobs/{by_mail.pk}/apply/"),
    PageType("browse:ask", "/jobs/{live.pk}/ask/"),
    PageType("browse:company_list", "/companies/"),
    PageType("browse:company_list, by name", "/companies/?q=larkmoor"),
    PageType("browse:company", "/companies/larkmoor-mutual/"),
    PageType("browse:company, without open jobs", "/companies/{quiet.slug}/"),
    PageType("api:openapi-view", "/api/v1/docs"),
    PageType("insights:role_list", "/roles/"),
    PageType("insights:role", "/roles/ai-architect/"),
    PageType("insights:salary_list", "/salaries/"),
    PageType("insights:salary", "/salaries/data-engineer/"),
    PageType(
        "insights:salary, of a level in a country",
        "/salaries/data-engineer/?level=senior&country=US",
    ),
    PageType(
        "insights:salary, with too few answers",
        "/salaries/deep-learning-engineer/?level=entry&year=2025",
    ),
    PageType("insights:salary, with errors", "/salaries/data-engineer/?level=boss&year=then"),
    PageType(
        "insights:salary, with own pay",
        "/salaries/machine-learning-engineer/?amount=6,500&currency=EUR&period=month&level=mid&country=PT",
    ),
    PageType(
        "insights:salary, with own pay that cannot be read",
        "/salaries/data-engineer/?amount=much&currency=XXX&period=ever&level=boss&country=Atlantis",
    ),
    PageType("roles:article_list", "/articles/"),
    PageType("roles:article", "/articles/how-to-read-a-salary-range/"),
    PageType("roles:article, with odd words", "/articles/{guide.slug}/"),
    PageType("recruiting:dashboard", "/recruit/", "recruiter"),
    PageType("recruiting:dashboard, at the start", "/recruit/", "beginner"),
    PageType("recruiting:company_new", "/recruit/companies/new/", "beginner"),
    PageType(
        "recruiting:company_new, with errors",
        "/recruit/companies/new/",
        "beginner",
        act=Press("Save and continue"),
    ),
    PageType("recruiting:company_edit", "/recruit/companies/{company.pk}/edit/", "recruiter"),
    PageType("recruiting:company", "/recruit/companies/{company.pk}/", "recruiter"),
    PageType("recruiting:company, as an editor", "/recruit/companies/{company.pk}/", "colleague"),
    PageType(
        "recruiting:company, with errors",
        "/recruit/companies/{company.pk}/",
        "recruiter",
        act=Press("Invite"),
    ),
    PageType("recruiting:verify", "/recruit/companies/{company.pk}/verify/", "recruiter"),
    PageType(
        "recruiting:verify, with errors",
        "/recruit/companies/{company.pk}/verify/",
        "recruiter",
        act=Press("Email me the link"),
    ),
    PageType("recruiting:verified", "/recruit/verified/{verified}/", "recruiter"),
    PageType("recruiting:careers", "/recruit/companies/{proven.pk}/careers/", "connector"),
    PageType(
        "recruiting:careers, with errors",
        "/recruit/companies/{proven.pk}/careers/",
        "connector",
        act=Press("See my jobs"),
    ),
    PageType(
        "recruiting:careers, not verified", "/recruit/companies/{company.pk}/careers/", "recruiter"
    ),
    PageType("recruiting:company, with boards", "/recruit/companies/{proven.pk}/", "connector"),
    *[
        PageType(
            f"recruiting:careers_trial, {state}",
            f"/recruit/companies/{{proven.pk}}/careers/{{{state}_careers}}/",
            "connector",
        )
        for state in ("reading", "failed", "read", "doubtful")
    ],
    PageType("recruiting:api_tokens", "/recruit/companies/{proven.pk}/tokens/", "connector"),
    PageType(
        "recruiting:api_tokens, with errors",
        "/recruit/companies/{proven.pk}/tokens/",
        "connector",
        act=Press("Create token"),
    ),
    PageType(
        "recruiting:api_tokens, made",
        "/recruit/companies/{proven.pk}/tokens/",
        "connector",
        act=Press("Create token", Name="Applicants"),
    ),
    PageType("recruiting:join", "/recruit/join/{invited}/"),
    PageType("recruiting:join, as somebody else", "/recruit/join/{invited}/", "beginner"),
    PageType("recruiting:listing_new", "/recruit/jobs/new/", "recruiter"),
    PageType(
        "recruiting:listing_new, with errors",
        "/recruit/jobs/new/",
        "recruiter",
        act=Press("Save and preview"),
    ),
    PageType("recruiting:listing_edit", "/recruit/jobs/{returned.pk}/edit/", "recruiter"),
    PageType("recruiting:listing_preview", "/recruit/jobs/{draft.pk}/", "recruiter"),
    PageType(
        "recruiting:listing_preview, of a change that waits",
        "/recruit/jobs/{waiting.pk}/",
        "recruiter",
    ),
    PageType(
        "recruiting:listing_preview, as the change would make it",
        "/recruit/jobs/{waiting.pk}/?show=change",
        "recruiter",
    ),
    PageType(
        "recruiting:listing_preview, of a public job", "/recruit/jobs/{live.pk}/", "recruiter"
    ),
    PageType(
        "recruiting:listing_preview, of a job that is over",
        "/recruit/jobs/{closed.pk}/",
        "recruiter",
    ),
    PageType("recruiting:upload", "/recruit/upload/", "recruiter"),
    PageType(
        "recruiting:upload, with errors", "/recruit/upload/", "recruiter", act=Press("Check file")
    ),
    *[
        PageType(f"recruiting:import_job, {state}", f"/recruit/upload/{{{state}}}/", "recruiter")
        for state in UPLOADS
    ],
    PageType("recruiting:import_columns", "/recruit/upload/{checked}/columns/", "recruiter"),
    PageType(
        "recruiting:import_columns, with errors",
        "/recruit/upload/{columns}/columns/",
        "recruiter",
        act=Press("Check file"),
    ),
    PageType("recruiting:answer", "/recruit/answer/{answer}/"),
    PageType("recruiting:answer, of a job that is over", "/recruit/answer/{late_answer}/"),
    PageType("moderation_inbox", "/admin/inbox/", "editor"),
    PageType("moderation_inbox, of a kind", "/admin/inbox/?kind=doubtful", "editor"),
    PageType("admin:listings_feed_trial", "/admin/listings/feed/try/{trial.pk}/", "editor"),
    PageType(
        "admin:listings_feed_trial, being read",
        "/admin/listings/feed/try/{reading_trial.pk}/",
        "editor",
    ),
    PageType(
        "admin:listings_feed_trial, failed",
        "/admin/listings/feed/try/{failed_trial.pk}/",
        "editor",
    ),
    PageType("moderation_claims", "/admin/listings/company/{disputed.pk}/claims/", "editor"),
    PageType("moderation_merge_company", "/admin/listings/company/{quiet.pk}/merge/", "editor"),
    PageType("moderation_history", "/admin/listings/history/", "editor"),
    PageType("moderation_edit_job", "/admin/listings/listing/{live.pk}/edit/", "editor"),
    PageType("moderation_suspend", "/admin/listings/company/{company.pk}/suspend/", "editor"),
    PageType("you:you", "/you/"),
    PageType("you:you, filled in by a link", "/you/?role=data-analyst&country=PT&profile=1"),
    PageType(
        "you:you, with errors",
        "/you/",
        act=Press("Save", **{"Add skills": LONG_WORD, "Pay you want": "lots"}),
    ),
    PageType("you:you, with an account", "/you/", "seeker"),
    PageType("you:you, saved", "/you/?role=data-analyst&country=PT&profile=1", act=Press("Save")),
    PageType("seekers:saved", "/saved/"),
    PageType(
        "seekers:saved, by its address",
        "/saved/?listing={live.pk}&listing={sample.pk}&listing={closed.pk}",
    ),
    PageType("seekers:saved, with an account", "/saved/", "seeker"),
    PageType("seekers:alert_new", "/alerts/new/?q=engineer&level=senior"),
    PageType(
        "seekers:alert_new, with errors", "/alerts/new/?q=engineer", act=Press("Create alert")
    ),
    PageType("seekers:alert_new, sent", "/alerts/new/?q=x", act=Press("Create alert", **ADDRESS)),
    PageType("seekers:alerts", "/alerts/"),
    PageType("seekers:alerts, with an account", "/alerts/", "seeker"),
    PageType("seekers:alert", "/alerts/{alert}/"),
    PageType("seekers:alert, by the link of an alert email", "/alerts/{alert_to_stop}/"),
    PageType("seekers:alert, not started", "/alerts/{alert_asked}/"),
    PageType("seekers:report", "/report/{live.pk}/"),
    PageType("seekers:report, with errors", "/report/{live.pk}/", act=Press("Send report")),
    PageType("seekers:report, sent", "/report/{live.pk}/?sent=ABCD2345"),
    PageType("moderation_review", "/admin/listings/listing/{waiting.pk}/review/", "editor"),
    PageType(
        "moderation_review, of a doubtful job",
        "/admin/listings/listing/{doubtful.pk}/review/",
        "editor",
    ),
    PageType(
        "moderation_review, with errors",
        "/admin/listings/listing/{waiting.pk}/review/",
        "editor",
        act=Press("Reject"),
    ),
    PageType(
        "moderation_review, of a public job", "/admin/listings/listing/{live.pk}/review/", "editor"
    ),
    PageType(
        "admin:roles_article_preview", "/admin/roles/article/{guide_draft.pk}/preview/", "editor"
    ),
    PageType("admin:roles_role_preview", "/admin/roles/role/{draft_role.pk}/preview/", "editor"),
    PageType("roles_comparison_preview", "/admin/roles/comparison/{pair.pk}/preview/", "editor"),
    PageType("mail_here", "/accounts/mail-here/"),
    PageType("account_login", "/accounts/login/"),
    PageType(
        "account_login, with errors",
        "/accounts/login/",
        act=Press("Sign in", Email="ada@company.example", Password="not-her-password"),
    ),
    PageType("account_signup", "/accounts/signup/"),
    PageType(
        "account_signup, with errors",
        "/accounts/signup/",
        act=Press("Create account", Email="ada", Password="password"),
    ),
    PageType("account_request_login_code", "/accounts/login/code/"),
    PageType(
        "account_confirm_login_code",
        "/accounts/login/code/",
        act=Press("Email me a code", Email="recruiter@example.com"),
    ),
    PageType("mfa_index", "/accounts/2fa/", "recruiter"),
    PageType("mfa_index, with factors", "/accounts/2fa/", "secured"),
    PageType("mfa_activate_totp", "/accounts/2fa/totp/activate/", "recruiter"),
    PageType("mfa_deactivate_totp", "/accounts/2fa/totp/deactivate/", "secured"),
    PageType("mfa_list_webauthn", "/accounts/2fa/webauthn/", "secured"),
    PageType("mfa_add_webauthn", "/accounts/2fa/webauthn/add/", "recruiter"),
    PageType("mfa_edit_webauthn", "/accounts/2fa/webauthn/keys/{passkey.pk}/edit/", "secured"),
    PageType("mfa_remove_webauthn", "/accounts/2fa/webauthn/keys/{passkey.pk}/remove/", "secured"),
    PageType("mfa_view_recovery_codes", "/accounts/2fa/recovery-codes/", "secured"),
    PageType("mfa_generate_recovery_codes", "/accounts/2fa/recovery-codes/generate/", "secured"),
    PageType("mfa_reauthenticate", "/accounts/2fa/reauthenticate/", "secured"),
    PageType(
        "mfa_authenticate",
        "/accounts/login/",
        act=Press("Sign in", Email="secured@example.com", Password=PASSWORD),
    ),
    PageType("usersessions_list", "/accounts/sessions/", "recruiter"),
    PageType("me:data", "/me/data/", "recruiter"),
    PageType("me:delete", "/me/delete/", "recruiter"),
    PageType("me:stop_emails", "/me/emails/{emails_to_stop}/"),
    PageType("me:stop_emails, stopped", "/me/emails/{stopped}/"),
    PageType("account_logout", "/accounts/logout/", "recruiter"),
    PageType("account_inactive", "/accounts/inactive/"),
    PageType("account_reauthenticate", "/accounts/reauthenticate/", "recruiter"),
    PageType("account_email", "/accounts/email/", "recruiter"),
    PageType(
        "account_email_verification_sent",
        "/accounts/signup/",
        act=Press("Create account", Email="new@example.com", Password=PASSWORD),
    ),
    PageType("account_change_password", "/accounts/password/change/", "recruiter"),
    PageType(
        "account_change_password, with errors",
        "/accounts/password/change/",
        "recruiter",
        act=Press("Change password"),
    ),
    PageType("account_set_password", "/accounts/password/set/", "without_password"),
    PageType("account_reset_password", "/accounts/password/reset/"),
    PageType("account_reset_password_done", "/accounts/password/reset/done/"),
    PageType("account_reset_password_from_key", "/accounts/password/reset/key/{reset_key}/"),
    PageType(
        "account_reset_password_from_key, of an old mail", "/accounts/password/reset/key/1-old/"
    ),
    PageType("account_reset_password_from_key_done", "/accounts/password/reset/key/done/"),
    PageType("errors: not found", "/nothing-here/", status=404),
    PageType("errors: form from elsewhere", "/accounts/login/", act=without_its_cookies),
    PageType(
        "errors: fault of ours", "/jobs/", status=500, fault=RuntimeError("A fault for the test")
    ),
    PageType(
        "errors: database away",
        "/jobs/",
        status=503,
        fault=OperationalError("A fault for the test"),
    ),
]

# Addresses that no person looks at as a page of ours.
NOT_PAGES = {
    "site:robots": "a text file",
    "site:security_txt": "a text file",
    "site:sitemap": "XML",
    "site:sitemap_part": "XML of one kind of pages, where there are too many for one file",
    "roles:article_feed": "XML",
    "browse:suggestions": "JSON",
    "browse:feed": "XML",
    "browse:csv": "CSV",
    "browse:json": "JSON",
    "insights:role_json": "JSON",
    "insights:role_csv": "CSV",
    "insights:salary_json": "JSON",
    "insights:salary_csv": "CSV",
    "insights:salaries_json": "JSON",
    "insights:salaries_csv": "CSV",
    "insights:comparison_json": "JSON",
    "insights:comparison_csv": "CSV",
    "api:start": "leads to the description",
    "api:api-root": "leads to the description",
    "api:openapi-json": "JSON",
    "api:listings": "JSON",
    "api:company_jobs": "JSON, for programs with a token",
    "api:company_job": "JSON, for programs with a token",
    "api:listing": "JSON",
    "api:roles": "JSON",
    "api:role": "JSON",
    "api:comparison": "JSON",
    "api:companies": "JSON",
    "api:skills": "JSON",
    "api:salary": "JSON",
    "site:live": "for monitors",
    "site:ready": "for monitors",
    "site:metrics": "for monitors",
    "browse:seen": "POST only, answers nothing",
    "recruiting:post_advice": "a piece of the form's page",
    "recruiting:post_paste": "text for the form's page",
    "recruiting:post_send": "POST only, leads to the dashboard",
    "recruiting:listing_submit": "POST only, leads to the dashboard",
    "recruiting:listing_close": "POST only, leads to the dashboard",
    "recruiting:listing_confirm": "POST only, leads to the dashboard",
    "recruiting:listing_extend": "POST only, leads to the dashboard",
    "recruiting:listing_copy": "POST only, leads to the form",
    "recruiting:listing_repost": "POST only, leads to the form",
    "recruiting:listing_discard": "POST only, leads to the dashboard",
    "recruiting:listing_withdraw": "POST only, leads to the job",
    "recruiting:numbers_csv": "CSV",
    "moderation_next": "leads to a job",
    "moderation_queue": "where the inbox was, leads there",
    "moderation_teach": "POST only, leads back to where the job was looked at",
    "recruiting:jobs_csv": "CSV",
    "seekers:saved_csv": "CSV",
    "seekers:save": "POST only, leads to the saved jobs",
    "seekers:change_saved": "POST only, leads to the saved jobs",
    "seekers:alert_end": "POST only, one sentence",
    "recruiting:upload_template": "CSV",
    "recruiting:import_errors": "CSV",
    "browse:company_logo": "a picture",
    "browse:picture": "a picture",
    "moderation_claim_logo": "a picture",
    **dict.fromkeys(
        [
            f"recruiting:{name}"
            for name in (
                "company_join",
                "invite",
                "withdraw_invitation",
                "answer_join_request",
                "change_member",
                "job_emails",
                "leave",
                "change_logo",
                "careers_disconnect",
                "careers_withdraw",
                "revoke_token",
            )
        ],
        "POST only, leads to the company or the dashboard",
    ),
    "me:data_json": "JSON",
    "mfa_download_recovery_codes": "a text file",
    "mfa_reauthenticate_webauthn": "one button, for a passkey that only a device can answer with",
    "mfa_login_webauthn": "JSON, for the script of the sign-in page",
    "admin:roles_role_market": (
        "a table inside Django's own page, whose colours and files are not ours"
    ),
    "admin:roles_role_versions": (
        "a list inside Django's own page, whose colours and files are not ours"
    ),
    "admin:roles_role_restore": "POST only, leads to the versions",
    "admin:roles_comparison_versions": (
        "a list inside Django's own page, whose colours and files are not ours"
    ),
    "admin:roles_comparison_restore": "POST only, leads to the versions",
    "admin:roles_article_versions": (
        "a list inside Django's own page, whose colours and files are not ours"
    ),
    "admin:roles_article_restore": "POST only, leads to the versions",
    "admin:roles_skill_merge": (
        "a form inside Django's own page, whose colours and files are not ours"
    ),
    "admin:listings_feed_unread": (
        "a table inside Django's own page, whose colours and files are not ours"
    ),
    "admin:listings_feed_try": (
        "a form inside Django's own page, whose colours and files are not ours"
    ),
    "admin:recruiting_importjob_upload": (
        "a form inside Django's own page, whose colours and files are not ours"
    ),
    "admin:listings_feed_find_employers": (
        "a table inside Django's own page, whose colours and files are not ours"
    ),
}


def make_things():
    """What the page types need beside the starter content: a company in its every state and the
    people around it.
    """
    company = CompanyFactory(
        name=f"Harbour Works {LONG_WORD}",
        domain="harbour.example",
        website="https://harbour.example",
    )
    recruiter = MembershipFactory(company=company, user__email="recruiter@example.com").user
    secured = UserFactory(email="secured@example.com")
    TOTP.activate(secured, generate_totp_secret())
    RecoveryCodes.activate(secured)
    forgetful = UserFactory()  # signs in nowhere: that would end the validity of the key
    skills = list(Skill.objects.order_by("pk")[:3])
    closed = ListingFactory(company=company, closed=True)
    things = SimpleNamespace(
        company=company,
        recruiter=recruiter,
        beginner=UserFactory(),
        without_password=UserFactory(password=None),
        editor=UserFactory(staff=True),
        secured=secured,
        passkey=Authenticator.objects.create(
            user=secured,
            type=Authenticator.Type.WEBAUTHN,
            data={"name": "My key", "passwordless": True, "credential": passkey_answer()},
        ),
        sample=Listing.objects.live().get(external_id="osprell-ai-architect-clinical-platforms"),
        live=ListingFactory(
            company=company, live=True, role=None, title=f"{LONG_WORD} (m/f/d)", place_line="Remote"
        ),
        draft=ListingFactory(company=company, title="Data engineer", paid=True, required=skills),
        returned=ListingFactory(company=company, returned=True),
        rejected=ListingFactory(company=company, rejected=True),
        closed=closed,
        late_answer=still_open.answer_url(closed, recruiter).rstrip("/").rpartition("/")[2],
        of_board=ListingFactory(
            company=company,
            live=True,
            feed=FeedFactory(board=True, kind="remotive"),
            place_line="",
            description_source="",
            description_html="",
        ),
        by_mail=ListingFactory(
            company=company, live=True, apply_url="", apply_email="jobs@harbour.example"
        ),
        quiet=CompanyFactory(),
        draft_role=RoleFactory(draft=True, name="Data Poet"),
        pair=Comparison.objects.first(),
        guide=ArticleFactory(
            title=LONG_WORD,
            body=f"## Main\n\n{LONG_WORD}\n\n## Main\n\n{TABLE}\n\n{TABLE}\n\n## i-ok",
        ),
        guide_draft=ArticleFactory(draft=True),
        reset_key=(
            f"{user_pk_to_url_str(forgetful)}-{default_token_generator.make_token(forgetful)}"
        ),
    )
    for state, known in UPLOADS.items():
        job = ImportJob.objects.create(
            company=company, by=recruiter, content=b"x", rows=1_000, state=state, **known
        )
        setattr(things, state, job.pk)
        rows = {"what": 1, "title": LONG_WORD, "place": "Lisbon", "notes": [["title", LONG_WORD]]}
        ImportRow.objects.bulk_create(ImportRow(job=job, number=at, **rows) for at in range(60))
        ImportRow.objects.create(job=job, number=99, what=5, cells=["x"], notes=[["a", "b"]])
    things.reading_trial, things.failed_trial, things.trial = (
        FeedTrial.objects.create(by=things.editor, pasted="https://jobs.acme.example", **known)
        for known in (
            {"jobs_read": 12},
            {"state": "failed", "problem": f"The page has no jobs: {LONG_WORD}."},
            {"state": "read", "kind": "greenhouse", "outcome": tried(things.live, things.sample)},
        )
    )
    add_boards(things)
    report_listing(listing=things.live, reason="scam", text=f"They want money. {LONG_WORD}")
    things.doubtful = ListingFactory(
        company=company, in_review=True, role=None, relevance="doubtful", title="Data Wizard"
    )
    things.waiting = ListingFactory(company=company, in_review=True, paid=True, required=skills)
    lifecycle.publish_listing(listing=things.waiting, by=None)
    things.waiting.refresh_from_db()
    changed = replace(
        get_content(things.waiting), title=LONG_WORD, apply_url="https://other.example/1"
    )
    lifecycle.submit_change(
        listing=things.waiting, content=changed, version=1, by=recruiter, origin=Origin.FORM
    )
    things.seeker = UserFactory(email="seeker@example.com")
    save_listings(user=things.seeker, listings=[*Listing.objects.live()[:6], closed])
    queries = ("q=engineer", f"q={LONG_WORD}")
    asked, runs = (
        Alert.objects.create(email=things.seeker.email, query=query) for query in queries
    )
    confirm_alert(alert=runs)
    things.alert_asked, things.alert = (
        changing_url(alert).split("/")[-2] for alert in (asked, runs)
    )
    things.alert_to_stop = get_token(runs)
    things.emails_to_stop, things.stopped = (
        stop_url(address).split("/")[-2] for address in ("ada@example.com", "bob@example.com")
    )
    stop(mailbox_hash_in(things.stopped))
    things.colleague = MembershipFactory(company=company, part="editor").user
    company_actions.ask_to_join(company=company, user=things.beginner)
    company_actions.invite(company=company, email="bob@harbour.example", part="owner", by=recruiter)
    proofs.mail_verification(company=company, name="jobs", by=recruiter)
    things.verified, things.invited = (
        link_of(subject) for subject in ("Verify your company", "You’re invited")
    )
    things.disputed = MembershipFactory(company__website="https://one.example").company
    identity.dispute(things.disputed, UserFactory(), "two.example")
    CompanyClaim.objects.create(
        company=things.disputed, field="name", value=LONG_WORD, by=things.disputed.members.get()
    )
    CompanyLogo.objects.create(company=company, webp=b"", hash="0" * 16, width=90, height=40)
    things.answer = still_open.answer_url(things.live, recruiter).rstrip("/").rpartition("/")[2]
    ListingFactory(company=things.quiet, closed=True)
    ListingFactory(company=company, featured=True, paid=True, closes_on=in_days(3).date())
    return things


def add_boards(things: SimpleNamespace) -> None:
    """A verified company with boards in each state, and what a member tried."""
    member = MembershipFactory(company__name="Proven Works", company__verified_by="email")
    things.connector, things.proven = member.user, member.company
    known = {"company": things.proven, "proof": "It is on proven.example."}
    connected = FeedFactory(last_success_at=in_days(0), next_fetch_at=in_days(1), **known)
    connected.runs.create(at=in_days(0), created=3, updated=1, refused=2)
    ListingFactory(company=things.proven, feed=connected, live=True)
    FeedFactory(failing_since=in_days(-1), problem=f"{LONG_WORD} returned 503.", **known)
    FeedFactory(kind="rss", address=f"https://{LONG_WORD.lower()}.example/jobs.rss", **known)
    for name in ("Applicant system", LONG_WORD):
        api_tokens.make(
            company=things.proven, name=name, scope="write", days=30, by=things.connector
        )
    api_tokens.revoke(things.proven.api_tokens.first(), by=things.connector)
    asked = {"company": things.proven, "by": things.connector}
    FeedRequest.objects.create(
        kind="lever",
        address="https://api.lever.co/v0/postings/globex",
        board="Lever (globex)",
        doubt=f"The board says that it belongs to {LONG_WORD}.",
        **asked,
    )
    found = {"state": "read", "kind": "greenhouse", "outcome": tried(things.live)}
    trials = {
        "reading": {"jobs_read": 12},
        "failed": {"state": "failed", "problem": f"The page has no jobs: {LONG_WORD}."},
        "read": found | {"proof": "A page on proven.example links to it."},
        "doubtful": found | {"doubt": f"The board says that it belongs to {LONG_WORD}."},
    }
    for state, values in trials.items():
        trial = FeedTrial.objects.create(pasted="https://jobs.acme.example", **asked, **values)
        setattr(things, f"{state}_careers", trial.pk)


def tried(*listings: Listing) -> dict:
    """What a trial of a feed found."""
    return {
        "source": f"Greenhouse ({LONG_WORD})",
        "read": 12,
        "is_part": True,
        "public": 2,
        "doubtful": 1,
        "irrelevant": 9,
        "lines": [f"Item 3 rejected: title: {LONG_WORD}."],
        "stated": [["Location", 12], ["Base pay", 0]],
        "jobs": [serialize_job(listing) for listing in listings],
    }


def link_of(subject: str) -> str:
    """The last part of the link in the newest mail whose subject starts so."""
    mail = Email.objects.filter(subject__startswith=subject).first()
    return re.search(r"/recruit/\w+/([^/\s]+)/", mail.text)[1]


def signed_in_just_now(user) -> Client:
    """A client that allauth does not ask for the password again."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time(), "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def url_names(resolver, namespace=""):
    """The names of all addresses. Those without a name lead to one that has it; of the admin only
    what we added.
    """
    for pattern in resolver.url_patterns:
        if getattr(pattern, "namespace", None) == "admin":
            yield from our_admin_url_names()
        elif hasattr(pattern, "url_patterns"):
            yield from url_names(
                pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            )
        elif pattern.name:
            yield namespace + pattern.name


def our_admin_url_names():
    for model_admin in admin.site._registry.values():
        if type(model_admin).__module__.startswith(("jobboard.", "roles.")):
            ours = {pattern.name for pattern in model_admin.get_urls()}
            yield from (
                f"admin:{name}"
                for name in ours - {pattern.name for pattern in super_urls(model_admin)}
            )


def super_urls(model_admin):
    """The addresses that Django's class gives ``model_admin``."""
    theirs = next(
        parent for parent in type(model_admin).mro() if parent.__module__.startswith("django.")
    )
    return theirs.get_urls(model_admin)
