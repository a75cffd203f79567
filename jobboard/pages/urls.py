from django.urls import path
from django.views.decorators.http import require_safe

from roles.models import Article

from . import comparison, health, profile_files, salary_files, sitemaps, views

app_name = "pages"
urlpatterns = [
    path("", views.home, name="home"),
    path("compare/", comparison.picker, name="compare"),
    path("compare/<slug:pair>/", comparison.comparison, name="comparison"),
    path("compare/<slug:pair>.json", profile_files.comparison_json, name="comparison_json"),
    path("compare/<slug:pair>.csv", profile_files.comparison_csv, name="comparison_csv"),
    path("roles/<slug:slug>.json", profile_files.role_json, name="role_json"),
    path("roles/<slug:slug>.csv", profile_files.role_csv, name="role_csv"),
    path("salaries.json", salary_files.salaries_json, name="salaries_json"),
    path("salaries.csv", salary_files.salaries_csv, name="salaries_csv"),
    path("salaries/<slug:slug>.json", salary_files.salary_json, name="salary_json"),
    path("salaries/<slug:slug>.csv", salary_files.salary_csv, name="salary_csv"),
    *[path(f"{slug}/", views.house_page, {"slug": slug}, name=slug) for slug in Article.PAGE_SLUGS],
    path("methodology/", views.methodology, name="methodology"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("sitemap.xml", require_safe(sitemaps.sitemap_view), name="sitemap"),
    path("sitemap-<slug:section>.xml", require_safe(sitemaps.sitemap_part), name="sitemap_part"),
    path("healthz/live", health.live, name="live"),
    path("healthz/ready", health.ready, name="ready"),
]
