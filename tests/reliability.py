"""Prints what must hold when something fails beside what was measured, for ``make faults``.

``reliability.csv`` has the rows. A test names those it is about in its mark ``faults``, and notes
figures with the fixture ``note_figure``.
"""

import csv
import os
from collections import defaultdict
from pathlib import Path

import pytest

# make faults sets it; the same tests take fewer rounds elsewhere.
IS_WHOLE = os.environ.get("FAULTS") == "1"
# Seconds in which a site is back. Where other tests run beside, the clock says nothing.
SOON = 1 if IS_WHOLE else 300

with Path(__file__).with_suffix(".csv").open() as file:
    ROWS = {row["row"]: row for row in csv.DictReader(file)}


@pytest.fixture
def note_figure(request):
    """Call it with a row and what was measured."""

    def note(row: str, figure: str) -> None:
        assert row in ROWS
        request.node.user_properties.append(("figure", (row, figure)))

    return note


def pytest_runtest_setup(item) -> None:
    for marker in item.iter_markers("faults"):
        unknown = set(marker.args) - ROWS.keys()
        assert not unknown, f"tests/reliability.csv has no row {unknown}"
        item.user_properties += [("row", row) for row in marker.args]


def pytest_terminal_summary(terminalreporter, config) -> None:
    if not config.option.markexpr.startswith("faults"):
        return
    figures, passed, failed = defaultdict(list), defaultdict(int), defaultdict(int)
    for outcome, counted in [("passed", passed), ("failed", failed), ("error", failed)]:
        for report in terminalreporter.getreports(outcome):
            for kind, value in report.user_properties:
                if kind == "row":
                    counted[value] += 1
                else:
                    figures[value[0]].append(value[1])
    terminalreporter.write_line("\n| fault | must hold | measured | tests |\n|---|---|---|---|")
    for name, row in ROWS.items():
        if passed[name] or failed[name]:
            tests = f"{passed[name]} passed"
            if failed[name]:
                tests += f", {failed[name]} FAILED"
            figure = "; ".join(figures[name]) or "holds"
            cells = [row["fault"], row["must hold"], figure, tests]
            terminalreporter.write_line(f"| {' | '.join(cells)} |")
