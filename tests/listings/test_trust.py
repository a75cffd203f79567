"""Where links lead, what sentences ask of applicants, and how far two texts differ."""

import pytest

from jobboard.feeds.detection.sources import systems
from jobboard.listings.trust.applying import apply_words
from jobboard.listings.trust.boards import is_board_of
from jobboard.listings.trust.contacts import contacts_in, what_links_hide
from jobboard.listings.trust.hosts import board_of, kind_of_open_host
from jobboard.listings.trust.warning_words import warnings_in
from jobboard.listings.trust.wording import says_the_same, share_changed
from tests.factories import CompanyFactory, ListingFactory


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
    ],
)
def test_the_board_is_read_where_the_address_has_it(address, system, board):
    found = board_of(address)

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
    assert board_of(address) is None


def test_boards_that_can_be_followed_are_known_here_too():
    boards = [system for system in systems().values() if system.board and system.board != "{host}"]
    unknown = [one.name for one in boards if not (board_of(one.example) or board_of(one.api))]

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
        ("W h a t s A p p us.", ["contact"]),
        ("Message W-h-a-t-s-A-p-p, please.", ["contact"]),
        ("Write on ᴡʜᴀᴛsᴀᴘᴘ", ["contact"]),
        ("Add me on Te1egram.", ["contact"]),
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
        "four one five, five five five zero. Since 2019 we pay 100 000 - 130 000.</p>"
    )

    assert contacts_in(html) == {
        "+49891234567",
        "hr@acme.example",
        "@acme_hr",
        "acme-jobs.example",
        "hr [at] acme",
        "acme-careers.com",
        "four one five, five five five zero",
    }


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
    assert says_the_same("Data Engineer", new) is is_same


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
    assert words in client.get(listing.get_absolute_url()).content.decode()
