from django.urls import path

from . import views

app_name = "seekers"
urlpatterns = [
    path("report/<int:pk>/", views.report, name="report"),
]
