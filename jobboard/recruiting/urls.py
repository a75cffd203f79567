from django.urls import path

from .views import company, first_post, jobs, still_open, upload

app_name = "recruiting"
urlpatterns = [
    path("post/", first_post.post, name="post"),
    path("post/paste/", first_post.paste, name="post_paste"),
    path("post/advice/", first_post.advice, name="post_advice"),
    path("post/preview/", first_post.preview, name="post_preview"),
    path("post/send/", first_post.send, name="post_send"),
    path("recruit/", jobs.dashboard, name="dashboard"),
    path("recruit/companies/new/", company.company_new, name="company_new"),
    path("recruit/companies/<int:pk>/", company.company, name="company"),
    path("recruit/companies/<int:pk>/edit/", company.company_edit, name="company_edit"),
    path("recruit/companies/<int:pk>/join/", company.company_join, name="company_join"),
    path("recruit/companies/<int:pk>/invite/", company.invite, name="invite"),
    path(
        "recruit/companies/<int:pk>/invitations/<int:invitation>/",
        company.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path(
        "recruit/companies/<int:pk>/requests/<int:join_request>/",
        company.answer_join_request,
        name="answer_join_request",
    ),
    path(
        "recruit/companies/<int:pk>/members/<int:member>/",
        company.change_member,
        name="change_member",
    ),
    path("recruit/companies/<int:pk>/leave/", company.leave, name="leave"),
    path("recruit/companies/<int:pk>/verify/", company.verify, name="verify"),
    path("recruit/companies/<int:pk>/logo/", company.change_logo, name="change_logo"),
    path("recruit/verified/<str:token>/", company.verified, name="verified"),
    path("recruit/join/<str:token>/", company.join, name="join"),
    path("recruit/upload/", upload.upload, name="upload"),
    path("recruit/upload/template.csv", upload.upload_template, name="upload_template"),
    path("recruit/upload/jobs.csv", upload.jobs_csv, name="jobs_csv"),
    path("recruit/upload/<uuid:import_id>/", upload.import_job, name="import_job"),
    path("recruit/jobs/new/", jobs.listing_new, name="listing_new"),
    path("recruit/jobs/<int:pk>/edit/", jobs.listing_edit, name="listing_edit"),
    path("recruit/jobs/<int:pk>/", jobs.listing_preview, name="listing_preview"),
    path("recruit/jobs/<int:pk>/submit/", jobs.listing_submit, name="listing_submit"),
    path("recruit/jobs/<int:pk>/close/", jobs.listing_close, name="listing_close"),
    path("recruit/jobs/<int:pk>/confirm/", jobs.listing_confirm, name="listing_confirm"),
    path("recruit/jobs/<int:pk>/extend/", jobs.listing_extend, name="listing_extend"),
    path("recruit/jobs/<int:pk>/copy/", jobs.listing_copy, name="listing_copy"),
    path("recruit/jobs/<int:pk>/repost/", jobs.listing_repost, name="listing_repost"),
    path("recruit/jobs/<int:pk>/discard/", jobs.listing_discard, name="listing_discard"),
    path("recruit/answer/<str:token>/", still_open.answer, name="answer"),
    path("recruit/numbers.csv", jobs.numbers_csv, name="numbers_csv"),
]
