"""What the parameters mean, with an example of each."""

CELL = {
    "level": ("One of the levels.", "senior"),
    "country": ("The employer's country; of open jobs, where the work is. ISO 3166, two letters.", "US"),
    "year": ("Of the survey.", 2025),
    "remote": ("Share of remote work: 0 is on site, 50 hybrid, 100 remote.", 100),
    "source": ("Whose figures; the survey's if nothing is said.", "survey"),
    "title": (
        "One job title of the survey, exactly as written there, instead of all titles of the role.",
        "AI Architect",
    ),
    "currency": ("Of open jobs: ranges in this currency. The other sources are in USD.", "USD"),
}
PAGE = {
    "page": ("From 1.", 1),
    "per_page": ("25 if nothing is said.", 50),
}
LISTINGS = {
    **PAGE,
    "facets": ("1: count the jobs of each option as well.", "1"),
    "q": ("Words of title, skills, company and text; “in quotes” together, with a minus not.", "python -sales"),
    "role": ("Slugs; any of them.", ["data-engineer"]),
    "level": ("Any of them.", ["senior"]),
    "type": ("Kind of employment; any of them.", ["full_time"]),
    "workplace": ("Any of them.", ["remote"]),
    "country": ("Where the work is, ISO 3166 of two letters; any of them.", ["US"]),
    "city": ("Where the work is.", "Munich"),
    "from": ("Countries I would work from: remote jobs open to them, and any job there.", ["DE"]),
    "skill": ("Slugs; all of them.", ["python"]),
    "company": ("Slugs; any of them.", ["larkmoor-mutual"]),
    "salary_from": ("Gross pay for a year, in “currency”.", 100000),
    "currency": ("Of salary_from; USD if nothing is said. ISO 4217.", "USD"),
    "salary": ("Which ranges count: surely above salary_from, maybe, or not stated.", ["surely", "maybe"]),
    "posted": ("In so many days.", 30),
    "featured": ("Only those chosen by the editors.", "1"),
    "visa": ("Only with visa sponsorship.", "yes"),
    "verified": ("Only of verified companies.", "1"),
    "sort": ("“relevance” if there are words, else “newest”.", "newest"),
}
