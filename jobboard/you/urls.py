from django.urls import path

from . import views

app_name = "you"
urlpatterns = [path("you/", views.you, name="you")]
