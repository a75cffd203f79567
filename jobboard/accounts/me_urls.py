from django.urls import path

from . import views

app_name = "me"
urlpatterns = [
    path("data/", views.my_data, name="data"),
    path("data.json", views.my_data_json, name="data_json"),
    path("delete/", views.delete_me, name="delete"),
    path("emails/<str:token>/", views.stop_emails, name="stop_emails"),
]
