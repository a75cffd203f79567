"""Which source reads which kind of feed."""

from . import (
    adzuna,
    arbeitnow,
    ashby,
    bamboohr,
    breezy,
    greenhouse,
    himalayas,
    jobicy,
    jobposting,
    lever,
    ojobpub,
    own_csv,
    personio,
    pinpoint,
    recruitee,
    remoteok,
    remotive,
    rippling,
    rss,
    smartrecruiters,
    teamtailor,
    usajobs,
    workable,
    workday,
    xml_jobs,
)
from .source import Source, Terms

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
    "successfactors": rss.SUCCESSFACTORS,
    "teamtailor": teamtailor.SOURCE,
    "workable": workable.SOURCE,
    "workday": workday.SOURCE,
    # Boards of many employers
    "adzuna": adzuna.SOURCE,
    "arbeitnow": arbeitnow.SOURCE,
    "himalayas": himalayas.SOURCE,
    "himalayas_rss": rss.HIMALAYAS,
    "jobicy": jobicy.SOURCE,
    "remoteok": remoteok.SOURCE,
    "remotive": remotive.SOURCE,
    "usajobs": usajobs.SOURCE,
    "weworkremotely": rss.WE_WORK_REMOTELY,
    # Formats
    "csv": own_csv.SOURCE,
    "jobposting": jobposting.SOURCE,
    "ojobpub": ojobpub.SOURCE,
    "rss": rss.SOURCE,
    "xml": xml_jobs.SOURCE,
}


def terms_of(kind: str) -> Terms:
    """Of a Feed.Kind, or none for '', a job of no feed."""
    return ADAPTERS[kind].terms if kind else Terms()
