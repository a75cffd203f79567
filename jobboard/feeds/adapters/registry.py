"""Which adapter reads which kind of feed."""

from . import adzuna, ashby, greenhouse, jobposting, lever, own_csv, remotive, usajobs, workday
from .base import Adapter

# By Feed.Kind. For kinds that answer in pages the adapter has ``pages``, too.
ADAPTERS: dict[str, Adapter] = {
    "ashby": ashby,
    "greenhouse": greenhouse,
    "lever": lever,
    "workday": workday,
    "remotive": remotive,
    "usajobs": usajobs,
    "adzuna": adzuna,
    "jobposting": jobposting,
    "csv": own_csv,
}
