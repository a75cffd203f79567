"""What a job's text says of closing dates, types, days on site, places to work from and what
else is offered; each with the words it was read from.
"""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobboard.feeds.parsing.ads.apply import read_ways_to_apply
from jobboard.feeds.parsing.ads.company import read_company
from jobboard.feeds.parsing.ads.workplace import read_workplace
from jobboard.feeds.parsing.texts.closing import read_closing_date
from jobboard.feeds.parsing.texts.extras import read_extras
from jobboard.feeds.parsing.texts.labels import read_label
from jobboard.feeds.parsing.texts.office_days import read_office_days
from jobboard.feeds.parsing.texts.quoted import Quoted
from jobboard.feeds.parsing.texts.sections import sentences
from jobboard.feeds.parsing.texts.types import read_types_of_text
from jobboard.feeds.parsing.texts.visa import read_visa
from jobboard.feeds.parsing.texts.whereabouts import read_whereabouts

pytestmark = pytest.mark.pure

# Closing date


@pytest.mark.parametrize(
    "sentence",
    [
        "Applications close on 3 February 2027.",
        "Position closes 2027-02-03",
        "Apply at https://jobs.example.com/2026/12/31/ml-engineer-for-maps by 3 February 2027.",
        "Send your CV to jobs@example.com by 3 February 2027.",
        "This position closes Wednesday 3rd February 2027.",
        "Application deadline: February 3rd, 2027",
        "Apply by 2027-02-03 at noon.",
        "We mean to accept applications until February 3, 2027, or longer if we need to.",
        "Applications for this work at sea are meant to be accepted until 3 February 2027.",
        "Bewerbungsfrist: 3.2.2027",
        "Bitte bewerben Sie sich bis zum 3. Februar 2027.",
        "Date limite de candidature : 03/02/2027",
        "Fecha límite: 3 de febrero de 2027",
        "Inscrições até 03/02/2027",
        "Sluitingsdatum: 3 februari 2027",
        "Deadline for applications is 2027/02/03.",
        "Application deadline: 2027-02-03T23:59",
        "Deadline: 3 February 2027",
        "Bewerbungsschluss: 03.02.27",
        "Sista ansökningsdag: 3 februari 2027",
        "Ansøgningsfrist: 3. februar 2027",
        "Scadenza: 3 febbraio 2027",
        "Aplikuj do 3 lutego 2027",
        "Frist: 03/02/2027",
        "Prazo: 03/02/2027",
        "Clôture : 03/02/2027",
        "Sluit: 03/02/2027",
        "Deadline – 3 February 2027",
        "Deadline 3 February 2027",
        "Closes 3 February 2027",
        "The deadline is 3 February 2027.",
        "Apply: https://jobs.example.com/7 (deadline: 3 February 2027)",
        "Die Frist endet am 3. Februar 2027.",
    ],
)
def test_the_last_day_is_read_in_many_forms(sentence):
    read = read_closing_date(f"You chart reefs.\n{sentence}\nWrite to us.")

    assert (read.value, read.quote) == (date(2027, 2, 3), sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Apply: https://jobs.example.com/7 (deadline: 01/15/2027)",
        "Deadline 1/15/27",
        "Bewerbungsfrist: 01/15/2027",
        "Date limite de candidature : 15/01/2027",
    ],
)
def test_a_month_is_first_where_the_other_number_is_no_month(sentence):
    assert read_closing_date(sentence).value == date(2027, 1, 15)


@pytest.mark.parametrize(
    "sentence",
    [
        "Closing date: 03/02/2027",  # of March or of February
        "Position closes 12/11/2026",
        "Apply by 02/03/27",
        "Position closes Friday 18th December",
        "Inscrições até 15 de dezembro",
        "Closing date: 31 February 2027",
        "Apply by 31 December.",
        "Apply by 31 December for a start on 3 February 2027.",
        "The deadline to apply is the 31st of December, and interviews begin 3 February 2027.",
        "Apply by 31/12. The contract runs until 30/06/2027.",
        "Bewerbungsfrist: 31.12., Beginn 01.04.2027",
        "Bewerbungsfrist: 31. Dezember, Beginn 1. April 2027",
        "Date limite : 31 décembre, prise de poste le 1er mars 2027",
        "Applications close on 3 February 2027 or 4 March 2027.",
        "Deadline to apply: none, we read as they come.",
        "The map has a deadline on 3 February 2027.",
        "You start on 3 February 2027.",
        "The post is limited until 3 February 2027.",
        "Start: 01.03.2027\nEnde: 31.08.2027",
        "Contract\nLast day: 30 June 2027",
        "Certificate\nValid until: 30 June 2027",
        "Stage de six mois\nJusqu’au : 30.06.2027",
        "Van 1 maart\nTot en met: 30.06.2027",
        "Closing - the loop with 5 teams by 3 March 2027",
    ],
)
def test_a_date_that_is_not_surely_the_last_day_is_none(sentence):
    assert read_closing_date(sentence).value is None


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (10, "Application deadline extended from 3 March to 10 March 2027."),
        (10, "Application deadline extended from 3 March 2027 to 10 March 2027."),
        (10, "The application deadline has been extended until Wednesday, 10th of March 2027."),
        (10, "Closing date: 3 March 2027 (extended to 10 March 2027)"),
        (10, "Die Bewerbungsfrist wurde vom 3. März 2027 bis zum 10. März 2027 verlängert."),
        (10, "Date limite prolongée du 3 mars 2027 au 10 mars 2027"),
        (10, "Fecha límite ampliada del 3 de marzo de 2027 al 10 de marzo de 2027"),
        (10, "Data limite prorrogada de 3 de março de 2027 para 10 de março de 2027"),
        (10, "Sluitingsdatum verlengd van 3 maart 2027 naar 10 maart 2027"),
        (None, "Application deadline extended from 3 March to 10 March."),
        (None, "Application deadline extended from 3 March 2027 to 10 March."),
        (None, "Application deadline extended from 3 March 2027 by a week."),
        (None, "Closing date: 3 March 2027 (extended to 10 March)"),
        (None, "Closing date extended to give you more time than 3 March 2027"),
    ],
)
def test_of_a_last_day_that_was_moved_only_the_new_one_counts(day, sentence):
    assert read_closing_date(sentence).value == (day and date(2027, 3, day))


def test_a_day_that_can_only_be_one_is_read_either_way_round():
    assert read_closing_date("Closing date: 25/02/2027").value == date(2027, 2, 25)
    assert read_closing_date("Closing date: 02/25/2027").value == date(2027, 2, 25)
    assert read_closing_date("Closing date: 25/02/27").value == date(2027, 2, 25)


# Employment types


@pytest.mark.parametrize(
    ("title", "text", "types"),
    [
        ("Reef Analyst", "This is a full-time position in Oslo.", ["full_time"]),
        ("Reef Analyst", "Full-time, permanent.", ["full_time"]),
        ("Reef Analyst", "Type: Full-time", ["full_time"]),
        ("Riffanalystin", "Wir suchen dich in Vollzeit.", ["full_time"]),
        ("Analyste récifs", "Nous recrutons en CDI, temps plein.", ["full_time"]),
        ("Analista", "Jornada completa, contrato indefinido.", ["full_time"]),
        ("Reef Analyst", "Benefits:\n- This full-time position comes with a boat", ["full_time"]),
        ("Reef Analyst", "Employment type: part time", ["part_time"]),
        ("Reef Analyst (Part-Time)", "", ["part_time"]),
        ("Reef Analyst - Contract", "", ["contractor"]),
        ("Freelance Reef Analyst", "", ["contractor"]),
        ("Reef Analyst", "A 12-month fixed-term contract in our team", ["temporary"]),
        ("Reef Analyst Intern", "", ["intern"]),
        ("Werkstudent Riffe", "", ["part_time"]),
        ("Alternance - Analyste récifs", "", ["other"]),
        ("Riffanalystin (Vollzeit)", "", ["full_time"]),
        (
            "Riffanalystin",
            "Vertragsart: unbefristet, Vollzeit oder Teilzeit",
            ["full_time", "part_time"],
        ),
        ("Analyste récifs - CDI", "", ["full_time"]),
        ("Analyste récifs", "CDI - Brest - télétravail", ["full_time"]),
        ("Analyste récifs", "Contrat : CDI, temps partiel", ["part_time"]),
        ("Analista", "Tipo de contrato: indefinido, jornada completa", ["full_time"]),
        ("Analista", "Regime: tempo integral", ["full_time"]),
        ("Analist", "Dienstverband: fulltime", ["full_time"]),
    ],
)
def test_title_and_text_state_employment_types(title, text, types):
    assert list(read_types_of_text(title, text).value) == types


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Contract Manager", ""),
        ("Late Stage Startup Analyst", ""),
        ("Ingénieur en apprentissage automatique", ""),
        ("Trainee Analyst", ""),
        ("Reef Analyst", "All full-time employees get a boat."),
        ("Reef Analyst", "Benefits:\n- A boat for full-time employees"),
        ("Reef Analyst", "You have three years of full-time experience."),
        ("Reef Analyst", "You guide interns and negotiate contracts."),
        ("Reef Analyst", "Employment type: full time\nEmployment type: part time"),
    ],
)
def test_words_that_speak_of_others_are_no_type_of_this_job(title, text):
    assert read_types_of_text(title, text).value == ()


# Days on site


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (3, "We are in the office three days a week."),
        (2, "At least 2 days per week on-site"),
        (2, "You work hybrid, two days a week from the hub."),
        (3, "Hybrid: 3 days/week in our Oslo office, 2 days from home"),
        (2, "You come to the office twice a week."),
        (3, "Hybrid: on-site 3 days"),
        (2, "Hybride – 2 jours au bureau"),
        (None, "Interviews on-site: 2 days"),
        (None, "On-site 3 days a month"),
        (3, "3 Tage pro Woche im Büro, 2 Tage Homeoffice"),
        (2, "2 jours par semaine au bureau"),
        (3, "3 días a la semana en la oficina"),
        (1, "1 dia por semana no escritório"),
        (2, "2 dagen per week op kantoor"),
        (None, "Two to three days a week in the office"),
        (None, "On-site 1-2 days per week"),
        (None, "You work 2 days a week from home; the office is in Oslo."),
        (None, "2 jours de télétravail par semaine"),
        (None, "Five days a week in the office"),
        (None, "2 days a month in the office"),
        (None, "In the office 2 days a week. In the office 3 days a week."),
        (None, "25 days of holiday"),
    ],
)
def test_days_on_site_are_one_number_a_week(days, sentence):
    assert read_office_days(sentence).value == days


# From where


@pytest.mark.parametrize(
    ("sentence", "kind", "countries"),
    [
        ("You must be based in Norway or Denmark.", "must", {"NO", "DK"}),
        ("This is a remote role, open to candidates residing in the U.S.", "live", {"US"}),
        ("Work from anywhere in Germany, and see us in Kiel.", "live", {"DE"}),
        ("Remote within the UK", "live", {"GB"}),
        ("You must be authorized to work in Canada.", "authorized", {"CA"}),
        ("Work from anywhere in the world.", "anywhere", set()),
        ("Work in any country, with four shared hours.", "anywhere", set()),
        ("We hire anywhere. Our payroll partner can employ you.", "anywhere", set()),
        ("Work from anywhere, and our payroll partner will pay you.", "anywhere", set()),
        ("Work from anywhere our payroll partner can employ you.", "bounded", set()),
        ("Work from any country, provided we can hire you there.", "bounded", set()),
        ("Live in any country where we have a legal entity.", "bounded", set()),
        ("Remote innerhalb Deutschlands", "live", {"DE"}),
        ("Télétravail : depuis n’importe où en France", "live", {"FR"}),
        ("Remoto em qualquer lugar do Brasil", "live", {"BR"}),
        ("Debes residir en España.", "must", {"ES"}),
        ("Je bent woonachtig in Nederland.", "must", {"NL"}),
    ],
)
def test_a_text_says_from_where_the_work_is_done(sentence, kind, countries):
    (read,) = read_whereabouts(sentence)

    assert (read.kind, set(read.countries), read.is_part) == (kind, countries, False)
    assert sentence.startswith(read.quote)


def test_years_of_work_in_any_country_are_not_where_the_job_is_done():
    assert read_whereabouts("Four years of data engineering, with SQL, in any country.") == ()


@pytest.mark.parametrize(
    ("sentence", "countries"),
    [
        ("UK-based candidates only.", ["GB"]),
        ("UK based candidates only", ["GB"]),
        ("This is a remote position for U.S.-based applicants only.", ["US"]),
        ("Our German team hires Canada residents only.", ["CA"]),
        ("Remote work, US or Canada based candidates only", ["CA", "US"]),
    ],
)
def test_only_candidates_from_a_country_are_a_condition_on_it(sentence, countries):
    (read,) = read_whereabouts(sentence)

    assert (read.kind, sorted(read.countries), read.quote) == ("must", countries, sentence)


@pytest.mark.parametrize(
    ("sentence", "country"),
    [
        ("Must be UK-based.", "GB"),
        ("Remote (US only), full time", "US"),
        ("Location: Germany only", "DE"),
        ("Only US residents may apply.", "US"),
        ("Based in the UK only.", "GB"),
        ("Must be located in one of these countries: Ireland.", "IE"),
        ("Bewerber müssen in Deutschland ansässig sein.", "DE"),
        ("Nur Österreich", "AT"),
        ("France uniquement", "FR"),
        ("Réservé aux candidats d’Allemagne", "DE"),
        ("Solo candidatos residentes en México.", "MX"),
        ("Únicamente en España", "ES"),
        ("Apenas candidatos residentes no Brasil", "BR"),
        ("Somente na França", "FR"),
        ("Je moet in Nederland wonen.", "NL"),
        ("Alleen kandidaten uit België", "BE"),
    ],
)
def test_a_condition_of_any_form_and_language_is_one(sentence, country):
    (read,) = read_whereabouts(sentence)

    assert (read.kind, read.countries, read.quote) == ("must", (country,), sentence)


@pytest.mark.parametrize(
    "text",
    [
        "Our US-only product grows fast.",
        "US only holidays",
        "401k (US only)",
        "Holidays: US only",
        "Parental leave for UK residents only",
        "Our app is for US residents only.",
        "Our data must reside in Germany.",
        "Die Daten müssen in Deutschland liegen.",
        "No need to be UK-based.",
        "We are not limited to US residents.",
        "Notre produit est disponible en France uniquement",
        "## Benefits\n\n- US only: a yearly ticket",
    ],
)
def test_what_is_sold_stored_or_given_in_one_country_is_no_condition_on_people(text):
    assert read_whereabouts(text) == ()


def test_candidates_of_the_eu_are_those_of_all_its_countries():
    for sentence in ("You must be located in the EU.", "EU-based candidates only."):
        (read,) = read_whereabouts(sentence)
        assert (read.kind, len(read.countries), read.is_part) == ("must", 27, False)


@pytest.mark.parametrize(
    "sentence",
    [
        "US persons only.",
        "Due to export rules, only U.S. persons may apply.",
        "We serve UK-based customers only.",
        "You do not need to be based in the UK.",
        "We cannot consider candidates based in the US.",
        "We are unable to hire in France.",
        "Not open to candidates in California.",
        "You must be located in an EU time zone.",
        "You must be based in any EU country except France.",
        "You must live in the United States (excluding California).",
        "Wir stellen nicht in Österreich ein, remote in Europa.",
    ],
)
def test_what_is_denied_excepted_or_about_something_else_says_nothing_of_a_country(sentence):
    assert read_whereabouts(sentence) == ()


def test_states_and_open_areas_are_no_whole_countries():
    (states,) = read_whereabouts("You must reside in Georgia, Texas or Ohio.")
    (area,) = read_whereabouts("Remote within Europe")

    assert (states.countries, states.is_part) == ((), True)
    assert (area.countries, area.is_part) == ((), True)


@pytest.mark.parametrize(
    "sentence",
    [
        "The pay range for candidates located in Spain is below.",
        "Work from anywhere for four weeks a year.",
        "Acme is based in Belgium.",
        "We care for candidates in need.",
    ],
)
def test_pay_weeks_abroad_and_the_company_say_nothing_of_it(sentence):
    assert read_whereabouts(sentence) == ()


# What is offered besides


def test_benefits_equity_and_interview_steps_are_quoted():
    text = """
## What we offer
- 30 days of holiday
- Stock options
## Our interview process
1. A call with the team
## Diversity, equity and inclusion
We care about equity and inclusion, and so do private equity investors.
"""
    extras = read_extras(text)

    assert extras.benefits.found == ("30 days of holiday", "Stock options")
    assert extras.equity.found == ("Stock options",)
    assert extras.interview.found == ("A call with the team",)


@pytest.mark.parametrize(
    ("heading", "offered"),
    [
        ("What we offer", "A learning budget of 2,000 euros and conferences of your choice"),
        ("Das bieten wir", "30 Tage Urlaub und ein Deutschlandticket"),
        ("Ce que nous offrons", "Mutuelle prise en charge à 100 %"),
        ("Qué ofrecemos", "Seguro médico privado"),
        ("O que oferecemos", "Plano de saúde e vale refeição"),
        ("Wat wij bieden", "Reiskostenvergoeding en 30 vakantiedagen"),
        ("About us", "We offer a pension plan, dental insurance and paid parental leave."),
    ],
)
def test_benefits_are_quoted_in_six_languages(heading, offered):
    extras = read_extras(f"## {heading}\n- {offered}\n- We sail at dawn.")

    assert extras.benefits.found == (offered,)


@pytest.mark.parametrize(
    "offered",
    [
        "The role is also eligible for equity.",
        "Base pay is part of a package with bonus and stock options.",
        "Wir bieten virtuelle Anteile.",
        "Nous offrons des BSPCE.",
        "Employees are eligible to be granted an option to purchase our common stock.",
    ],
)
def test_equity_is_quoted_wherever_it_is_offered(offered):
    assert read_extras(f"## Requirements\n{offered}").equity.found == (offered,)


@pytest.mark.parametrize(
    "words",
    [
        "We offer health insurance, life insurance and a pension plan to our customers.",
        "Our platform offers paid time off and parental leave to small businesses.",
        "Experience with total compensation, equity and stock options.",
        "We help clients offer equity to their employees.",
        "We are backed by private equity and offer a competitive salary.",
        "We offer everybody a place: diversity, equity and inclusion.",
        "The base salary does not include equity.",
        "All applicants receive paid leave and health insurance questions in the same way.",
        "An equal opportunity employer with paid leave and health insurance, regardless of age.",
    ],
)
@pytest.mark.parametrize("heading", ["What we offer", "About us", "Requirements"])
def test_what_others_get_is_not_quoted(words, heading):
    extras = read_extras(f"## {heading}\n{words}")

    assert (extras.benefits.found, extras.equity.found) == ((), ())


def test_a_match_of_donations_is_a_benefit_and_no_equity():
    text = "## Benefits\n- Equity donation matching"

    extras = read_extras(text)

    assert (len(extras.benefits.found), extras.equity.found) == (1, ())


def test_praise_under_the_heading_of_benefits_is_no_benefit():
    text = "## Why join us\nYou solve hard problems.\nWe value diversity.\nApply below."

    assert read_extras(text).benefits.found == ()


def test_only_steps_are_interview_steps():
    text = "## Our hiring process\n- A take-home task\n- We read every letter.\n"

    assert read_extras(text).interview.found == ("A take-home task",)


@pytest.mark.parametrize(
    ("text", "was_read"),
    [
        ("## Requirements\nYou know reefs.", (True, True, True)),
        ("## Requirements\nDiversity, equity and inclusion matter.", (True, True, True)),
        ("## Requirements\nSee our benefits page.", (False, True, True)),
        ("## Requirements\nAsk about shares: equity is a topic.", (True, False, True)),
        ("## Requirements\nWe tell you more in the interview.", (True, True, False)),
        ("You chart reefs.", (False, False, False)),
        ("## Wymagania\nZnasz rafy.", (False, False, False)),
        ("", (False, False, False)),
    ],
    ids=["none", "inclusion", "named", "equity", "interview", "no heading", "Polish", "no text"],
)
def test_not_stated_is_said_only_of_a_text_that_was_read(text, was_read):
    extras = read_extras(text)

    assert tuple(one.was_read for one in extras.parts.values()) == was_read


ODD = (
    st.text(alphabet=st.sampled_from("visa sponsor 31.1.2027/-days office:;\n#<>lip\u0301Ⅱ,"))
    | st.text()
)


@given(ODD)
def test_no_text_is_too_odd(text):
    for read in (read_visa, read_closing_date, read_office_days, read_whereabouts, read_extras):
        read(text)
    read_types_of_text(text, text)


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("Location – Oslo: centre", ("place", "Oslo: centre")),
        ("Position – Data Engineer: maps", ("title", "Data Engineer: maps")),
        ("Role - own the data", ("", "")),
        ("Note: Location - Oslo", ("", "Location - Oslo")),
    ],
)
def test_a_label_ends_at_its_first_sign_and_a_sentence_has_none(line, label):
    assert read_label(line) == label


@pytest.mark.parametrize("sign", "@ -.(|")
def test_a_long_row_of_signs_is_read_soon_for_a_last_day_and_a_way_to_apply(sign):
    text = f"Apply until 31 January 2027 at {sign * 5_000} Berlin"
    started = time.process_time()

    read_closing_date(text)
    read_ways_to_apply(text)
    read_company(text, "Data Engineer")

    assert time.process_time() - started < 2  # what grows with the square or cube takes minutes


@pytest.mark.parametrize(
    "text",
    [
        ".".join(["Ab"] * 300) + " !x candidates only",
        "Ab " * 300 + "!x candidates only",
        "remote " * 300 + "only",
        "100 remoto " * 300 + "in only by",
        f"You must be based in {'-' * 10_000} Germany only",
    ],
)
def test_an_odd_text_is_read_soon_for_where_one_may_work(text):
    started = time.process_time()

    read_whereabouts(text)

    assert time.process_time() - started < 2  # twice as long for each word, it would never end


def test_the_quote_of_how_one_works_begins_without_the_signs_of_a_list():
    prose = sentences("<p>1) – Fully remote</p>")

    assert read_workplace([], [], prose) == Quoted("remote", "Fully remote")
