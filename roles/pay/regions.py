"""Groups of countries whose survey answers are counted together where one country has too few.

Codes are of two letters, as those of countries: EZ is reserved for the euro area, those that start
with X are free for everybody's use.
"""

from jobboard.common.text.words import country_name, the_country

EURO_AREA = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "DE",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PT",
        "SI",
        "SK",
    ],
)
EUROPE = EURO_AREA | frozenset(
    [
        "AD",
        "AL",
        "BA",
        "BY",
        "CH",
        "CZ",
        "DK",
        "FO",
        "GB",
        "GG",
        "GI",
        "HU",
        "IM",
        "IS",
        "JE",
        "LI",
        "MC",
        "MD",
        "ME",
        "MK",
        "NO",
        "PL",
        "RO",
        "RS",
        "RU",
        "SE",
        "SM",
        "UA",
        "VA",
        "XK",
    ],
)
LATIN_AMERICA = frozenset(
    [
        "AR",
        "BO",
        "BR",
        "BZ",
        "CL",
        "CO",
        "CR",
        "CU",
        "DO",
        "EC",
        "GT",
        "HN",
        "HT",
        "MX",
        "NI",
        "PA",
        "PE",
        "PR",
        "PY",
        "SV",
        "UY",
        "VE",
    ],
)
ASIA_PACIFIC = frozenset(
    [
        "AU",
        "BD",
        "BN",
        "CN",
        "FJ",
        "HK",
        "ID",
        "IN",
        "JP",
        "KH",
        "KR",
        "LA",
        "LK",
        "MM",
        "MN",
        "MO",
        "MV",
        "MY",
        "NP",
        "NZ",
        "PG",
        "PH",
        "PK",
        "SG",
        "TH",
        "TW",
        "VN",
    ],
)
MIDDLE_EAST_AND_AFRICA = frozenset(
    [
        "AE",
        "AO",
        "BH",
        "BJ",
        "BW",
        "CD",
        "CI",
        "CM",
        "CV",
        "DZ",
        "EG",
        "ET",
        "GA",
        "GH",
        "IL",
        "IQ",
        "IR",
        "JO",
        "KE",
        "KW",
        "LB",
        "LY",
        "MA",
        "MG",
        "ML",
        "MU",
        "MW",
        "MZ",
        "NA",
        "NG",
        "OM",
        "QA",
        "RW",
        "SA",
        "SC",
        "SN",
        "SY",
        "TN",
        "TR",
        "TZ",
        "UG",
        "YE",
        "ZA",
        "ZM",
        "ZW",
    ],
)
# The narrowest first. What is in none, such as the United States, is widened to all countries.
REGIONS = {
    "EZ": ("the euro area", EURO_AREA),
    "XE": ("Europe", EUROPE),
    "XL": ("Latin America", LATIN_AMERICA),
    "XA": ("Asia-Pacific", ASIA_PACIFIC),
    "XM": ("the Middle East and Africa", MIDDLE_EAST_AND_AFRICA),
}


def regions_of(country: str) -> list[str]:
    """Codes of the regions that ``country`` is in, the narrowest first."""
    return [code for code, (_, countries) in REGIONS.items() if country in countries]


def wider_areas(code: str) -> list[str]:
    """What to count where a country, or a region, has too few; '' is all countries, and last."""
    if not code:
        return []
    if code not in REGIONS:
        return [*regions_of(code), ""]
    held = REGIONS[code][1]
    return [*(other for other, (_, all_of) in REGIONS.items() if held < all_of), ""]


def area_name(code: str) -> str:
    """Of a country, a region or, with '', of all countries: as a heading."""
    if not code:
        return "All countries"
    name = the_area(code).removeprefix("the ") if code in REGIONS else country_name(code)
    return name[:1].upper() + name[1:]


def the_area(code: str) -> str:
    """As it stands in a sentence: “in the euro area”."""
    if not code:
        return "all countries"
    return REGIONS[code][0] if code in REGIONS else the_country(code)
