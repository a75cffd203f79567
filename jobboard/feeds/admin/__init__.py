from . import feed_requests, feeds, places

__all__ = ["feed_requests", "feeds", "places"]
