"""Where links lead, what sentences ask of applicants, and how far two texts differ."""

import pytest

from jobboard.feeds.detection.sources import systems
from jobboard.listings.trust.applying import apply_words
from jobboard.listings.trust.boards import is_board_of
from jobboard.listings.trust.hosts import find_board, kind_of_open_host
from jobboard.listings.trust.texts.contacts import contacts_in, names_on_messengers, what_links_hide
from jobboard.listings.trust.texts.warning_words import warnings_in
from jobboard.listings.trust.texts.wording import is_same_wording, share_changed
from tests.factories import CompanyFactory, FeedFactory, ListingFactory, MembershipFactory
from tests.reading import text_of


@pytest.mark.parametrize(
    ("address", "system", "board"),
    [
        ("https://boards.greenhouse.io/acme/jobs/1", "Greenhouse", "acme"),
        ("https://job-boards.greenhouse.io/embed/job_app?for=acme&token=1", "Greenhouse", "acme"),
        ("https://boards.greenhouse.io/embed/job_app?for=acme&for=evil", "Greenhouse", ""),
        ("https://boards.greenhouse.io/acme/../evil/jobs/1", "Greenhouse", "evil"),
        ("https://boards.greenhouse.io/acme/%2e%2E/evil/jobs/1", "Greenhouse", "evil"),
        ("https://jobs.ashbyhq.com/Acme%20Inc/1", "Ashby", "Acme Inc"),
        ("https://apply.workable.com/j/ABC", "Workable", ""),
        ("https://acme.wd5.myworkdayjobs.com/en-US/Careers/job/1", "Workday", "acme"),
        ("https://careers-acme.icims.com/jobs/1", "iCIMS", "acme"),
        ("https://jobs.smartrecruiters.com/?company=acme", "SmartRecruiters", "acme"),
        ("https://jobs.smartrecruiters.com/evil/1?company=acme", "SmartRecruiters", "evil"),
        ("https://weworkremotely.com/categories/remote-jobs", "We Work Remotely", ""),
    ],
)
def test_the_board_is_read_where_the_address_has_it(address, system, board):
    found = find_board(address)

    assert (found.system, found.board) == (system, board)


@pytest.mark.parametrize(
    "address",
    [
        "https://boards.greenhouse.io.evil.example/acme",
        "https://evilgreenhouse.io/acme",
        "https://evil.example/boards.greenhouse.io/acme",
        "https://boards.greenhouse.io@evil.example/acme",
        "https://[::1",
        "",
    ],
)
def test_what_only_looks_like_a_system_is_none(address):
    assert find_board(address) is None


def test_boards_that_can_be_followed_are_known_here_too():
    boards = [system for system in systems().values() if system.board and system.board != "{host}"]
    unknown = [one.name for one in boards if not (find_board(one.example) or find_board(one.api))]

    assert unknown == []


@pytest.mark.parametrize(
    ("board", "is_own"),
    [
        ("acme", True),
        ("AcmeCareers", True),
        ("acme-inc", True),
        ("acmedata", True),
        ("ad", True),
        ("otherfirm", False),
        ("acm", False),
        ("data", False),
    ],
)
def test_a_board_is_a_companys_own_by_its_name(board, is_own):
    assert is_board_of(board, name="Acme Data GmbH", domain="acme-data.example") is is_own


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("You know signal processing and the WhatsApp API.", ["mention"]),
        ("Message us on Signal.", ["contact"]),
        ("Contact us on IMO.", ["contact"]),
        ("Text HIRE to 55512.", ["contact"]),
        ("Send 0.01 ETH.", ["payment"]),
        ("You know NLP (text to speech), ETH Zurich is our partner.", []),
        ("W h a t s A p p us.", ["contact"]),
        ("Message W-h-a-t-s-A-p-p, please.", ["contact"]),
        ("Write on ᴡʜᴀᴛsᴀᴘᴘ", ["contact"]),
        ("Add me on Te1egram.", ["contact"]),
        ("Wh@tsApp us.", ["contact"]),
        ("T\ne\nl\ne\ng\nr\na\nm\nacmehr", ["mention"]),
        ("Contáctanos por wasap", ["mention"]),
        ("请加微信 acmehr", ["mention"]),
        ("请先缴纳押金", ["payment"]),
        ("Opłata rejestracyjna wynosi 50.", ["payment"]),
        ("Регистрационный взнос обязателен.", ["payment"]),
        ("You receive money in your account and forward it to our suppliers.", ["payment"]),
        (f"{'and ' * 148}registration fee", ["payment"]),  # where a long sentence is cut
        ("Contact us on Wh\u0430tsApp", ["contact"]),
        ("A registration-fee is due.", ["payment"]),
        ("We never ask for a registration fee.", ["denial"]),
        ("Bitte überweisen Sie die Kaution.", ["payment"]),
        ("Des frais d’inscription sont demandés.", ["payment"]),
        ("Escríbenos por WhatsApp.", ["contact"]),
        ("Pague a taxa de inscrição.", ["payment"]),
        ("Stuur een WhatsApp naar ons.", ["contact"]),
        ("Versare la quota di iscrizione.", ["payment"]),
        ("You train models and feel at home. Pay is monthly.", []),
    ],
)
def test_sentences_that_ask_for_money_or_lead_to_a_messenger(text, kinds):
    assert [warning.kind for warning in warnings_in(text)] == kinds


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("There is a registration\nfee.", "registration fee"),
        ("We need a copy\nof your\n\npassport", "copy of your passport"),
        ("We ask for a registration. Fee of 50.", "registration fee"),
        ("Registration | fee: 50", "registration fee"),
        ("We talk by\nWhatsApp", "whatsapp"),
    ],
)
def test_what_is_asked_is_found_over_the_end_of_a_line(text, words):
    assert words in [one.words for one in warnings_in(text) if one.kind in ("payment", "contact")]
    assert warnings_in("We never ask any of our good applicants for a registration\nfee.") == []
    assert warnings_in("Competitive pay\nTraining every week\nA gift\nfor your birthday") == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Line: acmehr", ["Line: acmehr"]),
        ("Contact us. Our LINE ID: acme_hr, please", ["LINE ID: acme_hr"]),
        ("Telegram - @acmejobs.", ["Telegram - @acmejobs"]),
        ("Skype: live:acme.hr", ["Skype: live:acme.hr"]),
        ("We work with data. Line: acmehr", ["Line: acmehr"]),
        ("Production line: operators. Line: Banking. First line: support", []),
        ("You know signal: processing of it", []),
    ],
)
def test_names_on_messengers(text, named):
    assert names_on_messengers(text) == named


ASKS_FOR_MONEY = [
    "Send us a registration fee by gift card.",
    "Transfer the training deposit before Monday.",
    "Buy the equipment and we refund you.",
    "Purchase a laptop from our shop, which we reimburse with your first pay.",
    "Wire the fee to our account.",
    "Kindly remit the clearance fee.",
    "You pay a small fee before you start.",
    "Überweisen Sie die Gebühr vorab.",
    "Kaufen Sie die Ausrüstung, wir erstatten den Betrag.",
    "Bitte schicken Sie die Anmeldegebuehr.",
    "Versez les frais avant le début.",
    "Achetez le matériel et nous vous remboursons.",
    "Envoyez l’argent par carte cadeau.",
    "Transfiera el depósito de formación.",
    "Compre el equipo y se lo reembolsamos.",
    "Pague la cuota antes de empezar.",
    "Transfira o depósito do treinamento.",
    "Compre o equipamento e nós reembolsamos.",
    "Faça um Pix para garantir a vaga.",
    "Maak de borg voor de training over.",
    "Koop de apparatuur, wij vergoeden die.",
    "Betaal de kosten vooraf.",
    "Versa la quota prima di iniziare.",
    "Acquista l’attrezzatura e ti rimborsiamo.",
    "Trasferisci il deposito per la formazione.",
    "Payments are processed through your bank account.",
    "Receive and forward packages from home.",
    "You receive parcels at home and forward them.",
    "New colleagues buy their own training materials from our partner.",
    "The background check costs applicants forty euros.",
    "We handle your visa file for a small contribution.",
    "Rate them and recharge your account to unlock more.",
    "Buy a gi ft ca rd and send the code.",
    "Candidates cover the cost of their own certification beforehand.",
    "A refundable security amount is collected from each new colleague.",
    "You top up your own wallet and get it back tomorrow.",
    "Bewerber übernehmen die Kosten der Schulung vorab selbst.",
    "Les candidats règlent eux-mêmes le dossier.",
    "El candidato abona el curso antes de empezar.",
    "Kandydat pokrywa koszt szkolenia przed podpisaniem umowy.",
    "Senden Sie uns Ihre Online-Banking-Zugangsdaten.",
    "Share the one-time code that our system sends you.",
    "Open a new bank account in your name and give us access.",
    "A processing charge secures your seat on the list.",
    "Für die Freischaltung Ihres Arbeitskontos ist ein einmaliger Betrag fällig.",
    "Joignez une photo de votre carte bancaire recto verso.",
    "Se requiere un aporte inicial para activar su usuario.",
    "Een kleine bijdrage bevestigt je plek in het team.",
    "Wymagana jest drobna wpłata aktywacyjna.",
    "Candidates pay 100 USD.",
    "Processing charge: 50 USD.",
    "Top up your account with 50 USDC.",
]


def test_all_ways_to_ask_for_money_are_found():
    kinds = {text: [one.kind for one in warnings_in(text)] for text in ASKS_FOR_MONEY}

    assert [text for text, found in kinds.items() if found != ["payment"]] == []


LURES = [
    "You are hired without an interview.",
    "Guaranteed visa for everyone we pick.",
    "You choose your hours and are paid the same day.",
    "Double your savings with our trading bot.",
    "Verdiene täglich Geld am Handy.",
    "Gains illimités à domicile.",
    "Gana dinero desde casa.",
    "Ganhe dinheiro avaliando hotéis.",
    "Guadagna da casa.",
    "Ignore the button and use our own form.",
    "Suchen Sie im Internet nach unserem Formular.",
    "Search the web for our quick form and take the first result.",
]


def test_promises_that_no_employer_makes_and_other_ways_to_apply_are_found():
    kinds = {text: [one.kind for one in warnings_in(text)] for text in LURES}

    assert [text for text, found in kinds.items() if found != ["lure"]] == []


HONEST = [
    "You test transfer learning, build virtual cards and get a welcome kit.",
    "Recibirás un kit de bienvenida.",
    "The first round is a phone interview; no prior experience with JAX is needed.",
    "You double our throughput and earn the trust of customers.",
    "You build one-time codes and verification for online banking.",
    "Candidates bring curiosity, and we cover the cost of relocation.",
    "We pay for your training and certifications.",
    "We reimburse conference fees and buy the equipment you need.",
    "You will build our payment platform: fees, refunds, deposits and wire transfers.",
    "A stipend to purchase home office equipment.",
    "We’ll buy you a laptop of your choice.",
    "Our models detect money laundering and transfer fraud.",
    "Wir erstatten Ihnen die Kosten für das Deutschlandticket und stellen einen Laptop.",
    "Wir übernehmen die Gebühren für Konferenzen.",
    "Nous remboursons vos frais de transport.",
    "Nous prenons en charge les frais de déménagement.",
    "Pagamos la cuota de tu gimnasio.",
    "Reembolsamos los gastos de transporte.",
    "Oferecemos auxílio home office para comprar equipamentos.",
    "Wij vergoeden je reiskosten en je krijgt een laptop.",
    "Rimborsiamo le spese di viaggio e forniamo il computer.",
    "We never charge a registration fee.",
    "You own the ledger that moves money between bank accounts.",
    "The sign-on payment is made before your first day.",
    "Candidates cover letters are read by people.",
    "You receive competitive benefits packages, and packages ship weekly.",
    "You recommend content like videos and rate hotels.",
    "Refer your friends and earn a bonus.",
    "A picture of your ideal week: two days of research.",
    "Newcomers pay attention to details and invest time in learning.",
    "Candidates pay nothing.",
    "Your starter package: laptop, phone and a bike.",
    "One click secures your seat in our cinema app.",
    "You settle the insurance claims of our customers.",
    "The energy balance is positive.",
    "Users top up their wallet and fund their account with our SDK.",
    "Users log in to online banking and verify who they are.",
    "There are two interviews; no interview takes longer than an hour.",
    "Work from your phone or laptop.",
    "We help people earn money online.",
    "A same-day pay product for gig workers.",
    "Unsere Nutzer bezahlen am Handy.",
    "Twój pakiet startowy: laptop i telefon.",
]


def test_what_employers_pay_is_no_warning():
    kinds = {text: [one.kind for one in warnings_in(text)] for text in HONEST}

    assert [text for text, found in kinds.items() if {*found} - {"denial"}] == []


DENIALS = [
    "There is no security deposit.",
    "Bewerber zahlen nichts.",
    "Bewerber tragen keine Kosten.",
    "Aucuns frais de dossier.",
    "Los candidatos no pagan cuota de inscripción.",
    "Não cobramos taxa de inscrição.",
    "De kandidaat betaalt niets.",
    "I candidati pagano zero.",
    "Bez opłaty rejestracyjnej.",
    "Vi tar ingen registreringsavgift.",
    "Vi opkræver ikke registreringsgebyr.",
    "Vi tar aldri registreringsavgift.",
    "Ei rekisteröintimaksua.",
    "Žádný registrační poplatek.",
    "Nu percepem taxa de inscriere.",
    "Nem kérünk regisztrációs díjat.",
    "Kayıt ücreti yoktur.",
    "Tidak ada biaya pendaftaran.",
    "Không thu phí đào tạo.",
    "Χωρίς τέλος εγγραφής.",
    "Мы не берём регистрационный взнос.",
    "Ми не беремо реєстраційний внесок.",
    "不收取押金。",
    "登録料はかかりません。",
    "등록비가 없습니다.",
    "لا توجد رسوم التسجيل.",
]


def test_that_nobody_pays_is_no_demand_in_any_language_we_read():
    kinds = {text: [one.kind for one in warnings_in(text)] for text in DENIALS}

    assert [text for text, found in kinds.items() if found != ["denial"]] == []


@pytest.mark.parametrize(
    "text",
    [
        "No experience needed, pay the registration fee.",
        "Candidates pay nothing but a security deposit.",
        "Bewerber zahlen nichts außer der Anmeldegebühr.",
        "Ohne Anmeldegebühr kein Vertrag.",
        "Sin cuota de inscripción no hay contrato.",
        "There is no security deposit, you buy the training.",
        "No bank details, security deposit 200 USD.",
        "无需经验,先交押金",
    ],
)
def test_a_no_that_denies_something_else_leaves_the_demand(text):
    assert [one.kind for one in warnings_in(text)] == ["payment"]


def test_a_sentence_that_asks_for_money_on_a_messenger_is_named_by_the_money():
    [found] = warnings_in("Send us a registration fee by gift card on WhatsApp.")

    assert (found.kind, found.words) == ("payment", "Send us a registration fee")


@pytest.mark.parametrize(
    ("html", "count"),
    [
        ('<a href="https://evil.example/1">acme.example</a>', 1),
        ('<a href="https://jobs.acme.example/1">acme.example</a>', 0),
        ('<a href="https://bit.ly/1">Apply</a>', 1),
        ('<a href="https://10.0.0.1/1">Apply</a>', 1),
        ('<a href="https://xn--cme-8cd.example/">Apply</a>', 1),
        ("<p>Write to t.me/acme</p>", 1),
        ("<p>Built with Node.js and scikit-learn, see main.py</p>", 0),
    ],
)
def test_links_that_hide_where_they_lead(html, count):
    assert len(what_links_hide(html)) == count


def test_who_can_be_reached_through_a_text():
    html = (
        '<p>Call +49 89 1234567 or <a href="mailto:hr@acme.example">us</a>, @acme_hr, '
        "acme-jobs.example or hr [at] acme, acme-careers。com, "
        "four one five, five five five zero. http://0x7f000001/a, 10.1.2.3:80/b. "
        "acme[.]hiring(.)com, acme-hr Punkt work, me at g mail. The form is at acme hiring com. "
        "Since 2019 we pay 100 000 - 130 000.</p>"
    )

    assert contacts_in(html) == {
        "+49891234567",
        "hr@acme.example",
        "@acme_hr",
        "acme-jobs.example",
        "hr [at] acme",
        "acme-careers.com",
        "acme.hiring.com",
        "acme-hr punkt work",
        "me at g mail",
        "form is at acme hiring com",
        "four one five, five five five zero",
        "0x7f000001",
        "10.1.2.3",
    }


def test_a_part_of_a_company_and_a_quoted_word_are_no_contact():
    text = (
        "You work on the data org. You join at our engineering org. Our site reliability org. "
        'Experience at a dot com. The “at” operator and our "dot" product.'
    )

    assert contacts_in(f"<p>{text}</p>") == set()
    assert contacts_in("<p>Write to hr„at“acme-jobs„punkt“de</p>") == {"hr„at“acme-jobs„punkt“de"}


def test_where_anybody_can_have_a_page():
    assert kind_of_open_host("docs.google.com") == "form"
    assert kind_of_open_host("xdocs.google.com") == ""


WORDS = " ".join(f"word{number}x" for number in range(100))


@pytest.mark.parametrize(
    ("new", "share"),
    [
        (WORDS, 0),
        (WORDS.replace("word1x", "wrod1x"), 0.01),  # with digits it is no typing error
        (WORDS + " more" * 50, 50 / 150),
        (" ".join(WORDS.split()[:60]), 0.4),
        (" ".join([*WORDS.split()[50:], *WORDS.split()[:50]]), 0),
        ("", 1),
    ],
)
def test_how_many_words_are_new_or_gone(new, share):
    assert share_changed(WORDS, new) == pytest.approx(share)


@pytest.mark.parametrize(
    ("new", "is_same"),
    [
        ("Data Enginer", True),
        ("data engineer!", True),
        ("Data Engineers", True),
        ("Senior Data Engineer", False),
        ("Data Architect", False),
        ("Date Engineer", True),
    ],
)
def test_a_typing_error_makes_no_new_title(new, is_same):
    assert is_same_wording("Data Engineer", new) is is_same


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "verified_by", "words"),
    [
        ("https://boards.greenhouse.io/acme/jobs/1", "", "Apply on Greenhouse, board acme"),
        ("https://apply.workable.com/j/ABC", "", "Apply on Workable"),
        ("https://www.acme.example/jobs", "email", "Apply at acme.example"),
        ("https://www.acme.example/jobs", "", "Apply on acme.example"),
        ("https://acme.example.evil.example/", "email", "Apply on acme.example.evil.example"),
    ],
)
def test_the_button_names_where_it_leads(client, address, verified_by, words):
    company = CompanyFactory(name="Acme", domain="acme.example", verified_by=verified_by)
    listing = ListingFactory(live=True, company=company, apply_url=address)

    assert apply_words(listing) == words
    MembershipFactory(company=company, proof="domain" if verified_by else "")
    listing.created_by = MembershipFactory(company=company).user  # of a member without a proof
    assert apply_words(listing) == words
    assert words in client.get(listing.get_absolute_url()).content.decode()


# --- What a seeker is warned of -------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "warning"),
    [
        ({}, ""),
        (
            {"description_html": "<p>Pay the training fee first.</p>"},
            "The text says “training fee”. Employers don’t ask applicants for money.",
        ),
        (
            {"description_html": "<p>Contact us via WhatsApp.</p>"},
            "The text says “WhatsApp”. Be careful",
        ),
        (
            {"apply_url": "https://forms.gle/1"},
            "Applications go to a form at forms.gle, which anyone can create. Check on",
        ),
        (
            {"apply_url": "https://boards.greenhouse.io/otherfirm/jobs/1"},
            "Applications go to the board “otherfirm” on Greenhouse",
        ),
        ({"apply_url": "https://boards.greenhouse.io/acme/jobs/1"}, ""),
        ({"apply_url": "https://forms.gle/1", "company__verified_by": "email"}, ""),
    ],
)
def test_a_seeker_is_warned_of_a_named_risk_alone(client, values, warning):
    apply = {"apply_url": "https://jobs.acme.example/1"} | values
    company = {"company__name": "Acme", "company__domain": "acme.example"}
    listing = ListingFactory(live=True, **company | apply)

    page = text_of(client.get(listing.get_absolute_url()))

    if warning:
        assert f"Be careful. {warning}" in page
    assert ("Be careful." in page) is bool(warning)


FEE = {"description_html": "<p>Pay the training fee first.</p>"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("verified_by", "proof", "is_warned"),
    [("", "A link on its site.", True), ("email", "A link on its site.", False), ("", "", False)],
    ids=["badge dropped", "verified", "followed by editors"],
)
def test_what_a_board_brings_that_members_connected_is_their_word_as_long_as_they_are_verified(
    client, verified_by, proof, is_warned
):
    company = CompanyFactory(verified_by=verified_by)
    feed = FeedFactory(company=company, proof=proof)
    listing = ListingFactory(live=True, company=company, feed=feed, created_by=None, **FEE)

    page = text_of(client.get(listing.get_absolute_url()))

    assert ("The text says “training fee”." in page) is is_warned


@pytest.mark.django_db
@pytest.mark.parametrize("has_proven", [True, False])
def test_of_a_verified_company_only_who_has_proven_to_speak_for_it_is_taken_at_their_word(
    client, has_proven
):
    company = CompanyFactory(verified_by="email")
    proven = MembershipFactory(company=company, proof="domain").user
    poster = proven if has_proven else MembershipFactory(company=company).user
    listing = ListingFactory(live=True, company=company, created_by=poster, **FEE)

    page = text_of(client.get(listing.get_absolute_url()))

    assert ("The text says “training fee”." in page) is not has_proven
