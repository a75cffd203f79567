from django.db import migrations
from django.db.models.functions import TruncSecond


def cut_fractions(apps, schema_editor):
    listings = apps.get_model("listings", "Listing").objects
    listings.update(posted_at=TruncSecond("posted_at"))
    listings.exclude(expires_at=None).update(expires_at=TruncSecond("expires_at"))


class Migration(migrations.Migration):
    dependencies = [("listings", "0003_whole_seconds_and_company_names")]

    operations = [migrations.RunPython(cut_fractions, migrations.RunPython.noop)]
