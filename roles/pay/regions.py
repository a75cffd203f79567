"""Groups of countries whose survey answers are counted together where one country has too few.

Codes are of two letters, as those of countries: EZ is reserved for the euro area, those that start
with X are free for everybody's use.
"""

from jobboard.common.text.words import country_name, country_with_article


def _countries(codes: str) -> frozenset[str]:
    return frozenset(codes.split())


EURO_AREA = _countries("AT AX BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK")
EASTERN_EUROPE = _countries("AL BA BY CZ HU MD ME MK PL RO RS RU UA XK")  # without the euro area
EUROPE = (
    EURO_AREA | EASTERN_EUROPE | _countries("AD CH DK FO GB GG GI IM IS JE LI MC NO SE SJ SM VA")
)
NORTH_AMERICA = _countries("BM CA GL PM US")
LATIN_AMERICA = _countries(
    "AG AI AR AW BB BL BO BQ BR BS BZ CL CO CR CU CW DM DO EC FK GD GF GP GT GY HN HT JM KN KY LC "
    "MF MQ MS MX NI PA PE PR PY SR SV SX TC TT UY VC VE VG VI"
)
SOUTH_ASIA = _countries("AF BD BT IN LK MV NP PK")
SOUTHEAST_ASIA = _countries("BN ID KH LA MM MY PH SG TH TL VN")
ASIA = SOUTH_ASIA | SOUTHEAST_ASIA | _countries("AM AZ CN GE HK JP KG KP KR KZ MN MO TJ TM TW UZ")
OCEANIA = _countries(
    "AS AU CC CK CX FJ FM GU KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV UM VU WF WS"
)
AFRICA = _countries(
    "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG EH ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG ML "
    "MR MU MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TG TN TZ UG YT ZA ZM ZW"
)
MIDDLE_EAST = _countries("AE BH IL IQ IR JO KW LB OM PS QA SA SY TR YE")
# The narrowest first. Every country where people work is in one.
REGIONS = {
    "EZ": ("the euro area", EURO_AREA),
    "XC": ("Central and Eastern Europe outside the euro area", EASTERN_EUROPE),
    "XE": ("Europe", EUROPE),
    "XN": ("North America", NORTH_AMERICA),
    "XL": ("Latin America and the Caribbean", LATIN_AMERICA),
    "XS": ("South Asia", SOUTH_ASIA),
    "XT": ("Southeast Asia", SOUTHEAST_ASIA),
    "XI": ("Asia", ASIA),
    "XO": ("Oceania", OCEANIA),
    "XA": ("Asia-Pacific", ASIA | OCEANIA),
    "XF": ("Africa", AFRICA),
    "XM": ("the Middle East and Africa", MIDDLE_EAST | AFRICA),
}


def get_regions(country: str) -> list[str]:
    """Codes of the regions that ``country`` is in, the narrowest first."""
    return [code for code, (_, countries) in REGIONS.items() if country in countries]


def wider_areas(code: str) -> list[str]:
    """Areas to count instead of a country or region with too few; '' is all countries, and last."""
    if not code:
        return []
    if code not in REGIONS:
        return [*get_regions(code), ""]
    countries = REGIONS[code][1]
    wider = [other for other, (_, others) in REGIONS.items() if countries < others]
    return [*wider, ""]


def area_name(code: str) -> str:
    """The name of a country, a region or, with '', of all countries, as a heading."""
    if not code:
        return "All countries"
    name = country_name(code)
    if code in REGIONS:
        name = the_area(code).removeprefix("the ")
    return name[:1].upper() + name[1:]


def the_area(code: str) -> str:
    """Name the area as in a sentence: “in the euro area”."""
    if not code:
        return "all countries"
    if code in REGIONS:
        return REGIONS[code][0]
    return country_with_article(code)
