"""Finds what the text of a company asks of people and should not."""

from html import escape

from jobboard.listings.employers.named import employers_named
from jobboard.listings.models import Company

from .fees import risks_of_fees
from .invitations import risks_of_invitations
from .other_employers import names_spoken_for, risks_of_other_employers
from .text_risks import Employer, JobTexts, Risk, risks_of_words


def risks_of_about(text: str, company: Company) -> list[Risk]:
    html = escape(text).replace("\n", "<br>\n")
    texts = JobTexts(title="", html=html, others=(), apply_url="", apply_email="")
    employer = Employer(company.name, company.domain, is_proven=False, boards=frozenset())
    known_employers = employers_named(names_spoken_for(texts))
    risks = [
        *risks_of_words(texts),
        *risks_of_fees(texts),
        *risks_of_invitations(texts, employer),
        *risks_of_other_employers(texts, employer, known_employers),
    ]
    return list(dict.fromkeys(risks))
