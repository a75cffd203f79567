from django.db import migrations, models


class Migration(migrations.Migration):
    """OldSlug stood in ``roles`` first. Its table stays there under its old name; only its place in the code is new."""

    initial = True
    dependencies = [("roles", "0004_versions_and_articles")]
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="OldSlug",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("role", "Role"),
                                    ("company", "Company"),
                                    ("article", "Article"),
                                    ("skill", "Skill"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("slug", models.SlugField(max_length=120)),
                        ("target", models.PositiveBigIntegerField()),
                    ],
                    options={
                        "db_table": "roles_oldslug",
                        "constraints": [models.UniqueConstraint("kind", "slug", name="old_slug_unique")],
                    },
                ),
            ],
        ),
    ]
