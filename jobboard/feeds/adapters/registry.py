"""Which source reads which kind of feed."""

from . import adzuna, ashby, greenhouse, jobposting, lever, own_csv, remotive, usajobs, workday
from .source import Source

# By Feed.Kind.
ADAPTERS: dict[str, Source] = {
    "ashby": ashby.SOURCE,
    "greenhouse": greenhouse.SOURCE,
    "lever": lever.SOURCE,
    "workday": workday.SOURCE,
    "remotive": remotive.SOURCE,
    "usajobs": usajobs.SOURCE,
    "adzuna": adzuna.SOURCE,
    "jobposting": jobposting.SOURCE,
    "csv": own_csv.SOURCE,
}
