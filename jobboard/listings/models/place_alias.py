from django.db import models

from jobboard.common.models import FoldedNameModel

from .place import Place


class PlaceAlias(FoldedNameModel):
    """A text employers write for a place that the gazetteer does not know: “NYC Office”."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="aliases")

    class Meta(FoldedNameModel.Meta):
        verbose_name_plural = "place aliases"
