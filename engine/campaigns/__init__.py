"""Campaigns 征集评选: an office collects typical cases, or selects the best.

It says whom it asks, by when, with which questions, scoring sheet and awards (R-14, R-16, R-17,
R-65); enterprises enter their own cases, departments, towns and groups recommend those of theirs;
reviewers who have nothing to do with a case judge it blind; a director decides, with a reason where
it is not what the places say.
"""
