import json
import logging
import re

FIELDS = ["method", "path", "view", "status", "milliseconds", "queries", "user_id"]
_EMAIL = re.compile(r"[^\s<>()'\"=,;:]+@[^\s<>()'\"=,;:]+")


class JsonLines(logging.Formatter):
    """Writes each line of the log as JSON, with the fields we know and no others: what libraries
    add may say who somebody is.
    """

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "request_id": getattr(record, "request_id", "-"),
            "message": without_emails(record.getMessage()),
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if "path" in line:  # people type their address there, too
            line["path"] = "/".join(map(without_emails, line["path"].split("/")))
        if record.exc_info:
            line["traceback"] = without_emails(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def without_emails(text: str) -> str:
    """A database names the value that is there already, and a mail server its recipient."""
    return _EMAIL.sub("…@…", text)
