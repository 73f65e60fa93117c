"""`make setup`: install everything that this checkout needs; a second run repeats only changed steps.

It runs under the system's Python with the standard library only. `--browser` also requires a browser, `--proxies` nginx
and Caddy.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("This needs Python 3.11 or newer, and python3 here is older. Name another: make PYTHON=python3.11 …")

import argparse
import ctypes
import ctypes.util
import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"
ASSETS_LOCK = ROOT / "requirements.assets.lock"
NODE_MODULES = ROOT / "node_modules"
OLDEST_NODE = 20  # of the packages in package.json
PROXIES = {"nginx-light": "nginx", "caddy": "caddy"}
BROWSERS = ["chromium", "chromium-browser", "google-chrome"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--browser", action="store_true", help="for the tests in a browser")
    parser.add_argument("--databases", action="store_true", help="only record the migrations for the tests")
    parser.add_argument("--proxies", action="store_true", help="for the tests behind nginx and Caddy")
    parser.add_argument("--relock", action="store_true", help="only write a new package-lock.json")
    parser.add_argument("--run", metavar="NAME", help="only run a script of package.json")
    arguments = parser.parse_args()
    os.chdir(ROOT)
    if arguments.relock:
        npm("update", "--package-lock-only")
        return
    if arguments.databases:
        migrations = [LOCK, *sorted(ROOT.glob("*/migrations/*.py")), *sorted(ROOT.glob("*/*/migrations/*.py"))]
        run_once_for(
            "Recording the migrations of SQLite and PostgreSQL for the tests",
            ROOT / "var/migrated/.made",
            read_text(*migrations),
            record_migrations,
        )
        return
    if arguments.run:
        try:
            npm("run", "--silent", arguments.run)
        except subprocess.CalledProcessError as error:
            sys.exit(error.returncode)
        return
    try:
        install_system_packages(browser=arguments.browser, proxies=arguments.proxies)
        environment = f"{sys.version_info.major}.{sys.version_info.minor} {platform.machine()}"
        run_once_for("Making .venv", VENV / ".made", environment, make_environment)
        # The packages of Python and of npm do not need each other: together they take as long as the slower.
        with ThreadPoolExecutor() as pool:
            scripts = pool.submit(install_scripts)
            install_packages()
            scripts.result()
        install_fonts()
    except subprocess.CalledProcessError as error:
        sys.exit(f"\nThis failed, see its output above: {' '.join(map(str, error.cmd))}")


def install_packages() -> None:
    run_once_for(
        "Installing the Python packages of requirements.lock into .venv", VENV / ".installed", read_text(LOCK), install
    )
    compile_messages()


def install_fonts() -> None:
    """Make the fonts for paper, of packages of both kinds."""
    fonts = [ROOT / "academy/paper/build_fonts.py", ROOT / "academy/paper/fonts.py", LOCK, ROOT / "package-lock.json"]
    run_once_for("Cutting the fonts for printing", ROOT / "var/fonts/.made", read_text(*fonts), build_fonts)


def install_scripts() -> None:
    packages = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]
    run_once_for(
        "Installing the npm packages of package-lock.json", NODE_MODULES / ".made", read_text(*packages), npm_ci
    )
    scripts = [*packages, *sorted(ROOT.glob("static/js/scanner/*.js"))]
    run_once_for("Building the scanner's scripts", ROOT / "static/built/.made", read_text(*scripts), build_scripts)


def announce(sentence: str) -> None:
    print(f"→ {sentence}", flush=True)


def run(*command: str | Path) -> None:
    subprocess.run(command, check=True)


def read_text(*paths: Path) -> str:
    return "\n".join(path.read_text() for path in paths)


def run_once_for(what: str, stamp: Path, inputs: str, action: Callable[[], None]) -> None:
    """Run `action` unless it ran for the same inputs. The stamp is deleted together with the results."""
    fingerprint = hashlib.sha256(inputs.encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    announce(what)
    stamp.unlink(missing_ok=True)
    action()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(fingerprint)


def install_system_packages(*, browser: bool, proxies: bool) -> None:
    """Install the system packages that pip cannot install, by their names in Debian."""
    wanted = {
        f"python{sys.version_info.major}.{sys.version_info.minor}-venv": importlib.util.find_spec("ensurepip"),
        "libpango-1.0-0": has_library("pango-1.0"),
        "libpangoft2-1.0-0": has_library("pangoft2-1.0"),
        "libharfbuzz-subset0": has_library("harfbuzz-subset"),
        "gettext": shutil.which("msgfmt"),
    }
    if browser:
        wanted["chromium"] = any(map(shutil.which, BROWSERS))
    if proxies:
        path = f"{os.environ['PATH']}{os.pathsep}/usr/sbin"  # Debian's nginx is there
        wanted.update((package, shutil.which(program, path=path)) for package, program in PROXIES.items())
    missing = [package for package, there in wanted.items() if not there]
    if not missing:
        return
    # A machine that updates itself holds the lock for a while, often just after it was made.
    apt_get = ["apt-get", "-o", "DPkg::Lock::Timeout=300"]
    apt = [*apt_get, "install", "-y", "--no-install-recommends", *missing]
    prefix = [] if os.geteuid() == 0 else ["sudo"]
    if not shutil.which("apt-get") or (prefix and not shutil.which("sudo")):
        sys.exit(
            "This machine lacks packages of its own package manager. Their names in Debian and Ubuntu:"
            f"\n\n    {' '.join(missing)}\n\nInstall them as administrator and run make again."
        )
    announce(f"This machine lacks {', '.join(missing)}. Installing: {' '.join([*prefix, *apt])}")
    os.environ["DEBIAN_FRONTEND"] = "noninteractive"
    run(*prefix, *apt_get, "update", "-q")
    run(*prefix, *apt)


def has_library(name: str) -> bool:
    """Return whether the shared library can be loaded."""
    for file in (f"lib{name}.so.0", f"lib{name}.0.dylib", ctypes.util.find_library(name)):
        try:
            if file and ctypes.CDLL(file):
                return True
        except OSError:
            continue
    return False


def make_environment() -> None:
    run(sys.executable, "-m", "venv", "--clear", VENV)


def install() -> None:
    """Install the packages. Python compiles what it imports; compiling all of them takes half a minute."""
    quietly = ["-qq", "--disable-pip-version-check", "--no-compile"]
    run(PYTHON, "-m", "pip", "install", *quietly, "--require-hashes", "-r", LOCK)


def compile_messages() -> None:
    for source in ROOT.glob("locale/**/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            announce(f"Compiling {source.relative_to(ROOT)}")
            run("msgfmt", "--check-format", "-o", target, source)


def build_fonts() -> None:
    run(PYTHON, "-m", "academy.paper.build_fonts")


def record_migrations() -> None:
    """Run the migrations of both databases side by side.

    In the tests, all workers would wait for the first one to run them.
    """
    command: list[str | Path] = [PYTHON, "-m", "pytest", "-q", "tests/test_database.py"]
    runs = [
        subprocess.Popen([*command, f"--database={name}"], stdout=subprocess.PIPE, text=True)
        for name in ("sqlite", "postgresql")
    ]
    outputs = [run.communicate()[0] for run in runs]
    for run, output in zip(runs, outputs, strict=True):
        if run.returncode:
            sys.exit(output)


def npm_ci() -> None:
    npm("ci")


def build_scripts() -> None:
    shutil.rmtree(ROOT / "static/built", ignore_errors=True)
    npm("run", "--silent", "build")


def npm(*arguments: str) -> None:
    """Run npm of this machine or, if its Node is missing or too old, npm of the Python package of Node."""
    path = os.environ["PATH"]
    if not has_node():
        node = VENV / "node"
        run_once_for(
            "This machine has no Node: installing it from PyPI", node / ".made", read_text(ASSETS_LOCK), install_node
        )
        path = f"{node / 'bin'}{os.pathsep}{path}"
    subprocess.run(["npm", *arguments], check=True, env={**os.environ, "PATH": path})


def has_node() -> bool:
    if not shutil.which("npm") or not shutil.which("node"):
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout  # v20.20.2
    major = version.strip().removeprefix("v").partition(".")[0]
    return major.isdecimal() and int(major) >= OLDEST_NODE


def install_node() -> None:
    run(sys.executable, "-m", "venv", "--clear", VENV / "node")
    python = VENV / "node/bin/python"
    run(python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--require-hashes", "-r", ASSETS_LOCK)


if __name__ == "__main__":
    main()
