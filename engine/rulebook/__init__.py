"""The rules 制度文本 of an enterprise, built from answers (R-09, R-26, R-27, R-29).

Five steps of questions by the five chapters, kept in versions; the rules in words, frozen when they
are put before the union and the units above; their comments, each answered; in the end the
principal adopts a version, which then proves that there are rules.
"""
