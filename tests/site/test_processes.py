import os
import signal

import pytest

from jobboard.site.running import processes
from jobboard.site.running.processes import Child, ChildEndedError, run_until_stopped
from tests.waiting import MAX_SECONDS, wait_until

GOES_ON = f"""
import os, sys, time
path = sys.argv[1]
with open(path + ".part", "w") as file:
    file.write(str(os.getpid()))
os.rename(path + ".part", path)
time.sleep({MAX_SECONDS})
"""
FAILS_WHEN_THERE_IS = """
import os, sys, time
while not os.path.exists(sys.argv[1]):
    time.sleep(0.1)
raise SystemExit(3)
"""
FAILS_ONCE = """
import os, sys
if not os.path.exists(sys.argv[2]):
    open(sys.argv[2], "w").close()
    os.kill(os.getpid(), 9)
"""


@pytest.fixture(autouse=True)
def _signals_stay_as_they_are(monkeypatch):
    monkeypatch.setattr(signal, "signal", lambda *_: None)


def test_when_one_process_ends_the_others_are_ended_too(tmp_path):
    pid = tmp_path / "pid"

    with pytest.raises(
        ChildEndedError, match=r"because the scheduler \(exit code 3\) exited unexpectedly"
    ):
        run_until_stopped(
            [
                Child("web server", ["-c", GOES_ON, str(pid)]),
                Child("scheduler", ["-c", FAILS_WHEN_THERE_IS, str(pid)]),
            ]
        )

    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_a_process_that_is_restarted_does_not_end_the_others(tmp_path, monkeypatch, caplog):
    """It is killed the first time. When it runs again, the web server ends."""
    monkeypatch.setattr(processes, "MAX_RESTART_SECONDS", 0)
    pid, failed = tmp_path / "pid", tmp_path / "failed"
    fails_once = FAILS_ONCE + GOES_ON

    with pytest.raises(ChildEndedError, match=r"because the web server \(exit code 3\)"):
        run_until_stopped(
            [
                Child("web server", ["-c", FAILS_WHEN_THERE_IS, str(pid)]),
                Child("writer", ["-c", fails_once, str(pid), str(failed)], is_restarted=True),
            ]
        )

    assert [record.getMessage() for record in caplog.records] == [
        "The writer (exit code -9) exited unexpectedly. Starting it again in 0 s."
    ]
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


class Clock:
    """Stands for the module ``time``: it moves when it is told to."""

    def __init__(self):
        self.passed = 1000.0

    def monotonic(self) -> float:
        return self.passed


@pytest.mark.slow
def test_each_restart_waits_longer_until_the_process_runs_for_a_minute(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(processes, "time", clock)
    child = Child("writer", ["-c", "raise SystemExit(1)"], is_restarted=True)

    def pause_of_next_restart() -> float:
        wait_until(child.has_ended)
        child.restart_when_due()
        pause = child.restart_at - clock.passed
        clock.passed = child.restart_at
        child.restart_when_due()
        return pause

    child.start()
    assert [pause_of_next_restart() for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]

    clock.passed += 61
    assert pause_of_next_restart() == 1
    child.wait()
