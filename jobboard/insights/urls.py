from django.urls import path

from . import comparison_pages, home, profile_files, role_pages, salary_files, salary_pages

app_name = "insights"
urlpatterns = [
    path("", home.home, name="home"),
    path("roles/", role_pages.role_list, name="role_list"),
    path("roles/<slug:slug>/", role_pages.role_detail, name="role"),
    path("roles/<slug:slug>.json", profile_files.role_json, name="role_json"),
    path("roles/<slug:slug>.csv", profile_files.role_csv, name="role_csv"),
    path("compare/", comparison_pages.choose_roles, name="compare"),
    path("compare/<slug:pair>/", comparison_pages.comparison, name="comparison"),
    path("compare/<slug:pair>.json", profile_files.comparison_json, name="comparison_json"),
    path("compare/<slug:pair>.csv", profile_files.comparison_csv, name="comparison_csv"),
    path("salaries/", salary_pages.salary_list, name="salary_list"),
    path("salaries/<slug:slug>/", salary_pages.salary_detail, name="salary"),
    path("salaries.json", salary_files.salaries_json, name="salaries_json"),
    path("salaries.csv", salary_files.salaries_csv, name="salaries_csv"),
    path("salaries/<slug:slug>.json", salary_files.salary_json, name="salary_json"),
    path("salaries/<slug:slug>.csv", salary_files.salary_csv, name="salary_csv"),
]
