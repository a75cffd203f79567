"""Models of what recruiters upload and prove, and of what their programs may do."""

from .api_token import ApiToken
from .column_choice import ColumnChoice
from .domain_check import DomainCheck
from .import_job import ImportJob
from .import_row import ImportRow

__all__ = ["ApiToken", "ColumnChoice", "DomainCheck", "ImportJob", "ImportRow"]
