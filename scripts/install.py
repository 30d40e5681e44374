"""Install the two environments from their locks; run with any Python 3 by `make`.

    python3 scripts/install.py run      engine and services
    python3 scripts/install.py test     the same with test tools, and Debian packages for tests
    python3 scripts/install.py stock    stock Rasa, for `make bench`
    python3 scripts/install.py lock     lock everything anew

A stamp in each environment holds the hash of what was installed, so a second call does nothing.
"""

import glob
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENVS = ROOT / ".venv"
REQUIREMENTS = ROOT / "requirements"
ENGINE_PYTHON = ["3.10"]
SERVICES_PYTHON = ["3.12", "3.13", "3.14"]
DEBIAN_TEST_PACKAGES = {
    "redis-server": "redis-server",
    "postgresql": "/usr/share/doc/postgresql",
    "chromium": "chromium",
    "fonts-dejavu-core": "/usr/share/fonts/truetype/dejavu",
    "fonts-noto-color-emoji": "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf",
}


def say(text):
    print(text, flush=True)


def fail(text):
    sys.exit("install: " + text)


def run(command, **more):
    done = subprocess.run(command, cwd=ROOT, **more)
    if done.returncode != 0:
        fail("this command failed (exit %d): %s" % (done.returncode, " ".join(map(str, command))))


def find_uv():
    """The pinned uv, in an environment of its own."""
    uv = VENVS / "tools" / "bin" / "uv"
    stamp = VENVS / "tools" / ".installed"
    lock = REQUIREMENTS / "tools.txt"
    wanted = fingerprint(lock)
    if uv.exists() and stamp.exists() and stamp.read_text() == wanted:
        return uv
    say("Installing uv ...")
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENVS / "tools")], capture_output=True
    )
    if made.returncode != 0:
        fail(
            "%s cannot make a virtual environment. Install Python's venv module "
            "(on Debian: apt-get install python3-venv) and run this again." % sys.executable
        )
    pip = [str(VENVS / "tools" / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    run([*pip, "--disable-pip-version-check", "--require-hashes", "-r", str(lock)])
    stamp.write_text(wanted)
    return uv


def fingerprint(*paths):
    digest = hashlib.sha256()
    for path in paths:
        digest.update(Path(path).read_bytes())
    return digest.hexdigest()


def python_candidates(version):
    """Where a Python of this version may lie: PATH, then pyenv, inactive shims included."""
    found = shutil.which("python" + version)
    if found:
        yield found
    roots = [os.environ.get("PYENV_ROOT"), os.path.expanduser("~/.pyenv"), "/opt/pyenv"]
    for root in filter(None, roots):
        yield from sorted(glob.glob("%s/versions/%s.*/bin/python%s" % (root, version, version)))


def works(python, version):
    probe = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        answer = subprocess.run([python, "-c", probe], capture_output=True, text=True, timeout=60)
    except OSError:
        return False
    return answer.returncode == 0 and answer.stdout.strip() == version


def find_python(uv, versions):
    for version in versions:
        for candidate in python_candidates(version):
            if works(candidate, version):
                return candidate
    say("No Python %s found; asking uv to fetch one ..." % " or ".join(versions))
    for version in versions:
        if subprocess.run([str(uv), "python", "install", version]).returncode == 0:
            return version
    return fail(
        "Python %s is needed and could not be fetched. Install it (for example with pyenv: "
        "pyenv install %s) and run this again." % (" or ".join(versions), versions[0])
    )


def install(uv, name, lock, versions, also_fine=()):
    """Make `.venv/<name>` hold exactly what the lock says; do nothing when it already does."""
    folder = VENVS / name
    stamp = folder / ".installed"
    lock_path = REQUIREMENTS / (lock + ".txt")
    fine = {fingerprint(REQUIREMENTS / (other + ".txt")) for other in (lock, *also_fine)}
    if stamp.exists() and stamp.read_text() in fine:
        return
    python = find_python(uv, versions)
    say("Installing the %s environment into .venv/%s ..." % (name, name))
    run([str(uv), "venv", "--quiet", "--clear", "--python", python, str(folder)])
    environment = dict(os.environ, VIRTUAL_ENV=str(folder))
    run(
        [str(uv), "pip", "sync", "--require-hashes", str(lock_path)],
        env=environment,
    )
    stamp.write_text(fingerprint(lock_path))


def lock(uv):
    """Lock every environment: hashes, no index addresses, test tools over the same versions."""
    options = ["--quiet", "--generate-hashes", "--no-emit-index-url", "--no-annotate", "--upgrade"]
    options += ["--custom-compile-command", "make lock"]
    for name, version, more in (
        ("engine", "3.10", ["--group", "engine"]),
        ("engine-test", "3.10", ["--group", "engine", "--group", "test", "-c", "engine.txt"]),
        ("services", "3.12", ["--group", "services"]),
        ("services-test", "3.12",
         ["--group", "services", "--group", "test-services", "-c", "services.txt"]),
        ("stock", "3.10", ["--group", "stock", "--no-config"]),
    ):  # fmt: skip
        say("Locking %s ..." % name)
        output = str(REQUIREMENTS / (name + ".txt"))
        paths = [str(REQUIREMENTS / part) if part.endswith(".txt") else part for part in more]
        run(
            [str(uv), "pip", "compile", *options, "--python-version", version, *paths, "-o", output]
        )


def install_debian_packages():
    """Redis, a browser and fonts for the tests, where they are missing."""
    missing = [
        package
        for package, proof in DEBIAN_TEST_PACKAGES.items()
        if not (os.path.exists(proof) if proof.startswith("/") else shutil.which(proof))
    ]
    if not missing:
        return
    if not shutil.which("apt-get"):
        fail("the tests need these programs on PATH, please install them: " + ", ".join(missing))
    say("Installing Debian packages for the tests: " + ", ".join(missing) + " ...")
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    quiet = {"stdout": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    run([*sudo, "apt-get", "update", "-qq"], env=environment, **quiet)
    # A policy that keeps Debian from starting a Redis of its own.
    run(
        [*sudo, "env", "RUNLEVEL=1", "apt-get", "install", "-y", "-qq",
         "--no-install-recommends", *missing],
        env=environment,
        **quiet,
    )  # fmt: skip


def main(what):
    uv = find_uv()
    if what == "run":
        install(uv, "engine", "engine", ENGINE_PYTHON, also_fine=["engine-test"])
        install(uv, "services", "services", SERVICES_PYTHON, also_fine=["services-test"])
    elif what == "test":
        install(uv, "engine", "engine-test", ENGINE_PYTHON)
        install(uv, "services", "services-test", SERVICES_PYTHON)
        install_debian_packages()
    elif what == "lock":
        lock(uv)
    elif what == "stock":
        install(uv, "stock", "stock", ENGINE_PYTHON)
    else:
        fail("say `run`, `test`, `stock` or `lock`.")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
