from django.contrib.contenttypes.models import ContentType
from django.db import models


class FormerAction(models.Model):
    """An action in the admin by somebody whose account is gone: the admin's own log goes with
    it.
    """

    at = models.DateTimeField()
    actor_name = models.CharField(max_length=254)
    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    object_id = models.TextField(blank=True)
    object_repr = models.CharField(max_length=200)
    action_flag = models.PositiveSmallIntegerField()
    change_message = models.TextField(blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.object_repr}, {self.at:%Y-%m-%d %H:%M}"
