"""Lists which source reads which kind of feed."""

from . import own_csv
from .boards import (
    adzuna,
    arbeitnow,
    himalayas,
    jobicy,
    remoteok,
    remotive,
    usajobs,
    weworkremotely,
)
from .formats import jobposting, ojcp, ojobpub, rss, xml_jobs
from .source import Source, Terms
from .systems import (
    ashby,
    bamboohr,
    breezy,
    greenhouse,
    lever,
    personio,
    pinpoint,
    recruitee,
    rippling,
    smartrecruiters,
    successfactors,
    teamtailor,
    workable,
    workday,
)

# By Feed.Kind.
ADAPTERS: dict[str, Source] = {
    # Employers' own systems
    "ashby": ashby.SOURCE,
    "bamboohr": bamboohr.SOURCE,
    "breezy": breezy.SOURCE,
    "greenhouse": greenhouse.SOURCE,
    "lever": lever.SOURCE,
    "personio": personio.SOURCE,
    "pinpoint": pinpoint.SOURCE,
    "recruitee": recruitee.SOURCE,
    "rippling": rippling.SOURCE,
    "smartrecruiters": smartrecruiters.SOURCE,
    "successfactors": successfactors.SOURCE,
    "teamtailor": teamtailor.SOURCE,
    "workable": workable.SOURCE,
    "workday": workday.SOURCE,
    # Boards of many employers
    "adzuna": adzuna.SOURCE,
    "arbeitnow": arbeitnow.SOURCE,
    "himalayas": himalayas.SOURCE,
    "himalayas_rss": himalayas.RSS,
    "jobicy": jobicy.SOURCE,
    "remoteok": remoteok.SOURCE,
    "remotive": remotive.SOURCE,
    "usajobs": usajobs.SOURCE,
    "weworkremotely": weworkremotely.SOURCE,
    # Formats
    "csv": own_csv.SOURCE,
    "jobposting": jobposting.SOURCE,
    "ojcp": ojcp.SOURCE,
    "ojobpub": ojobpub.SOURCE,
    "rss": rss.SOURCE,
    "xml": xml_jobs.SOURCE,
}


def terms_of(kind: str) -> Terms:
    """The terms of a Feed.Kind, or none for '', a job of no feed."""
    if kind:
        return ADAPTERS[kind].terms
    return Terms()
