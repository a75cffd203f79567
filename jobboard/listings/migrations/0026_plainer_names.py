from django.db import migrations, models


class Migration(migrations.Migration):
    """Names of the code. Columns and tables keep theirs: an earlier release may run beside this one."""

    dependencies = [("listings", "0025_what_texts_say_of_remote_work")]

    operations = [
        migrations.AlterModelTable("ListingDay", "listings_listingday"),
        migrations.RenameModel("ListingDay", "ListingDailyStats"),
        migrations.AlterModelOptions(
            "ListingDailyStats", {"verbose_name_plural": "listing daily stats"}
        ),
        migrations.AlterField("feed", "last_ok_at", models.DateTimeField(blank=True, db_column="last_ok_at", null=True)),
        migrations.RenameField("feed", "last_ok_at", "last_success_at"),
        migrations.AlterField("feed", "read_with", models.CharField(blank=True, db_column="read_with", editable=False, help_text="Version of the parsers and names that read the feed.", max_length=32)),
        migrations.RenameField("feed", "read_with", "parser_version"),
        migrations.AlterField("listing", "asked_at", models.DateTimeField(db_column="asked_at", editable=False, help_text="When we last emailed to ask whether the job is open.", null=True)),
        migrations.RenameField("listing", "asked_at", "confirmation_requested_at"),
    ]
