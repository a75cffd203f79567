"""Models several apps share: slugs that redirect, names compared in one form, emails and security
events.
"""

from .capability import Capability
from .email import Email
from .folded_name_model import FoldedNameModel
from .former_action import FormerAction
from .old_slug import OldSlug
from .security_event import SecurityEvent
from .slugged_model import SluggedModel
from .suppressed_address import SuppressedAddress

__all__ = [
    "Capability",
    "Email",
    "FoldedNameModel",
    "FormerAction",
    "OldSlug",
    "SecurityEvent",
    "SluggedModel",
    "SuppressedAddress",
]
