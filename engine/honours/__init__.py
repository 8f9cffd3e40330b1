"""Honours 荣誉: people and teams of an enterprise, named for a period (R-30).

Proposed by one, decided by another, the principal; a person's is shown only once they agreed to its
very words, and as long as they do. What it is based on is counted, never typed, and of people only
what they reported by name and agreed to be named for (engine/naming).
"""
