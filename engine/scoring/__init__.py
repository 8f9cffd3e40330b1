"""Scoring organisations by schemes that are data: indicators, weights, bonus (R-15, R-55, R-56).

Values are computed from figures, returns, visits and cases; a person adds only bonus points, each
with a reason. A signed sheet stays as it was signed.
"""
