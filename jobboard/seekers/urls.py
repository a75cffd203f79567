from django.urls import path

from . import views

app_name = "seekers"
urlpatterns = [
    path("report/<int:pk>/", views.report, name="report"),
    path("alerts/", views.alert_list, name="alerts"),
    path("alerts/new/", views.alert_new, name="alert_new"),
    path("alerts/<str:token>/", views.alert, name="alert"),
    path("alerts/<str:token>/end/", views.alert_end, name="alert_end"),
    path("saved/", views.saved_list, name="saved"),
    path("saved/jobs.csv", views.saved_csv, name="saved_csv"),
    path("saved/add/", views.save, name="save"),
    path("saved/<int:pk>/", views.change_saved, name="change_saved"),
]
