from django.urls import path

from . import articles

app_name = "roles"
urlpatterns = [
    path("articles/", articles.guide_list, name="article_list"),
    path("articles/feed/", articles.guide_feed, name="article_feed"),
    path("articles/<slug:slug>/", articles.guide, name="article"),
]
