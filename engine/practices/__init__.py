"""Typical cases 典型案例: a closed hazard told so that others can do the same (R-14, R-16…R-20).

Nominated from a closed hazard, consented to by the enterprise's principal, checked for secrecy by
one person and vetted with scores by another, published by a director. Who reported the hazard is
never part of it.
"""
