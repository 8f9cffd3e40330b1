"""The mechanism record 机制建设档案, and how far the enterprises have come (R-04…R-06)."""
