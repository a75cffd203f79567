"""What the text of a company asks of people that it should not."""

from html import escape

from jobboard.listings.employers.named import employers_named
from jobboard.listings.models import Company

from .fees import risks_of_fees
from .invitations import risks_of_invitations
from .other_employers import names_spoken_for, risks_of_other_employers
from .said import Employer, Risk, Said, risks_of_words


def risks_of_about(text: str, company: Company) -> list[Risk]:
    html = escape(text).replace("\n", "<br>\n")
    said = Said(title="", html=html, others=(), apply_url="", apply_email="")
    employer = Employer(company.name, company.domain, is_proven=False, boards=frozenset())
    known = employers_named(names_spoken_for(said))
    risks = [
        *risks_of_words(said),
        *risks_of_fees(said),
        *risks_of_invitations(said, employer),
        *risks_of_other_employers(said, employer, known),
    ]
    return list(dict.fromkeys(risks))
