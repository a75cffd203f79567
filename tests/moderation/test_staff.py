"""What staff may do: each group its own work, and only superusers touch who somebody is."""

from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.core.mail import send_mail
from django.test import Client
from django.urls import get_resolver, reverse

from jobboard.accounts.models import User
from jobboard.listings import rights
from jobboard.recruiting import company_actions
from tests.factories import PASSWORD, ListingFactory, MembershipFactory, RoleFactory, UserFactory
from tests.meanwhile import before_the_lock
from tests.reading import text_of

pytestmark = pytest.mark.usefixtures("groups")

shipped = import_module("jobboard.moderation.migrations.0001_staff_groups")

# What the admin shows each group, and whether it may add, change and delete there.
SEES = {
    "Moderator": {
        "listings.company": "change",
        "listings.joinrequest": "",
        "listings.listing": "change",
        "listings.listingevent": "",
        "moderation.usualreason": "add change delete",
        "roles.role": "",
        "seekers.report": "",
    },
    "Editor": {
        "roles.article": "add change delete",
        "roles.comparison": "add change delete",
        "roles.role": "add change",
        "roles.skill": "add change",
    },
    "Data": {
        "listings.company": "",
        "listings.feed": "add change",
        "listings.feedrequest": "",
        "listings.place": "add change",
        "roles.fxrate": "",
        "roles.officialwage": "",
        "roles.role": "",
        "roles.salaryfigure": "",
        "roles.salarysource": "",
        "roles.salarytitle": "change",
    },
    "no group": {},
}
MODERATION = ["moderation_inbox", "moderation_review", "moderation_suspend"]
UNREAD = "admin:listings_feed_unread"
FIND = "admin:listings_feed_find_employers"
TRY = "admin:listings_feed_try"
FILE = "admin:recruiting_importjob_upload"
PAGES = {
    "Moderator": MODERATION,
    "Editor": [],
    "Data": ["moderation_inbox", UNREAD, FIND, TRY, FILE],
    "no group": [],
}
ONLY_SUPERUSERS = {
    "account.emailaddress",
    "accounts.user",
    "auth.group",
    "common.capability",
    "common.securityevent",
    "mfa.authenticator",
    "common.email",
    "usersessions.usersession",
}


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def member_of(group: str) -> Client:
    user = UserFactory(is_staff=True)
    if group != "no group":
        user.groups.add(Group.objects.get(name=group))
    return client_of(user)


def registered() -> dict:
    """Model → its admin, once the addresses are loaded: they put ours in the place of others'."""
    get_resolver().url_patterns  # noqa: B018 (what it is is not asked for)
    return admin.site._registry


def label_of(model) -> str:
    return f"{model._meta.app_label}.{model._meta.model_name}"


def admin_url(model, page: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def rights_in(request, model_admin) -> str:
    asked = {
        "add": model_admin.has_add_permission,
        "change": model_admin.has_change_permission,
        "delete": model_admin.has_delete_permission,
    }
    return " ".join(name for name, may in asked.items() if may(request))


@pytest.mark.parametrize("group", SEES)
def test_each_group_sees_and_does_its_own_work_and_nothing_else(group, rf):
    client, request = member_of(group), rf.get("/admin/")
    request.user = User.objects.get()

    seen = {}
    for model, model_admin in registered().items():
        status = client.get(admin_url(model, "changelist")).status_code
        assert status in (200, 403)
        if status == 200:
            seen[label_of(model)] = rights_in(request, model_admin)

    assert seen == SEES[group]


@pytest.mark.parametrize("group", SEES)
def test_pages_of_ours_in_the_admin_are_for_the_group_whose_work_they_are(group):
    client = member_of(group)
    job = ListingFactory(in_review=True)
    args = {"moderation_review": [job.pk], "moderation_suspend": [job.company.pk]}

    opened = [
        name
        for name in [*MODERATION, UNREAD, FIND, TRY, FILE]
        if client.get(reverse(name, args=args.get(name))).status_code == 200
    ]

    assert opened == PAGES[group]


def test_a_moderator_decides_and_an_editor_writes():
    job, role = ListingFactory(in_review=True), RoleFactory(draft=True, complete=True)

    decided = member_of("Moderator").post(
        reverse("moderation_review", args=[job.pk]),
        {"do": "publish", "version": job.version, "seen": 0},
    )
    published = member_of("Editor").post(reverse("admin:roles_role_preview", args=[role.pk]))

    job.refresh_from_db()
    role.refresh_from_db()
    assert (decided.status_code, job.status) == (302, "published")
    assert (published.status_code, role.status) == (302, "published")


def test_a_moderator_lets_nobody_act_for_a_company_but_who_asked():
    asked = company_actions.ask_to_join(company=MembershipFactory().company, user=UserFactory())
    client = member_of("Moderator")
    company = asked.company
    form = {"name": company.name, "slug": company.slug, "memberships-TOTAL_FORMS": 1}
    form |= {"memberships-INITIAL_FORMS": 0, "logo-TOTAL_FORMS": 0, "logo-INITIAL_FORMS": 0}
    form |= {"memberships-0-user": User.objects.last().pk, "memberships-0-part": "owner"}

    client.post(admin_url(type(company), "change", company.pk), form)
    assert company.memberships.count() == 1

    client.post(reverse("moderation_inbox"), {"act": f"join/{asked.pk}/accept"})
    assert company.memberships.count() == 2


def leaves_the_group(*_) -> None:
    """As another admin has it meanwhile."""
    Group.objects.get(name="Moderator").user_set.clear()


def test_who_is_no_moderator_any_more_when_their_turn_comes_publishes_nothing(monkeypatch):
    job, client = ListingFactory(in_review=True), member_of("Moderator")
    monkeypatch.setattr(rights, "lock_jobs", leaves_the_group)

    answer = client.post(
        reverse("moderation_review", args=[job.pk]),
        {"do": "publish", "version": job.version, "seen": 0},
    )

    job.refresh_from_db()
    assert (answer.status_code, job.status) == (403, "in_review")


def test_nor_suspends_a_company_or_lets_anybody_act_for_one(monkeypatch):
    company = MembershipFactory().company
    asked = company_actions.ask_to_join(company=company, user=UserFactory())
    requests = {
        reverse("moderation_suspend", args=[company.pk]): {"do": "suspend", "reason": "Fraud."},
        reverse("moderation_inbox"): {"act": f"join/{asked.pk}/accept"},
    }
    for url, form in requests.items():
        client = member_of("Moderator")
        before_the_lock(monkeypatch, leaves_the_group)
        assert client.post(url, form).status_code == 403

    company.refresh_from_db()
    assert company.suspended_at is None
    assert company.memberships.count() == 1


def test_a_request_to_join_is_answered_once(mails, monkeypatch):
    company = MembershipFactory().company
    asked = company_actions.ask_to_join(company=company, user=UserFactory())
    client = member_of("Moderator")
    before_the_lock(
        monkeypatch,
        lambda: company_actions.decline_join_request(request=asked, by=UserFactory()),
    )

    client.post(reverse("moderation_inbox"), {"act": f"join/{asked.pk}/accept"})

    assert company.memberships.count() == 1


# --- The groups that a site starts with -----------------------------------------------------------


def test_groups_are_made_once_and_stay_as_an_operator_left_them():
    moderators = Group.objects.get(name="Moderator")
    moderators.permissions.clear()
    Group.objects.get(name="Data").delete()

    shipped.make_groups(apps)
    shipped.make_groups(apps)

    assert Group.objects.filter(name__in=shipped.GROUPS).count() == 3
    assert not moderators.permissions.exists()
    assert Group.objects.get(name="Data").permissions.exists()


def test_every_right_that_a_group_names_is_given():
    for name, models in shipped.GROUPS.items():
        rights = Group.objects.get(name=name).permissions
        given = rights.exclude(content_type__app_label="moderation").count()
        assert given == sum(len(rights) for rights in models.values()), name


# --- Only superusers touch who somebody is --------------------------------------------------------


@pytest.fixture
def boss() -> User:
    """A superuser with a factor, a session and a mail on its way."""
    boss = UserFactory(staff=True, email="boss@example.com")
    Authenticator.objects.create(user=boss, type="totp", data={"secret": "S3CRET"})
    Client(headers={"User-Agent": "Phone"}).post(
        "/accounts/login/", {"login": boss.email, "password": PASSWORD}
    )
    UserSession.objects.get_or_create(
        user=boss, defaults={"ip": "192.0.2.1", "user_agent": "Phone", "session_key": "k"}
    )
    send_mail("Reset your password", "http://localhost/reset/S3CRET/", None, [boss.email])
    return boss


@pytest.fixture
def clerk() -> Client:
    """Staff with every permission there is, but no superuser."""
    user = UserFactory(is_staff=True, email="clerk@example.com")
    user.user_permissions.set(Permission.objects.all())
    return client_of(user)


@pytest.mark.slow
def test_no_permission_opens_accounts_groups_factors_sessions_and_mails(boss, clerk):
    for model in registered():
        refused = clerk.get(admin_url(model, "changelist")).status_code == 403
        assert refused is (label_of(model) in ONLY_SUPERUSERS), model


def test_staff_with_every_permission_make_nobody_staff_and_take_no_account(boss, clerk):
    me = User.objects.get(email="clerk@example.com")
    everything = {"is_active": "on", "is_staff": "on", "is_superuser": "on"}
    new_password = {"password1": "another-long-one", "password2": "another-long-one"}
    address = EmailAddress.objects.get(user=boss)
    group = Group.objects.get(name="Data")
    session, factor = UserSession.objects.get(), Authenticator.objects.get()
    attacks = [
        (admin_url(User, "change", me.pk), {"email": me.email} | everything),
        (admin_url(User, "change", boss.pk), {"email": "eve@example.com"} | everything),
        (admin_url(User, "add"), {"email": "new@example.com"} | new_password),
        (reverse("admin:auth_user_password_change", args=[boss.pk]), new_password),
        (admin_url(EmailAddress, "change", address.pk), {"user": me.pk, "email": boss.email}),
        (admin_url(Group, "change", group.pk), {"name": "Data", "permissions": [1, 2, 3]}),
        (admin_url(Authenticator, "delete", factor.pk), {"post": "yes"}),
        (admin_url(UserSession, "delete", session.pk), {"post": "yes"}),
        (
            admin_url(User, "changelist"),
            {"action": "delete_selected", "_selected_action": [boss.pk], "post": "yes"},
        ),
    ]
    rights = set(group.permissions.values_list("pk", flat=True))

    answers = {clerk.post(url, data).status_code for url, data in attacks}

    assert answers == {403}
    me.refresh_from_db()
    boss.refresh_from_db()
    assert (me.is_superuser, boss.email, boss.check_password(PASSWORD)) == (
        False,
        "boss@example.com",
        True,
    )
    assert not User.objects.filter(email__in=["new@example.com", "eve@example.com"]).exists()
    assert set(group.permissions.values_list("pk", flat=True)) == rights
    assert (UserSession.objects.count(), Authenticator.objects.count()) == (1, 1)


@pytest.mark.slow
def test_nobody_reads_what_a_mail_or_a_factor_says(boss):
    client = client_of(UserFactory(staff=True))
    pages = [
        admin_url(model, page, *args)
        for model in registered()
        if label_of(model) in ONLY_SUPERUSERS
        for page, args in [("changelist", []), *changes_of(model)]
    ]

    for page in pages:
        assert "S3CRET" not in client.get(page).content.decode(), page
    assert "Reset your password" in text_of(client.get("/admin/common/email/"))


def changes_of(model) -> list[tuple[str, list]]:
    return [("change", [one.pk]) for one in model._default_manager.all()]


def account_changes(user: User, factor: Authenticator) -> dict[str, tuple[str, dict]]:
    """What a superuser can change of somebody's account, by the email that tells them."""
    password = {"password1": "another-long-one", "password2": "another-long-one"}
    return {
        "password_changed": (
            reverse("admin:auth_user_password_change", args=[user.pk]),
            password | {"usable_password": "true"},
        ),
        "email_changed": (
            admin_url(User, "change", user.pk),
            {"email": "new@example.com", "is_active": "on"},
        ),
        "totp_deactivated": (admin_url(Authenticator, "delete", factor.pk), {"post": "yes"}),
    }


CHANGES = ["password_changed", "email_changed", "totp_deactivated"]


@pytest.fixture
def changed():
    """Somebody whose account a superuser changes, by each of CHANGES."""
    user = UserFactory(email="ada@example.com")
    factor = Authenticator.objects.create(user=user, type="totp", data={"secret": "S3CRET"})
    return account_changes(user, factor)


@pytest.mark.parametrize("change", CHANGES)
def test_who_owns_an_account_learns_what_a_superuser_changed_of_it(changed, mails, change):
    path, data = changed[change]

    client_of(UserFactory(staff=True)).post(path, data)

    assert [(email.to, email.purpose) for email in mails()] == [("ada@example.com", change)]


@pytest.mark.parametrize("change", CHANGES)
def test_a_session_that_was_left_open_changes_no_account(changed, mails, change):
    path, data = changed[change]
    client = client_of(UserFactory(staff=True))
    session = client.session
    session["began"] -= 600
    session.save()

    for answer in [client.get(path), client.post(path, data)]:
        assert answer["Location"].startswith("/accounts/reauthenticate/?next=%2Fadmin%2F")
    assert mails() == []
    assert client.get(admin_url(User, "changelist")).status_code == 200
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post(path, data)
    assert [email.purpose for email in mails()] == [change]


def test_the_mailbox_that_an_admin_replaced_opens_the_account_no_more(mails):
    user, device = UserFactory(email="ada@example.com"), Client()
    device.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert device.get("/recruit/").status_code == 200
    data = {"email": "new@example.com", "is_active": "on"}
    client_of(UserFactory(staff=True)).post(admin_url(User, "change", user.pk), data)

    for path in ["/accounts/login/code/", "/accounts/password/reset/"]:
        Client().post(path, {"email": "ada@example.com"})
        assert mails()[-1].purpose == "unknown_account"
    assert device.get("/recruit/").status_code == 302
    Client().post("/accounts/login/code/", {"email": "new@example.com"})
    assert (mails()[-1].to, mails()[-1].purpose) == ("new@example.com", "login_code")


def test_a_superuser_ends_the_sessions_of_somebody():
    user, other = UserFactory(email="ada@example.com"), UserFactory()
    devices = [Client(), Client(), Client()]
    for device, person in zip(devices, [user, user, other], strict=True):
        device.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    superuser = client_of(UserFactory(staff=True))
    assert "ada@example.com" in text_of(superuser.get("/admin/usersessions/usersession/"))
    first = UserSession.objects.filter(user=user).first()

    superuser.post(admin_url(UserSession, "delete", first.pk), {"post": "yes"})
    assert [device.get("/recruit/").status_code for device in devices] == [302, 200, 200]

    superuser.post(
        admin_url(User, "changelist"), {"action": "end_sessions", "_selected_action": [user.pk]}
    )
    assert [device.get("/recruit/").status_code for device in devices] == [302, 302, 200]
