"""Every form that somebody can send, found on the pages that show it."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from urllib.parse import urljoin, urlsplit

from django.contrib import admin
from django.test import Client
from django.test.html import parse_html
from django.urls import Resolver404, resolve, reverse

from tests.factories import PASSWORD
from tests.journeys.page_types import PAGE_TYPES, PageType, signed_in_just_now

# What a form takes where its page has it empty.
FITTING = {
    "about": "We count ships.",
    "address": "https://jobs.lever.co/acme",
    "apply_url": "https://careers.new.example/1",
    "code": "123456",
    "company_name": "New Works",
    "country": "DE",
    "description": "You design how models run.",
    "days": "30",
    "do": "hide",
    "email": "ada@new.example",
    "kind": "title",
    "login": "ada@new.example",
    "name": "jane.doe",
    "password": "a-long-enough-password",
    "password1": "a-long-enough-password",
    "password2": "a-long-enough-password",
    "pay_note": "By tariff.",
    "place": "Lisbon, Portugal",
    "proof": "a-long-enough-password",
    "reason": "scam",
    "scope": "read",
    "slug": "data-engineer",
    "title": "AI Architect",
}
NO_TEXT = {"hidden", "submit", "button", "reset", "image"}


@dataclass
class SentForm:
    """A form as a browser would send it: ``texts`` names the fields that people type in, each with
    the characters its field takes, or None.
    """

    name: str
    path: str
    user: str = ""
    data: dict[str, str | list[str]] = field(default_factory=dict)
    texts: dict[str, int | None] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    first: tuple[str, dict] | None = None
    """The post before it, which opens the page that has this form."""

    @property
    def key(self) -> tuple:
        return (self.name, *sorted(self.texts))


def forms_of_the_site(things: SimpleNamespace) -> list[SentForm]:
    """Each form of each kind of page once, and those of Django's admin for an object of each
    model.
    """
    of_admin = [form for path in admin_paths() for form in forms_on(path, "editor", things)]
    forms = [*forms_of_kinds(PAGE_TYPES, things), *of_admin, *without_a_page(things)]
    # The admin's last: each makes classes, and after thousands of classes Python 3.11 runs slowly.
    return sorted(once_each(forms), key=lambda form: form.name.startswith("admin:"))


def forms_of_kinds(kinds: list[PageType], things: SimpleNamespace) -> list[SentForm]:
    found = []
    for kind in kinds:
        if not kind.fault:
            found += forms_on(kind.path.format(**vars(things)), kind.user, things)
    return once_each(found)


def once_each(forms: list[SentForm]) -> list[SentForm]:
    by_key: dict[tuple, SentForm] = {}
    for form in forms:
        by_key.setdefault(form.key, form)
    return list(by_key.values())


def client_of(user: str, things: SimpleNamespace) -> Client:
    if not user:
        return Client(raise_request_exception=False)
    return signed_in_just_now(getattr(things, user))


def forms_on(path: str, user: str, things: SimpleNamespace) -> list[SentForm]:
    page = client_of(user, things).get(path, follow=True)
    if not page.get("Content-Type", "").startswith("text/html"):
        return []
    address = page.request["PATH_INFO"]
    forms = elements(parse_html(page.content.decode()), "form")
    forms = [form for form in forms if attribute(form, "method").lower() == "post"]
    return [sent for form in forms if (sent := sent_form(form, address, user))]


def sent_form(form, address: str, user: str) -> SentForm | None:
    path = urlsplit(urljoin(address, attribute(form, "action") or address)).path
    try:
        name = resolve(path).view_name
    except Resolver404:
        return None
    sent = SentForm(name, path, user)
    for tag in elements(form, "input"):
        take_input(sent, tag)
    for tag in elements(form, "textarea"):
        take_text(sent, tag, "".join(str(child) for child in tag.children).strip())
    for tag in elements(form, "select"):
        take_choice(sent, tag)
    for tag in elements(form, "button"):
        if attribute(tag, "name"):
            sent.data.setdefault(attribute(tag, "name"), attribute(tag, "value"))
    sent.data.pop("csrfmiddlewaretoken", None)
    return sent


def take_input(sent: SentForm, tag) -> None:
    name, kind = attribute(tag, "name"), attribute(tag, "type") or "text"
    if not name:
        return
    if kind == "file":
        sent.files.append(name)
    elif kind in ("checkbox", "radio"):
        if has(tag, "checked") or name not in sent.data:
            sent.data[name] = attribute(tag, "value") or "on"
    elif kind in NO_TEXT:
        sent.data[name] = attribute(tag, "value")
    else:
        take_text(sent, tag, attribute(tag, "value"))


def take_text(sent: SentForm, tag, text: str) -> None:
    name = attribute(tag, "name")
    sent.data[name] = text or FITTING.get(name, "")
    longest = attribute(tag, "maxlength")
    sent.texts[name] = int(longest) if longest else None


def take_choice(sent: SentForm, tag) -> None:
    options = elements(tag, "option")
    chosen = [option for option in options if has(option, "selected")]
    values = [attribute(option, "value") for option in (chosen or options)]
    filled = next(filter(None, values), "")
    sent.data[attribute(tag, "name")] = FITTING.get(attribute(tag, "name")) or filled


def admin_paths() -> list[str]:
    """Django's own pages for each model: its list, a new object, and one that is there."""
    paths = ["/admin/"]
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        paths += [reverse(f"{name}_changelist"), reverse(f"{name}_add")]
        one = model._default_manager.first()
        if one:
            pages = ["change", "delete", "history"]
            paths += [reverse(f"{name}_{page}", args=[one.pk]) for page in pages]
    return paths


def without_a_page(things: SimpleNamespace) -> list[SentForm]:
    """What scripts and mail programs send, and buttons that no kind of page shows."""
    job = SentForm("", "", "recruiter", FITTING, dict.fromkeys(["title", "description"], 20_000))
    pk, draft = things.live.pk, things.draft.pk
    sent = {
        "recruiting:post_advice": ["/post/advice/", ""],
        "recruiting:post_paste": ["/post/paste/", ""],
        "recruiting:post_send": ["/post/send/", ""],
        "recruiting:import_job": [f"/recruit/upload/{things.checked}/", "recruiter"],
        "api:company_jobs": ["/api/v1/company/jobs", ""],
        "recruiting:company_join": [f"/recruit/companies/{things.quiet.pk}/join/", "beginner"],
        "recruiting:listing_confirm": [f"/recruit/jobs/{pk}/confirm/", "recruiter"],
        "recruiting:listing_submit": [f"/recruit/jobs/{draft}/submit/", "recruiter"],
        "me:delete": ["/me/delete/", "recruiter"],
        "usersessions_list": ["/accounts/sessions/", "recruiter"],
        "mfa_download_recovery_codes": ["/accounts/2fa/recovery-codes/download/", "secured"],
        "browse:seen": [f"/jobs/{pk}/seen/", ""],
        "seekers:save": ["/saved/add/", "seeker"],
        "seekers:alert_end": [f"/alerts/{things.alert_to_stop}/end/", ""],
        "mfa_login_webauthn": ["/accounts/2fa/webauthn/login/", ""],
        "mfa_reauthenticate_webauthn": ["/accounts/2fa/webauthn/reauthenticate/", "secured"],
        "moderation_merge_company": [
            f"/admin/listings/company/{things.quiet.pk}/merge/",
            "editor",
        ],
        "admin:roles_article_restore": ["/admin/roles/article/1/versions/1/restore/", "editor"],
        "admin:roles_role_restore": ["/admin/roles/role/1/versions/1/restore/", "editor"],
        "admin:roles_comparison_restore": [
            "/admin/roles/comparison/1/versions/1/restore/",
            "editor",
        ],
    }
    return [
        *[
            SentForm(name, path, user, dict(job.data), dict(job.texts))
            for name, (path, user) in sent.items()
        ],
        *second_steps(things),
    ]


def second_steps(things: SimpleNamespace) -> list[SentForm]:
    code = {"data": {"code": "123456"}, "texts": {"code": None}}
    asked = ("/accounts/login/code/", {"email": things.recruiter.email})
    password = ("/accounts/login/", {"login": things.secured.email, "password": PASSWORD})
    account = ("/accounts/signup/", {"email": "new@example.com", "password1": PASSWORD})
    passkey = {"data": {"name": "Key", "credential": "{}"}}
    passkey["texts"] = dict.fromkeys(passkey["data"])
    return [
        SentForm(
            "account_confirm_login_code", "/accounts/login/code/confirm/", first=asked, **code
        ),
        SentForm(
            "account_email_verification_sent", "/accounts/confirm-email/", first=account, **code
        ),
        SentForm("mfa_authenticate", "/accounts/2fa/authenticate/", first=password, **code),
        SentForm("mfa_activate_totp", "/accounts/2fa/totp/activate/", "recruiter", **code),
        SentForm("mfa_add_webauthn", "/accounts/2fa/webauthn/add/", "recruiter", **passkey),
    ]


def elements(tree, name: str) -> list:
    """The elements called ``name`` below ``tree``, in their order."""
    found = []
    for child in tree.children:
        if isinstance(child, str):
            continue
        if child.name == name:
            found.append(child)
        found += elements(child, name)
    return found


def attribute(tag, name: str) -> str:
    return dict(tag.attributes).get(name) or ""


def has(tag, name: str) -> bool:
    return name in dict(tag.attributes)
