"""Looking into histories from above: on what ground, who looked, and one case as an auditor reads
it (R-41, R-57; domain.md C6 and B7)."""
