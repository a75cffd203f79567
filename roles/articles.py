"""Guides of the editors, their list and feed."""

from datetime import UTC, datetime, time

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.views.decorators.http import require_safe

from jobboard.common.web.files import NOT_IN_XML

from .models import Article

OTHERS_SHOWN = 4
IN_FEED = 30


@require_safe
def guide_list(request) -> HttpResponse:
    return render(
        request,
        "roles/articles.html",
        {"guides": Article.objects.guides().published().with_public_roles()},
    )


@require_safe
def guide(request, slug) -> HttpResponse:
    guides = Article.objects.guides().published()
    article = guides.filter(slug=slug).first()
    if article:
        return article_page(request, article)
    renamed = Article.at_old_slug(slug)
    if renamed is None or not guides.contains(renamed):
        raise Http404("We couldn’t find that guide.")
    return redirect(renamed, permanent=True)


def article_page(request, article: Article, *, is_preview: bool = False, **beside) -> HttpResponse:
    """Render an article; ``beside`` is what else the template shows."""
    roles = list(article.roles.published())
    others = Article.objects.guides().published().about_roles(*roles).exclude(pk=article.pk)
    context = {
        "article": article,
        "roles": roles,
        "others": others[:OTHERS_SHOWN],
        "is_preview": is_preview,
    } | beside
    return render(request, "roles/article.html", context)


class GuideFeed(Feed):
    """Summaries of the newest guides. Addresses stand under SITE_URL, whatever host the request
    came to.
    """

    feed_type = Atom1Feed

    def title(self) -> str:
        return f"{settings.SITE_NAME}: guides"

    def link(self) -> str:
        return settings.SITE_URL + reverse("roles:article_list")

    def feed_url(self) -> str:
        return settings.SITE_URL + reverse("roles:article_feed")

    def author_name(self) -> str:
        return settings.SITE_NAME

    def items(self) -> QuerySet[Article]:
        return Article.objects.guides().published().with_public_roles()[:IN_FEED]

    def item_title(self, guide) -> str:
        return guide.title.translate(NOT_IN_XML)

    def item_description(self, guide) -> str:
        return escape(guide.summary.translate(NOT_IN_XML))  # read as HTML

    def item_link(self, guide) -> str:
        return settings.SITE_URL + guide.get_absolute_url()

    def item_guid(self, guide) -> str:
        return f"{self.link()}#{guide.pk}"  # stays when the slug changes

    def item_author_name(self, guide) -> str:
        return guide.author_name.translate(NOT_IN_XML) or settings.SITE_NAME

    def item_categories(self, guide) -> list[str]:
        return [role.name for role in guide.public_roles]

    def item_pubdate(self, guide) -> datetime:
        return datetime.combine(guide.published_on, time(tzinfo=UTC))

    def item_updateddate(self, guide) -> datetime:
        return guide.changed_at


guide_feed = require_safe(GuideFeed())
