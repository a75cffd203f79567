"""Companies, who acts for them, and what is said of who they are."""

from .company import COMPANY_SIZES, Company
from .company_claim import CompanyClaim
from .company_logo import CompanyLogo
from .company_merge import CompanyMerge
from .former_member import FormerMember
from .invitation import Invitation
from .join_request import JoinRequest
from .membership import Membership

__all__ = [
    "COMPANY_SIZES",
    "Company",
    "CompanyClaim",
    "CompanyLogo",
    "CompanyMerge",
    "FormerMember",
    "Invitation",
    "JoinRequest",
    "Membership",
]
