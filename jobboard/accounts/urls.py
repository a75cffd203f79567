from django.urls import path

from . import views

urlpatterns = [path("mail-here/", views.mail_here, name="mail_here")]
