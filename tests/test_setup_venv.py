"""scripts/setup_venv.py in a copy of the checkout, with a lock of one small package and no package
index.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure

ROOT = Path(__file__).resolve().parent.parent
INSTALLS_SMALL = """
import pathlib, sysconfig
pathlib.Path(sysconfig.get_path("purelib"), "small.py").touch()
"""


class Checkout:
    """What setup_venv.py needs of the repository. ``blocked`` holds modules that its Python cannot
    import.
    """

    def __init__(self, folder: Path):
        self.root = folder / "checkout"
        self.packages = folder / "packages"
        self.blocked = folder / "blocked"
        self.venv = self.root / ".venv"
        self.python = self.venv / "bin" / "python"
        (self.root / "scripts" / "vendor").mkdir(parents=True)
        (self.root / "requirements").mkdir()
        self.packages.mkdir()
        self.blocked.mkdir()
        shutil.copy(ROOT / "scripts" / "setup_venv.py", self.root / "scripts")
        pip_wheel = next((ROOT / "scripts" / "vendor").glob("pip-*.whl"))
        self.pip_wheel = Path(shutil.copy(pip_wheel, self.root / "scripts" / "vendor"))
        self.package = self.make_package()
        sha256 = sha256_of(self.package)
        for lock in ["runtime", "postgres", "server", "dev"]:
            self.lock_file(lock).write_text(f"small==1.0 --hash=sha256:{sha256}\n")

    def make_package(self) -> Path:
        path = self.packages / "small-1.0-py3-none-any.whl"
        files = {
            "small.py": "",
            "small-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: small\nVersion: 1.0\n",
            "small-1.0.dist-info/WHEEL": (
                "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            ),
            "small-1.0.dist-info/RECORD": "",
        }
        with zipfile.ZipFile(path, "w") as wheel:
            for name, text in files.items():
                wheel.writestr(name, text)
        return path

    def stand_in_for_pip(self):
        """Something that installs at once, where pip takes seconds of work."""
        script = self.root / "scripts" / "setup_venv.py"
        of_pip = sha256_of(self.pip_wheel)
        with zipfile.ZipFile(self.pip_wheel, "w") as wheel:
            wheel.writestr("pip/__main__.py", INSTALLS_SMALL)
        assert of_pip in script.read_text()
        script.write_text(script.read_text().replace(of_pip, sha256_of(self.pip_wheel)))

    def lock_file(self, lock: str) -> Path:
        return self.root / "requirements" / f"{lock}.txt"

    def change_lock(self, lock: str):
        with self.lock_file(lock).open("a") as file:
            file.write("# changed\n")

    def block(self, module: str):
        (self.blocked / f"{module}.py").write_text("raise ImportError('blocked by a test')\n")

    def run(self, *command) -> subprocess.CompletedProcess:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PIP_")
        }
        environment["PIP_CONFIG_FILE"] = os.devnull
        environment["PIP_NO_INDEX"] = "1"
        environment["PIP_FIND_LINKS"] = str(self.packages)
        environment["PYTHONPATH"] = str(self.blocked)
        return subprocess.run(command, env=environment, capture_output=True, text=True)

    def set_up(self, lock: str = "runtime") -> subprocess.CompletedProcess:
        return self.run(sys.executable, self.root / "scripts" / "setup_venv.py", lock)

    def holds(self, module: str) -> bool:
        return self.run(self.python, "-c", f"import {module}").returncode == 0


def sha256_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


@pytest.fixture
def without_pip(checkout):
    """For tests that ask when something is installed, not how."""
    checkout.stand_in_for_pip()


@pytest.mark.slow
def test_sets_up_where_python_came_without_ensurepip(checkout):
    checkout.block("ensurepip")

    done = checkout.set_up()

    assert (done.returncode, done.stderr) == (0, "")
    assert checkout.holds("small")
    # So the pip in the repository installed it.
    assert not checkout.holds("pip")
    assert checkout.run(sys.executable, "-c", "import ensurepip").returncode == 1


def test_does_nothing_the_second_time_unless_the_lock_changed(checkout, without_pip):
    first = checkout.set_up("dev")
    again = checkout.set_up("dev")
    smaller = checkout.set_up("runtime")
    checkout.change_lock("dev")
    changed = checkout.set_up("dev")

    assert [run.returncode for run in [first, again, smaller, changed]] == [0, 0, 0, 0]
    assert "Installing the packages of requirements/dev.txt" in first.stdout
    assert again.stdout == smaller.stdout == ""
    assert "Installing the packages of requirements/dev.txt" in changed.stdout


def test_starts_afresh_after_a_set_up_that_was_killed(checkout, without_pip):
    checkout.venv.mkdir()
    (checkout.venv / "installed").write_text("half-made\n")
    left_behind = checkout.venv / "left-behind"
    left_behind.touch()

    again = checkout.set_up()

    assert (again.returncode, again.stderr) == (0, "")
    assert not left_behind.exists()
    assert checkout.holds("small")


def test_starts_afresh_when_the_python_of_the_venv_is_gone(checkout, without_pip):
    checkout.venv.mkdir()
    of_the_lock = sha256_of(checkout.lock_file("runtime"))
    (checkout.venv / "installed").write_text(f"runtime {of_the_lock}\n")

    again = checkout.set_up()

    assert (again.returncode, again.stderr) == (0, "")
    assert checkout.holds("small")


def test_refuses_a_pip_that_was_changed(checkout):
    with checkout.pip_wheel.open("ab") as wheel:
        wheel.write(b"one more byte")

    refused = checkout.set_up()

    assert refused.returncode == 1
    assert f"scripts/vendor/{checkout.pip_wheel.name} is missing or was changed" in refused.stderr
    assert not checkout.venv.exists()


def test_says_that_pip_is_missing(checkout):
    checkout.pip_wheel.unlink()

    refused = checkout.set_up()

    assert refused.returncode == 1
    assert "get it back with: git checkout scripts/vendor" in refused.stderr
    assert not checkout.venv.exists()


@pytest.mark.slow
def test_refuses_a_package_that_is_not_the_one_in_the_lock(checkout):
    with zipfile.ZipFile(checkout.package, "a") as wheel:
        wheel.writestr("other.py", "")

    refused = checkout.set_up()

    assert refused.returncode == 1
    assert "A downloaded package is not the one in the lock" in refused.stderr
    assert not checkout.holds("small")


@pytest.mark.slow
def test_says_that_packages_could_not_be_downloaded(checkout):
    checkout.package.unlink()

    refused = checkout.set_up()

    assert refused.returncode == 1
    assert "The packages could not be downloaded; check the network" in refused.stderr


def test_says_how_to_get_the_venv_module(checkout):
    checkout.block("venv")

    refused = checkout.set_up()

    assert refused.returncode == 1
    assert (
        refused.stderr
        == "The venv module is missing; on Debian or Ubuntu: sudo apt install python3-venv\n"
    )


def test_says_that_python_is_too_old(checkout):
    script = checkout.root / "scripts" / "setup_venv.py"
    as_old = "import runpy, sys; sys.version_info = (3, 4, 10); sys.argv = sys.argv[1:]; "
    as_old += "runpy.run_path(sys.argv[0], run_name='__main__')"

    refused = checkout.run(sys.executable, "-c", as_old, script, "runtime")

    assert refused.returncode == 1
    assert "Python 3.11 or newer is needed, this is 3.4; install it" in refused.stderr
