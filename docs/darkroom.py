"""What pictures of the README are made with: a running demonstration, and small PNGs."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import URLError

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
#: Bytes a picture may take; fewer colours are tried until it does.
LARGEST = 150_000
COLOURS = (256, 128, 64, 32)
#: The address that certificates print, whatever port is free.
SAID = "http://127.0.0.1:8000"


def printed(pdf: bytes) -> bytes:
    """Give the first page of a PDF as a picture."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "certificate.pdf"
        source.write_bytes(pdf)
        command = ["pdftoppm", "-png", "-r", "96", "-singlefile", source, source.with_suffix("")]
        subprocess.run(command, check=True)
        return source.with_suffix(".png").read_bytes()


def until_there(fetch: Callable[[], bytes]) -> bytes:
    """Fetch again until the runner has printed it."""
    for _ in range(120):
        try:
            return fetch()
        except URLError:
            time.sleep(1)
    raise TimeoutError("the certificate was not printed in two minutes")


def small(picture: bytes) -> bytes:
    """Give the picture with so few colours that it is small."""
    image = Image.open(BytesIO(picture)).convert("RGB")
    for colours in COLOURS:
        target = BytesIO()
        reduced = image.quantize(colours, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        reduced.save(target, "PNG", optimize=True)
        if target.tell() <= LARGEST:
            break
    return target.getvalue()


@contextmanager
def demonstration() -> Iterator[tuple[str, dict[str, Any]]]:
    """Run a demonstration; give its address and what demo.json says."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="bihuan-") as folder:
        data = Path(folder) / "demo"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BIHUAN_")}
        command = [sys.executable, "-m", "bihuan", "demo", "--port", str(port)]
        server = subprocess.Popen(
            [*command, "--data-dir", str(data)],
            env=kept
            | {"BIHUAN_DATA_DIR": folder, "BIHUAN_BASE_URL": SAID, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _await(f"{url}/healthz", server)
            yield url, json.loads((data / "demo.json").read_text("utf-8"))
        finally:
            server.terminate()
            server.wait()


def _await(address: str, server: subprocess.Popen[bytes]) -> None:
    while server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - our own address
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the demonstration did not start")
