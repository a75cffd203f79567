from django.db import models

from .import_job import ImportJob


class ImportRow(models.Model):
    """A row of an uploaded file and what happens, or happened, to it; kept as long as the
    upload.
    """

    class What(models.IntegerChoices):
        """Outcomes of a row, in the order in which they are listed."""

        NEW = 1, "New"
        CHANGED = 2, "Changed"
        CLOSES = 3, "Closes"
        SAME = 4, "Unchanged"
        WRONG = 5, "Has errors"

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="found_rows")
    number = models.PositiveIntegerField(
        null=True, blank=True, help_text="Beside the row in a spreadsheet; none for what closes."
    )
    what = models.PositiveSmallIntegerField(choices=What)
    title = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=400, blank=True)
    pay = models.CharField(max_length=300, blank=True)
    changes = models.CharField(max_length=200, blank=True)
    notes = models.JSONField(default=list, help_text="Column and sentence of each.")
    cells = models.JSONField(
        null=True, blank=True, help_text="As they are in the file, of a row with errors."
    )

    class Meta:
        ordering = ["what", "number", "pk"]
        indexes = [models.Index(fields=["job", "what", "number"], name="row_of_an_import")]

    def __str__(self) -> str:
        return f"Row {self.number}: {self.get_what_display()}"
