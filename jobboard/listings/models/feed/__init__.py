"""Models of the places jobs of other systems come from, and of what came."""

from .board_left_out import BoardLeftOut
from .feed import NAMELESS, Feed
from .feed_request import FeedRequest
from .feed_run import FeedRun
from .feed_trial import FeedTrial

__all__ = ["NAMELESS", "BoardLeftOut", "Feed", "FeedRequest", "FeedRun", "FeedTrial"]
