"""What a text tells people to do beside applying: to write elsewhere, or to pay."""

import pytest

from jobboard.common.text.html import markdown_to_html
from jobboard.listings.trust.fees import risks_of_fees
from jobboard.listings.trust.invitations import risks_of_invitations
from jobboard.listings.trust.text_risks import Employer, JobTexts, risks_of_words

ACME = Employer("Acme", "acme.example", is_proven=True, boards=frozenset())


def said(text: str) -> JobTexts:
    return JobTexts(
        title="Data Engineer", html=markdown_to_html(text), others=(), apply_url="", apply_email=""
    )


def heaviest(text: str) -> int:
    of_text = said(text)
    risks = [
        *risks_of_invitations(of_text, ACME),
        *risks_of_fees(of_text),
        *risks_of_words(of_text),
    ]
    return max((risk.weight for risk in risks), default=0)


@pytest.mark.parametrize(
    "text",
    [
        "Send your CV to acme.hr@gmail.com.",
        "Send your CV to acmehr AT gmail.",
        "Send your CV to acme hr at gmail dot com.",
        "Please apply at https://acme-careers.example/form instead.",
        "[Apply here](https://blue-careers.example/form)",
        "Apply on [our board](https://boards.greenhouse.io/otherfirm).",
        "Bewerben Sie sich unter blue-karriere.example.",
        "Envoyez votre candidature sur acme-emplois.example.",
        "For an interview text +1 415 555 0100.",
        "Text us: four one five five five five zero one zero zero.",
        "Questions? t . me / acmehr",
        "Questions? t dot me slash acmehr",
        "Ask TG @acmehr_jobs",
        "Add us on W/A: 415 555 0100",
    ],
)
def test_who_is_told_to_write_elsewhere_leaves_the_way_to_apply(text):
    assert heaviest(text) == 3


@pytest.mark.parametrize(
    "text",
    [
        "New joiners contribute 49 USD towards their onboarding kit.",
        "Vor dem Start fällt eine einmalige Gebühr von 50 Euro an.",
        "Für das Notebook hinterlegen Sie 200 Euro Pfand auf unser Konto.",
        "Bitte senden Sie Fotos Ihres Ausweises, Vorder- und Rückseite.",
        "Antes de empezar se abona un pago único de 50 euros por el material.",
        "Debe hacer un ingreso de 50 euros en nuestra cuenta.",
        "Envíe una foto de su documento de identidad por ambas caras.",
        "Avant de commencer, un paiement unique de 50 euros est demandé.",
        "Envoyez une photo de votre pièce d’identité recto verso.",
        "Antes de começar há um pagamento único de 50 reais pelo kit.",
        "Envie uma foto do seu documento de identidade, frente e verso.",
        "Przed rozpoczęciem należy uiścić opłatę 200 zł.",
        "You accept transfers from our customers and pass them on.",
        "Install AnyDesk so that our team can set up your computer.",
        "Please log in with your online banking to verify your identity.",
    ],
)
def test_who_is_asked_for_money_or_papers_is_warned_of_in_any_language_we_read(text):
    assert heaviest(text) == 3


@pytest.mark.parametrize(
    "text",
    [
        "Our code is at https://github.com/acme, and we write about it.",
        "Questions? Write to jobs@acme.example or see https://www.acme.example/jobs.",
        "Apply on [our board](https://boards.greenhouse.io/acme).",
        "We only contact candidates from @acme.example addresses.",
        "We contribute 200 EUR a month to your pension and pay up to 50 EUR for travel.",
        "Wir zahlen 50 Euro Zuschuss zum Deutschlandticket, ohne Kaution.",
        "Nous remboursons les frais de transport à hauteur de 60 euros par mois.",
        "You predict deposits of $5bn and detect fraud in payments under 20 USD.",
        "You set up our cloud environment and send events to kafka.apache.org.",
        "Call Anna at +49 89 1234567.",
        "You talk to customers in Berlin.Apply by March.",
        "Don’t. Me and my team / yours get on.",
    ],
)
def test_what_honest_employers_write_is_no_invitation(text):
    assert heaviest(text) == 0
