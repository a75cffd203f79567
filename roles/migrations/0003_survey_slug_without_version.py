from django.db import migrations

OLD, NEW = "ai-jobs-survey-2025-08-03", "ai-jobs-survey"


def rename(apps, schema_editor):
    if not apps.get_model("roles", "SalarySource").objects.filter(slug=NEW).exists():
        apps.get_model("roles", "SalarySource").objects.filter(slug=OLD).update(slug=NEW)
        apps.get_model("roles", "SalaryFigure").objects.filter(source_key=OLD).update(source_key=NEW)


class Migration(migrations.Migration):
    dependencies = [("roles", "0002_salary_answers")]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop)]
