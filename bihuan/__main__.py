"""`python -m bihuan`."""

from __future__ import annotations

from bihuan import main

main()
