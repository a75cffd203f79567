from django.urls import path
from django.views.decorators.http import require_safe

from roles.models import Article

from . import health, metrics, sitemaps, views

app_name = "site"
urlpatterns = [
    *[path(f"{slug}/", views.site_page, {"slug": slug}, name=slug) for slug in Article.PAGE_SLUGS],
    path("methodology/", views.methodology, name="methodology"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("sitemap.xml", require_safe(sitemaps.sitemap_view), name="sitemap"),
    path("sitemap-<slug:section>.xml", require_safe(sitemaps.sitemap_part), name="sitemap_part"),
    path("healthz/live", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
    path("metrics", metrics.metrics, name="metrics"),
]
