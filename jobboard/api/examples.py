"""Answers for the API's description. Invented, and a test checks them against the schemas."""

from typing import Any

SITE = "https://jobs.example"
CREDIT = {
    "source": "Rolebook",
    "source_url": SITE,
    "licence": "You may use this data if you credit the source and link to each job's page.",
}
JOB: dict[str, Any] = {
    "id": 42,
    "title": "Senior Data Engineer",
    "url": f"{SITE}/jobs/42-senior-data-engineer/",
    "company": {"slug": "acme", "name": "Acme", "url": f"{SITE}/companies/acme/", "verified": True},
    "for_client": False,
    "client_name": None,
    "role": {
        "slug": "data-engineer",
        "name": "Data Engineer",
        "url": f"{SITE}/roles/data-engineer/",
    },
    "relevance_family": None,
    "level": "mid",
    "level_max": "senior",
    "employment_types": ["full_time"],
    "workplace": "hybrid",
    "places": [
        {
            "text": "Lisbon, Portugal",
            "city": "Lisbon",
            "region": None,
            "country": "PT",
            "workplace": "hybrid",
            "hybrid_days": 2,
            "timezone": "Europe/Lisbon",
        }
    ],
    "eligibility": {"state": "unstated", "countries": [], "text": ""},
    "salary": {"min": 60000, "max": 75000, "currency": "EUR", "period": "year"},
    "pay": [
        {
            "text": "base pay EUR 60,000–75,000 a year",
            "kind": "base",
            "gross": "gross",
            "min": 60000,
            "max": 75000,
            "currency": "EUR",
            "period": "year",
            "place": None,
            "is_elsewhere": False,
            "level": None,
            "origin": "form",
            "quote": "",
        }
    ],
    "skills": [{"slug": "python", "name": "Python", "need": "required"}],
    "featured": False,
    "posted_at": "2026-11-20T09:00:00Z",
    "published_at": "2026-11-20T09:00:00Z",
    "expires_at": "2027-01-19T09:00:00Z",
    "is_sample": False,
}
JOB_SENT: dict[str, Any] = {
    "external_id": "ENG-42",
    "title": "Senior Data Engineer",
    "description": "## What you do\n\nYou build pipelines in Python.",
    "places": [{"text": "Lisbon, Portugal", "workplace": "hybrid", "hybrid_days": 2}],
    "salary": {"min": 60000, "max": 75000, "currency": "EUR", "period": "year"},
    "skills": [{"slug": "python", "need": "required"}],
    "apply_url": "https://acme.example/jobs/42/apply",
    "closes_on": "2026-12-31",
}
COMPANY_JOB: dict[str, Any] = {
    **JOB,
    "external_id": "ENG-42",
    "state": "in_review",
    "reason": "",
    "change": None,
    "version": 1,
    "description": "## What you do\n\nYou build pipelines in Python.",
    "description_html": "<h2>What you do</h2>\n<p>You build pipelines in Python.</p>",
    "pay_note": "",
    "apply_url": "https://acme.example/jobs/42/apply",
    "apply_email": "",
    "visa": "unknown",
    "closes_on": "2026-12-31",
    "outcome": None,
    "submitted_at": "2026-11-20T09:00:00Z",
    "published_at": None,
    "expires_at": None,
}
PAGE = {"total": 1, "page": 1, "per_page": 25, "ignored": []}
JOBS = {
    **PAGE,
    **CREDIT,
    "items": [JOB],
    "facets": {"level": [{"value": "senior", "label": "Senior-level / Expert", "count": 1}]},
    "corrected": {},
    "understood": [
        {"name": "level", "value": "senior", "label": "Senior-level / Expert", "words": "senior"}
    ],
}
COMPANY_JOBS = {**PAGE, "items": [COMPANY_JOB]}
JOB_DETAIL = {
    **JOB,
    **CREDIT,
    "description_html": "<p>You build pipelines.</p>",
    "visa": "no",
    "closes_on": "2026-12-31",
}
COMPANIES = {
    **PAGE,
    "items": [
        {
            **JOB["company"],
            "website": "https://acme.example",
            "country": "PT",
            "size": "11-50",
            "open_jobs": 3,
        }
        | {"is_sample": False}
    ],
}
SKILLS = {
    **PAGE,
    "items": [
        {
            "slug": "python",
            "name": "Python",
            "kind": "tool",
            "jobs_url": f"{SITE}/jobs/?skill=python",
        }
    ],
}
SALARY = {
    "n": 120,
    "n_distinct": 96,
    "p10": 90000,
    "p25": 110000,
    "p50": 135000,
    "p75": 165000,
    "p90": 200000,
    "currency": "USD",
    "years": [2020, 2025],
    "top_country": "US",
    "top_country_share": 0.87,
    "source": "survey",
    "role": "data-engineer",
    "url": f"{SITE}/salaries/data-engineer/",
    "title": None,
    "level": "senior",
    "country": None,
    "year": None,
    "remote": None,
    "as_of": "2025-08-03",
    "left_out": None,
    "of_them_samples": None,
    "at_least": [],
    "withheld": [],
    "instead": None,
    "sources": [
        {
            "layer": "survey",
            "slug": "survey",
            "name": "A salary survey",
            "version": "2025-08-03",
            "licence": "CC0",
            "credit": "Example Surveys",
            "url": "https://survey.example",
        }
    ],
}
