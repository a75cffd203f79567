"""Guides: their list, their pages, their feed, and what editors do with them and with the pages of
the house.
"""

import re
from datetime import date, timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobboard.common.models import OldSlug
from roles.models import Article, Role
from tests.factories import ArticleFactory, RoleFactory, UserFactory
from tests.reading import text_of

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def tomorrow():
    return timezone.now().date() + timedelta(days=1)


def titles(response) -> list[str]:
    return re.findall(r"<h2><a href=[^>]*>([^<]*)</a></h2>", response.content.decode())


# --- The list -------------------------------------------------------------------------------------


def test_the_list_shows_public_guides_newest_first(client):
    ArticleFactory(title="Older", published_on=date(2026, 1, 1))
    ArticleFactory(title="Newer", published_on=date(2026, 2, 1))
    ArticleFactory(title="Draft", draft=True)
    ArticleFactory(title="Tomorrow's", published_on=tomorrow())
    ArticleFactory(title="About this site", page=True)

    assert titles(client.get("/articles/")) == ["Newer", "Older"]


def test_a_guide_is_listed_with_summary_length_date_and_the_public_ones_of_its_roles(client):
    roles = [RoleFactory(name="Data Analyst"), RoleFactory(name="Secret Role", draft=True)]
    ArticleFactory(
        summary="Where to begin.", body="word " * 440, published_on=date(2026, 2, 3), roles=roles
    )

    shown = text_of(client.get("/articles/"))

    for words in ["Where to begin.", "2 min read", "3 Feb 2026", "Data Analyst"]:
        assert words in shown
    assert "Secret Role" not in shown


def test_without_guides_the_list_says_so(client):
    assert "No guides yet." in text_of(client.get("/articles/"))


# --- A guide --------------------------------------------------------------------------------------


def test_a_guide_shows_who_wrote_it_when_and_what_it_says(client):
    guide = ArticleFactory(
        title="Reading pay",
        summary="What a range says.",
        body="Look **twice**.",
        author_name="Ada Example",
        published_on=date(2026, 2, 3),
        reviewed_on=date(2026, 3, 4),
    )

    response = client.get(guide.get_absolute_url())

    page = response.content.decode()
    assert "<h1>Reading pay</h1>" in page
    assert '<p class="lede">What a range says.</p>' in page
    assert "<p>Look <strong>twice</strong>.</p>" in page
    assert "By Ada Example Published 3 Feb 2026 Reviewed 4 Mar 2026 1 min read" in text_of(response)
    assert f'<link rel="canonical" href="http://localhost:8000{guide.get_absolute_url()}">' in page


@pytest.mark.parametrize(("headings", "has_contents"), [(2, False), (3, True)])
def test_a_guide_of_three_headings_or_more_has_a_list_of_contents(client, headings, has_contents):
    guide = ArticleFactory(
        body="\n\n".join(f"## Part {number}\n\nText." for number in range(headings))
    )

    page = client.get(guide.get_absolute_url()).content.decode()

    assert ('<a href="#s-part-0">Part 0</a>' in page) is has_contents
    assert '<h2 id="s-part-0">' in page


def test_a_guide_leads_to_its_public_roles_and_to_other_public_guides_about_them(client):
    analyst, engineer, secret = (
        RoleFactory(name="Data Analyst"),
        RoleFactory(name="Data Engineer"),
        RoleFactory(draft=True),
    )
    guide = ArticleFactory(title="This one", roles=[analyst, engineer, secret])
    ArticleFactory(title="About one of them", roles=[engineer], published_on=date(2026, 2, 1))
    ArticleFactory(title="About both", roles=[analyst, engineer])
    ArticleFactory(title="About the secret one", roles=[secret])
    ArticleFactory(title="About neither", roles=[RoleFactory()])
    ArticleFactory(title="Draft about both", roles=[analyst, engineer], draft=True)

    aside = client.get(guide.get_absolute_url()).content.decode().partition("<aside")[2]

    links = re.findall(
        r'<a href="(?:/roles/|/articles/)[^"]+">([^<]*)</a>', aside.partition("</aside>")[0]
    )
    assert links == ["Data Analyst", "Data Engineer", "About both", "About one of them"]


@pytest.mark.parametrize(
    "state", [{"draft": True}, {"page": True}, {"published_on": date(2999, 1, 1)}]
)
def test_what_is_not_a_public_guide_is_not_found_among_the_guides(client, state):
    article = ArticleFactory(**state)

    assert client.get(f"/articles/{article.slug}/").status_code == 404


def test_an_old_address_leads_to_the_new_one_as_long_as_the_guide_is_public(client):
    guide = ArticleFactory(slug="old-words")
    guide = Article.objects.get(pk=guide.pk)
    guide.slug = "new-words"
    guide.save()

    response = client.get("/articles/old-words/")
    assert (response.status_code, response["Location"]) == (301, "/articles/new-words/")

    Article.objects.update(published_on=None)
    assert client.get("/articles/old-words/").status_code == 404


def test_guides_about_roles_are_those_about_most_of_them_first_each_once():
    analyst, engineer = RoleFactory(), RoleFactory()
    one = ArticleFactory(roles=[engineer], published_on=date(2026, 3, 1))
    both = ArticleFactory(roles=[analyst, engineer])
    ArticleFactory(roles=[RoleFactory()])

    assert list(Article.objects.about_roles(analyst, engineer)) == [both, one]
    assert list(Article.objects.about_roles()) == []


# --- The feed -------------------------------------------------------------------------------------


def entries(client) -> list[dict]:
    answer = client.get("/articles/feed/", headers={"host": "127.0.0.1:9999"})
    feed = ElementTree.fromstring(answer.content)  # noqa: S314
    return [
        {
            "id": entry.findtext(f"{ATOM}id"),
            "title": entry.findtext(f"{ATOM}title"),
            "summary": entry.findtext(f"{ATOM}summary"),
            "link": entry.find(f"{ATOM}link").get("href"),
            "roles": [category.get("term") for category in entry.iter(f"{ATOM}category")],
        }
        for entry in feed.iter(f"{ATOM}entry")
    ]


def test_the_feed_has_the_public_guides_under_the_sites_own_address(client):
    role = RoleFactory(name="Data Analyst")
    guide = ArticleFactory(slug="pay", title="Pay & more\x0b", summary="1 < 2", roles=[role])
    ArticleFactory(draft=True)
    ArticleFactory(page=True)

    assert entries(client) == [
        {
            "id": f"http://localhost:8000/articles/#{guide.pk}",
            "title": "Pay & more",
            "summary": "1 &lt; 2",
            "link": "http://localhost:8000/articles/pay/",
            "roles": ["Data Analyst"],
        }
    ]


def test_an_entry_of_the_feed_keeps_its_id_when_the_address_changes(client):
    guide = ArticleFactory()
    before = entries(client)[0]

    guide.slug = "new-words"
    guide.save()

    after = entries(client)[0]
    assert after["link"] != before["link"]
    assert after["id"] == before["id"]


def test_the_list_and_each_guide_name_the_feed_in_their_head(client):
    guide = ArticleFactory()

    for page in ["/articles/", guide.get_absolute_url()]:
        head = client.get(page).content.decode().partition("</head>")[0]
        assert (
            '<link rel="alternate" type="application/atom+xml" title="Guides"'
            ' href="/articles/feed/">' in head
        )


# --- In the admin ---------------------------------------------------------------------------------


@pytest.fixture
def editor(client):
    client.force_login(UserFactory(staff=True))


def save(client, article, **changes):
    fields = {
        name: getattr(article, name) or ""
        for name in [
            "kind",
            "title",
            "slug",
            "summary",
            "body",
            "author_name",
            "published_on",
            "reviewed_on",
        ]
    }
    return client.post(
        reverse("admin:roles_article_change", args=[article.pk]), fields | {"roles": []} | changes
    )


def test_an_editor_changes_a_guide_and_its_address(client, editor):
    guide = ArticleFactory(slug="old-words")

    save(client, guide, title="New words", slug="new-words")

    guide.refresh_from_db()
    assert (guide.title, guide.slug) == ("New words", "new-words")
    assert OldSlug.objects.filter(kind="article", slug="old-words", target=guide.pk).exists()


def test_an_editor_adapts_a_page_of_the_house_but_not_its_address_or_kind(client, editor):
    page = ArticleFactory(page=True, title="About this site")

    save(client, page, body="Our own words.")
    page.refresh_from_db()
    assert page.body == "Our own words."

    for change in [{"slug": "about-us"}, {"kind": "guide"}]:
        response = save(client, page, **change)
        assert "“About this site” is a site page" in text_of(response)
    page.refresh_from_db()
    assert (page.slug, page.kind) == ("about", "page")


def test_a_page_of_the_house_is_not_deleted_alone_or_among_others(client, editor):
    page, guide = ArticleFactory(page=True), ArticleFactory()

    assert (
        client.post(
            reverse("admin:roles_article_delete", args=[page.pk]), {"post": "yes"}
        ).status_code
        == 403
    )
    selected = {"action": "delete_selected", "_selected_action": [page.pk, guide.pk], "post": "yes"}
    client.post(reverse("admin:roles_article_changelist"), selected)
    assert Article.objects.count() == 2

    client.post(reverse("admin:roles_article_delete", args=[guide.pk]), {"post": "yes"})
    assert list(Article.objects.all()) == [page]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "page", "slug": "imprint"}, "A site page must use one of these slugs"),
        ({"slug": "feed"}, "This slug is reserved for the guides feed."),
    ],
)
def test_a_slug_that_leads_nowhere_is_refused_beside_its_field(client, editor, changes, words):
    guide = ArticleFactory(slug="guide")

    assert words in text_of(save(client, guide, **changes))
    guide.refresh_from_db()
    assert guide.slug == "guide"


def test_an_editor_sees_a_draft_as_readers_will(client, editor):
    draft = ArticleFactory(draft=True, title="Not yet", body="## Soon\n\nText.")
    form = client.get(reverse("admin:roles_article_change", args=[draft.pk])).content.decode()
    preview = reverse("admin:roles_article_preview", args=[draft.pk])
    assert f'href="{preview}"' in form
    assert "View on site" not in form

    page = client.get(preview).content.decode()

    assert "<h1>Not yet</h1>" in page
    assert '<h2 id="s-soon">Soon</h2>' in page
    assert "It is not published yet." in page
    assert '<meta name="robots" content="noindex">' in page
    assert 'rel="canonical"' not in page


def test_a_preview_is_for_staff_who_may_see_articles(client):
    preview = reverse("admin:roles_article_preview", args=[ArticleFactory(draft=True).pk])

    assert client.get(preview).status_code == 302

    client.force_login(UserFactory(is_staff=True))
    assert client.get(preview).status_code == 403


def test_a_public_article_leads_from_the_admin_to_its_page(client, editor):
    guide = ArticleFactory()

    form = client.get(reverse("admin:roles_article_change", args=[guide.pk])).content.decode()

    assert f'href="{guide.get_absolute_url()}" class="viewsitelink"' in form


# --- What we ship ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_shipped_guides_lead_only_to_pages_that_there_are(client, starter):
    Role.objects.update(status="published")

    for article in Article.objects.all():
        response = client.get(article.get_absolute_url())
        assert response.status_code == 200
        body = re.search(
            r'<article class="prose article">(.*?)</article>', response.content.decode(), re.DOTALL
        )[1]
        for link in re.findall(r'href="(/[^"#]*)', body):
            assert client.get(link.replace("&amp;", "&")).status_code == 200, (article.slug, link)


# --- Beside its roles -----------------------------------------------------------------------------


@pytest.mark.slow
def test_a_guide_stands_with_its_roles_and_their_comparisons_as_the_editor_leaves_it(
    client, editor
):
    architect, engineer = RoleFactory(slug="architect"), RoleFactory(slug="engineer")
    guide, later = (
        ArticleFactory(title="First words", roles=[architect]),
        ArticleFactory(title="Of another day"),
    )

    def shown(words):
        pages = ["/roles/architect/", "/roles/engineer/", "/compare/architect-vs-engineer/"]
        return [page for page in pages if words in text_of(Client().get(page))]

    assert shown("First words") == ["/roles/architect/", "/compare/architect-vs-engineer/"]

    save(client, guide, title="Other words", roles=[engineer.pk])
    save(client, later, published_on="2999-01-01", roles=[engineer.pk])
    assert shown("Other words") == ["/roles/engineer/", "/compare/architect-vs-engineer/"]
    assert shown("First words") == shown("Of another day") == []

    client.post(reverse("admin:roles_article_delete", args=[guide.pk]), {"post": "yes"})
    assert shown("Other words") == []
