from django.urls import path

from . import articles, views

app_name = "roles"
urlpatterns = [
    path("roles/", views.role_list, name="list"),
    path("roles/<slug:slug>/", views.role_detail, name="detail"),
    path("salaries/", views.salary_list, name="salary_list"),
    path("salaries/<slug:slug>/", views.salary_detail, name="salary"),
    path("articles/", articles.guide_list, name="article_list"),
    path("articles/feed/", articles.guide_feed, name="article_feed"),
    path("articles/<slug:slug>/", articles.guide, name="article"),
]
