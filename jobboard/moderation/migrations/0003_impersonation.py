from django.db import migrations

REASON = (
    "Post only for an employer you work for, or say that you recruit for a client. Nothing shows "
    "that you act for the company this job names. Verify the company, then submit the job again."
)
POSITION = 6  # after those that came with the table


def add(apps, schema_editor):
    UsualReason = apps.get_model("moderation", "UsualReason")
    UsualReason.objects.get_or_create(text=REASON, defaults={"position": POSITION})


class Migration(migrations.Migration):

    dependencies = [("moderation", "0002_inbox")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
