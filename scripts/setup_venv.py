"""Make .venv hold what requirements/<lock>.txt says.

    python3 scripts/setup_venv.py runtime|postgres|server|dev

Does nothing when it does already. Needs no package, and parses on old Pythons, so that it can say
that they are too old.
"""

# ruff: noqa: UP031, UP036

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
VENV_PYTHON = os.path.join(VENV, "bin", "python")
# Debian's Python cannot install pip, so a copy is in the repository; see scripts/vendor/README.md.
PIP_WHEEL = os.path.join(ROOT, "scripts", "vendor", "pip-26.3-py3-none-any.whl")
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
STAMP = os.path.join(VENV, "installed")  # "<lock> <its sha256>", or HALF_MADE while we are at it
PIP_LOG = os.path.join(VENV, "pip.log")
HALF_MADE = "half-made"
LOCKS = ["runtime", "postgres", "server", "dev"]  # each holds the ones before it


def lock_file(lock):
    return os.path.join(ROOT, "requirements", lock + ".txt")


def sha256(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def stamp_of(lock):
    return "%s %s" % (lock, sha256(lock_file(lock)))


def read(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return ""


def write_stamp(text):
    with open(STAMP, "w") as file:
        file.write(text + "\n")


def check_python():
    if sys.version_info < (3, 11):
        sys.exit(
            "Python 3.11 or newer is needed, this is %d.%d; install it and run: "
            "make run PYTHON=/path/to/python3.12" % sys.version_info[:2]
        )
    try:
        import venv  # noqa: F401 (some systems ship it apart)
    except ImportError:
        sys.exit("The venv module is missing; on Debian or Ubuntu: sudo apt install python3-venv")


def check_pip():
    if not os.path.exists(PIP_WHEEL) or sha256(PIP_WHEEL) != PIP_SHA256:
        name = os.path.relpath(PIP_WHEEL, ROOT)
        sys.exit(
            "%s is missing or was changed; get it back with: git checkout scripts/vendor" % name
        )


def works():
    """Whether .venv has a Python that is new enough: it may have been moved or removed."""
    new_enough = "import sys; sys.exit(sys.version_info < (3, 11))"
    try:
        asked = subprocess.run(  # noqa: S603
            [VENV_PYTHON, "-c", new_enough], stderr=subprocess.DEVNULL
        )
    except OSError:
        return False
    return asked.returncode == 0


def make_venv():
    shutil.rmtree(VENV, ignore_errors=True)
    os.mkdir(VENV)
    write_stamp(HALF_MADE)
    made = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "venv", "--without-pip", VENV], capture_output=True
    )
    if made.returncode:
        sys.exit("The folder .venv could not be made; check the free space, and run make again.")


def install(lock):
    print(
        "Installing the packages of requirements/%s.txt into .venv "
        "(half a minute, only when they change) ..." % lock
    )
    sys.stdout.flush()
    if os.path.exists(PIP_LOG):
        os.remove(PIP_LOG)
    pip = [VENV_PYTHON, os.path.join(PIP_WHEEL, "pip")]  # Python runs it from within the wheel
    pip.extend(["--no-input", "--disable-pip-version-check", "--retries", "2", "--log", PIP_LOG])
    pip.extend(["install", "--quiet", "--require-hashes", "-r", lock_file(lock)])
    if subprocess.run(pip, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:  # noqa: S603
        log = read(PIP_LOG)
        if "DO NOT MATCH THE HASHES" in log:
            sys.exit(
                "A downloaded package is not the one in the lock; "
                "see .venv/pip.log and do not trust that source."
            )
        if "No space left" in log:
            sys.exit("The disk is full; free some space and run make again.")
        sys.exit(
            "The packages could not be downloaded; "
            "check the network and run make again (details: .venv/pip.log)."
        )


def main(lock):
    check_python()
    check_pip()
    installed = read(STAMP)
    # A killed pip leaves packages that it takes for complete.
    if installed == HALF_MADE or not works():
        make_venv()
    elif installed in [stamp_of(larger) for larger in LOCKS[LOCKS.index(lock) :]]:
        return
    write_stamp(HALF_MADE)
    install(lock)
    write_stamp(stamp_of(lock))


if __name__ == "__main__":
    if sys.argv[1:] not in [[lock] for lock in LOCKS]:
        sys.exit("Say which lock: python3 scripts/setup_venv.py " + "|".join(LOCKS))
    try:
        main(sys.argv[1])
    except KeyboardInterrupt:
        sys.exit("Stopped; the next make goes on from here.")
    except OSError as error:
        sys.exit("The folder .venv cannot be written (%s); mend that and run make again." % error)
