import os
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from jobboard.common.tasks import QUEUES
from jobboard.site.worker import BackgroundWorker

SECONDS_TO_FINISH = 5  # for what is being done when the worker is stopped


class Command(BaseCommand):
    help = (
        "Work in the background: send email, run tasks and follow the schedule until stopped. "
        "Several workers can run at the same time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--queue",
            action="append",
            choices=QUEUES,
            help="Work only on this queue. Can be repeated. Without it, work on all queues.",
        )
        parser.add_argument("--once", action="store_true", help="Do what is due now, then exit.")

    def handle(self, *, queue: list[str] | None, once: bool, **options: Any) -> None:
        worker = BackgroundWorker(queue or QUEUES)
        if once:
            worker.run_once()
            return
        stop_at_a_signal(worker.stop)
        worker.run(patience=SECONDS_TO_FINISH)
        os._exit(0)  # a thread that waits for another machine would hold up the end


def stop_at_a_signal(stop: threading.Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
