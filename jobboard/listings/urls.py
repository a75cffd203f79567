from django.urls import path

from .views import company, files, first_post, public

app_name = "listings"
urlpatterns = [
    path("jobs/", public.listing_list, name="list"),
    path("jobs/feed/", files.jobs_feed, name="feed"),
    path("jobs.csv", files.jobs_csv, name="csv"),
    path("jobs.json", files.jobs_json, name="json"),
    path("jobs/suggestions/", public.suggestions, name="suggestions"),
    path("jobs/<int:pk>/seen/", public.listing_seen, name="seen"),
    path("jobs/<int:pk>/apply/", public.listing_apply, name="apply"),
    path("jobs/<int:pk>-<slug:slug>/", public.listing_detail, name="detail"),
    path("jobs/<int:pk>/", public.listing_detail),
    path("post/", first_post.post, name="post"),
    path("post/advice/", first_post.advice, name="post_advice"),
    path("post/<uuid:token>/", first_post.draft, name="post_draft"),
    path("post/<uuid:token>/edit/", first_post.edit, name="post_edit"),
    path("post/<uuid:token>/mail/", first_post.mail_again, name="post_mail"),
    path("post/<uuid:token>/send/", first_post.send, name="post_send"),
    path("post/<uuid:token>/<str:proof>/", first_post.confirm, name="post_confirm"),
    path("companies/", public.company_list, name="company_list"),
    path("companies/<slug:slug>/", public.company_detail, name="company"),
    path("companies/<slug:slug>/logo-<str:hash>.webp", company.logo, name="company_logo"),
]
