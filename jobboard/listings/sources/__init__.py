"""Feeds of openings. An adapter reads one system's answer into neutral items; ``importer`` stores items of any."""

from jobboard.listings.models import Feed

from . import ashby
from .base import Adapter

ADAPTERS: dict[str, Adapter] = {Feed.Kind.ASHBY: ashby}
