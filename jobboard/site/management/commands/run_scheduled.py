import logging
import os
import signal
import threading
import time

from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections

from jobboard.common.locks import only_one
from jobboard.site.scheduled import Scheduler

logger = logging.getLogger("jobboard.scheduler")


class Command(BaseCommand):
    help = (
        "Run scheduled jobs such as sending email and cleaning up. "
        "Runs once, or repeatedly with --every."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--every",
            type=float,
            metavar="SECONDS",
            help="Keep running, pausing this many seconds between rounds.",
        )

    def handle(self, *, every=None, **options) -> None:
        scheduler = Scheduler()
        if every is None:
            self.run_round(scheduler)
            return
        stop = end_within_a_second_of_a_signal()
        waiting = False
        while not stop.is_set():
            try:
                waiting = not self.run_round(scheduler, quiet=waiting)
            except Error as error:
                logger.error(
                    "Could not reach the database, trying again in %g seconds: %s", every, error
                )
            close_old_connections()
            stop.wait(every)

    def run_round(self, scheduler: Scheduler, *, quiet: bool = False) -> bool:
        """Whether it was our turn: the lock is held for one round, so a second scheduler takes over
        when one dies.
        """
        with only_one("scheduler") as ours:
            if ours:
                scheduler.run_round()
            elif not quiet:
                self.stdout.write("Another scheduler is already running.")
            return ours


def end_within_a_second_of_a_signal() -> threading.Event:
    """An event that SIGTERM and SIGINT set. A job that is not done a second later is cut off: each
    can be repeated.

    A thread of its own waits for the signals, because Python runs handlers in the main thread only,
    and that one may be waiting for a mail server.
    """
    stop = threading.Event()
    asked = {signal.SIGTERM, signal.SIGINT}
    # Threads started from here on leave these signals to the watcher too.
    signal.pthread_sigmask(signal.SIG_BLOCK, asked)

    def watch() -> None:
        signal.sigwait(asked)
        stop.set()
        time.sleep(1)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
    return stop
