"""The reasons and the decisions of the inbox that belong to no job."""

from .dismissal import Dismissal
from .usual_reason import MAX_REASON_LENGTH, UsualReason

__all__ = ["MAX_REASON_LENGTH", "Dismissal", "UsualReason"]
