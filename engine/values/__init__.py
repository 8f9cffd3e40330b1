"""What expressions and decision tables have in common: budgets, plain data, dates in ISO text."""
