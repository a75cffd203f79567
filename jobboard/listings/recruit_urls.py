from django.urls import path

from .views import company, recruit, still_open, upload

app_name = "recruit"
urlpatterns = [
    path("", recruit.dashboard, name="dashboard"),
    path("companies/new/", company.company_new, name="company_new"),
    path("companies/<int:pk>/", company.company, name="company"),
    path("companies/<int:pk>/edit/", company.company_edit, name="company_edit"),
    path("companies/<int:pk>/join/", company.company_join, name="company_join"),
    path("companies/<int:pk>/invite/", company.invite, name="invite"),
    path("companies/<int:pk>/invitations/<int:invitation>/", company.withdraw_invitation, name="withdraw_invitation"),
    path("companies/<int:pk>/requests/<int:join_request>/", company.answer_join_request, name="answer_join_request"),
    path("companies/<int:pk>/members/<int:member>/", company.change_member, name="change_member"),
    path("companies/<int:pk>/leave/", company.leave, name="leave"),
    path("companies/<int:pk>/verify/", company.verify, name="verify"),
    path("companies/<int:pk>/logo/", company.change_logo, name="change_logo"),
    path("verified/<str:token>/", company.verified, name="verified"),
    path("join/<str:token>/", company.join, name="join"),
    path("upload/", upload.upload, name="upload"),
    path("upload/template.csv", upload.upload_template, name="upload_template"),
    path("upload/<uuid:token>/", upload.upload_import, name="upload_import"),
    path("jobs/new/", recruit.listing_new, name="listing_new"),
    path("jobs/<int:pk>/edit/", recruit.listing_edit, name="listing_edit"),
    path("jobs/<int:pk>/", recruit.listing_preview, name="listing_preview"),
    path("jobs/<int:pk>/submit/", recruit.listing_submit, name="listing_submit"),
    path("jobs/<int:pk>/close/", recruit.listing_close, name="listing_close"),
    path("jobs/<int:pk>/confirm/", recruit.listing_confirm, name="listing_confirm"),
    path("jobs/<int:pk>/extend/", recruit.listing_extend, name="listing_extend"),
    path("jobs/<int:pk>/copy/", recruit.listing_copy, name="listing_copy"),
    path("jobs/<int:pk>/repost/", recruit.listing_repost, name="listing_repost"),
    path("jobs/<int:pk>/discard/", recruit.listing_discard, name="listing_discard"),
    path("answer/<str:token>/", still_open.answer, name="answer"),
    path("numbers.csv", recruit.numbers_csv, name="numbers_csv"),
]
