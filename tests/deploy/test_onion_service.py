"""The onion service's recipe: Debian's tor takes it, and makes the service without a network."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from at_work.proxies import DEPLOY

TOR = shutil.which("tor", path="/usr/bin:/usr/sbin")
needs_tor = pytest.mark.skipif(TOR is None, reason="tor is not installed")


def recipe_for(folder: Path) -> Path:
    """The recipe with its folders in a test's folder, for a tor that may not reach anybody."""
    text = (DEPLOY / "torrc").read_text("utf-8")
    text = text.replace("/var/lib/tor/letterslot", f"{folder}/service")
    text = text.replace("unix:/run/letterslot", f"unix:{folder}")
    text = text.replace("Log notice syslog", f"Log notice file {folder}/log")
    copy = folder / "torrc"
    copy.write_text(f"{text}DataDirectory {folder}/tor\nDisableNetwork 1\n", "utf-8")
    return copy


def tor(folder: Path, *more: str) -> list[str]:
    assert TOR is not None
    return [TOR, "--defaults-torrc", "/dev/null", "-f", str(recipe_for(folder)), *more]


@needs_tor
def test_tor_takes_the_recipe_without_a_warning(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    said = subprocess.run(
        tor(tmp_path, "--verify-config"), capture_output=True, text=True, check=False, timeout=60
    )

    assert said.returncode == 0
    assert "Configuration was valid" in said.stdout
    warnings = [line for line in said.stdout.splitlines() if "[warn]" in line or "[err]" in line]
    assert [line for line in warnings if "running Tor as root" not in line] == []


@needs_tor
def test_tor_makes_the_service_and_names_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    process = subprocess.Popen(
        tor(tmp_path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    hostname = tmp_path / "service" / "hostname"
    try:
        for _ in range(600):
            if hostname.exists() or process.poll() is not None:
                break
            time.sleep(0.05)
        assert re.fullmatch(r"[a-z2-7]{56}\.onion\n", hostname.read_text())
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
    assert (tmp_path / "service").stat().st_mode & 0o077 == 0


def test_the_recipe_and_the_unit_name_the_same_socket() -> None:
    recipe = (DEPLOY / "torrc").read_text("utf-8")
    unit = (DEPLOY / "letterslot.service").read_text("utf-8")
    (folder,) = re.findall(r"^RuntimeDirectory=(\S+)$", unit, re.M)

    assert set(re.findall(r"/run/\S+?\.sock", recipe)) == {f"/run/{folder}/onion.sock"}


def test_the_unit_leaves_nothing_behind_and_reaches_nobody() -> None:
    unit = (DEPLOY / "letterslot.service").read_text("utf-8")
    told = dict(re.findall(r"^(\w+)=(.*)$", unit, re.M))

    assert {name: told[name] for name in (
        "LimitCORE", "MemorySwapMax", "PrivateTmp", "ProtectSystem", "ProtectHome", "UMask",
        "NoNewPrivileges", "RestrictAddressFamilies", "IPAddressDeny", "IPAddressAllow",
    )} == {
        "LimitCORE": "0", "MemorySwapMax": "0", "PrivateTmp": "yes", "ProtectSystem": "strict",
        "ProtectHome": "yes", "UMask": "0077", "NoNewPrivileges": "yes",
        "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX", "IPAddressDeny": "any",
        "IPAddressAllow": "localhost",
    }  # fmt: skip
    assert "MemoryMax" in told
    assert told["ExecReload"] == "/bin/kill -HUP $MAINPID"
