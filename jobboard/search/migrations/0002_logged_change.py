from django.db import migrations


class Migration(migrations.Migration):
    """A name that no other model has. The table keeps its own: triggers write to it."""

    dependencies = [("search", "0001_listing_changes")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameModel("ListingChange", "LoggedChange"),
                migrations.AlterModelTable("LoggedChange", "search_listingchange"),
            ]
        )
    ]
