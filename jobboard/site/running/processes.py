"""Processes that belong together: they are started and ended with this one."""

import ctypes
import logging
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

from .web_server import SECONDS_TO_FINISH

MAX_RESTART_SECONDS = 60

logger = logging.getLogger("jobboard.processes")


class ChildEndedError(Exception):
    """A process ended that the others do not go on without."""


@dataclass
class Child:
    """A ``python …`` of this program."""

    name: str
    command: list[str]
    is_restarted: bool = False
    """Whether it is started again when it ends; else the others are ended with it."""
    process: subprocess.Popen | None = field(default=None, init=False)
    failures: int = field(default=0, init=False)
    """In a row: one that ran for MAX_RESTART_SECONDS is no failure."""
    started_at: float = field(default=0, init=False)
    restart_at: float | None = field(default=None, init=False)

    def start(self) -> None:
        # In a session of its own, so that Ctrl-C and a closed terminal reach our process alone.
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, *self.command], start_new_session=True, preexec_fn=end_with_parent
        )
        self.started_at = time.monotonic()
        self.restart_at = None

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def restart_when_due(self) -> None:
        """Start one that has ended again, each time after a longer pause."""
        now = time.monotonic()
        if self.restart_at is None:
            if now - self.started_at > MAX_RESTART_SECONDS:
                self.failures = 0
            pause = min(2**self.failures, MAX_RESTART_SECONDS)
            self.failures += 1
            self.restart_at = now + pause
            logger.error("The %s. Starting it again in %s s.", self.how_it_ended, pause)
        elif now >= self.restart_at:
            self.start()

    @property
    def how_it_ended(self) -> str:
        code = self.process.returncode if self.process else None
        return f"{self.name} (exit code {code}) exited unexpectedly"

    def stop(self) -> None:
        if self.process:
            self.process.terminate()

    def wait(self) -> None:
        """Until it has ended; what does not finish in time is killed."""
        if self.process is None:
            return
        try:
            self.process.wait(SECONDS_TO_FINISH + 5)
        except subprocess.TimeoutExpired:
            self.process.kill()


def end_with_parent() -> None:
    """Let the kernel, on Linux, send SIGTERM to this child when its parent is gone, however that
    ended.
    """
    if sys.platform == "linux":
        set_parent_death_signal = 1  # PR_SET_PDEATHSIG in linux/prctl.h
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def run_until_stopped(children: list[Child]) -> None:
    """Run them until a signal stops this process, or one ends that is not restarted: then all are
    stopped. Raises ChildEndedError.
    """
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    ended: list[Child] = []
    try:
        for child in children:
            child.start()
        while not ended and not stop.wait(0.3):
            for child in children:
                if not child.has_ended():
                    continue
                if child.is_restarted:
                    child.restart_when_due()
                else:
                    ended.append(child)
    finally:
        for child in children:
            child.stop()
        for child in children:
            child.wait()
    if ended:
        names = " and ".join(f"the {child.how_it_ended}" for child in ended)
        raise ChildEndedError(f"The site stopped because {names}.")
