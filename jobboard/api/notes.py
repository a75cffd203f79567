"""The meaning of each parameter, with an example."""

CELL = {
    "level": ("One of the levels.", "senior"),
    "country": (
        "Employer's country, or for open jobs the work location. Two-letter ISO 3166 code.",
        "US",
    ),
    "year": ("Survey year.", 2025),
    "remote": ("Percentage of remote work: 0 for on-site, 50 for hybrid, 100 for remote.", 100),
    "source": ("Source of the figures. Defaults to survey.", "survey"),
    "title": (
        (
            "A single job title exactly as it appears in the survey, "
            "instead of all titles for the role."
        ),
        "AI Architect",
    ),
    "currency": (
        "For open jobs, only count ranges in this currency. Other sources are in USD.",
        "USD",
    ),
}
PAGE = {
    "page": ("Page number, starting at 1.", 1),
    "per_page": ("Results per page. Defaults to 25.", 50),
}
COMPANY_JOBS = {
    **PAGE,
    "external_id": ("Only the job with this ID of yours.", "ENG-42"),
}
CLOSING = {"outcome": ("How it ended. Defaults to withdrawn.", "filled_elsewhere")}
LISTINGS = {
    **PAGE,
    "facets": ("Set to 1 to include the number of jobs for each filter option.", "1"),
    "q": (
        (
            "Words in the title, skills, company or description. "
            "Use “quotes” for an exact phrase and a minus sign to exclude a word."
        ),
        "python -sales",
    ),
    "words": (
        (
            "Set to 1 to search the words of q as they are. Otherwise what they say of level, "
            "type, workplace, location, role, skill, company, pay, visa or date sets filters."
        ),
        "1",
    ),
    "role": (
        "Role slugs, or “other” for AI and data work without a role. Matches any of them.",
        ["data-engineer"],
    ),
    "level": ("Level. Matches any of them. A range has each of its levels.", ["senior"]),
    "type": ("Employment type. Matches any of them.", ["full_time"]),
    "workplace": ("Workplace type of any of the locations. Matches any of them.", ["remote"]),
    "country": (
        (
            "Work location as a two-letter ISO 3166 code, or a region: europe, eu, emea, latam, "
            "apac or north-america. Matches any of them."
        ),
        ["US"],
    ),
    "where": (
        "Words for a location, such as Munich, Germany, Europe, remote or remote from Portugal.",
        "remote from Portugal",
    ),
    "city": (
        "City of the work location, or a state such as California. Matches any of them.",
        ["Munich"],
    ),
    "within": ("Kilometres around the city that jobs may be in.", 50),
    "from": (
        "Countries you want to work from. Matches remote jobs open to them and jobs located there.",
        ["DE"],
    ),
    "skill": (
        "Skill slugs. Matches jobs that have all of them, and none of those after a minus (-sql).",
        ["python"],
    ),
    "skills": ("Set to any to match jobs that have any of the skills instead of all.", "any"),
    "company": (
        "Company slugs. Matches any of them, and none of those after a minus (-acme).",
        ["larkmoor-mutual"],
    ),
    "salary_from": ("Minimum yearly pay before tax, in the given currency.", 100000),
    "currency": ("ISO 4217 currency code for salary_from. Defaults to USD.", "USD"),
    "salary": (
        (
            "Which pay to include: ranges entirely above salary_from (surely) or partly above it "
            "(maybe), pay that is not stated (unstated), or pay that is stated but has no yearly "
            "base pay before tax in a currency we can convert (not_comparable)."
        ),
        ["surely", "maybe"],
    ),
    "posted": ("Posted in the last N days.", 30),
    "featured": ("Only featured jobs.", "1"),
    "visa": ("Only jobs with visa sponsorship.", "yes"),
    "verified": ("Only jobs at verified companies.", "1"),
    "sort": ("Sort order. Defaults to relevance if q is set, otherwise newest.", "newest"),
}
