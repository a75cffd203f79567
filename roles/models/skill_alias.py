from django.db import models

from jobboard.common.models import FoldedNameModel

from .skill import Skill


class SkillAlias(FoldedNameModel):
    """Another name of a skill, as job texts write it: k8s is Kubernetes."""

    skill = models.ForeignKey(Skill, models.CASCADE, related_name="aliases")

    class Meta(FoldedNameModel.Meta):
        verbose_name_plural = "skill aliases"

    def clean(self) -> None:
        super().clean()
        others = Skill.objects.current().exclude(pk=self.skill_id)
        self.check_is_free(others)
