from . import article, comparison, pay

__all__ = ["article", "comparison", "pay"]
