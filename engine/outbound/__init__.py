"""What leaves for a city's risk-monitoring platform: enterprises, hazards, and no person (R-44)."""
