"""Run one bench, or all of them: `python -m bench [name]`."""

from __future__ import annotations

import importlib
import sys
from typing import Final

#: Name → module with a `run()` that prints JSON lines.
BENCHES: Final = {
    "w1": "bench.w1",
    "certificates": "bench.certificates",
    "loop": "bench.loop",
    "pages": "bench.pages",
    "analysis": "bench.analysis",
    "definitions": "bench.definitions",
    "migrate": "bench.migrate",
    "city": "bench.city",
}


def main(names: list[str]) -> int:
    """Run the benches named, by default all; 2 for an unknown name."""
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        sys.stderr.write(f"no such bench: {unknown[0]}; there are {', '.join(BENCHES)}\n")
        return 2
    for name in names or BENCHES:
        importlib.import_module(BENCHES[name]).run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
