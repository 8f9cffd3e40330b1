"""How many take part 参与: those who reported, of the staff, and who did for the first time (R-02).

By team inside an enterprise, by axis above. By team only what was reported by name counts, in
months that are over, and only for groups of at least five people: docs/decisions has the reasons.
Which team somebody was in is put together with what they reported while it is counted, and is kept
nowhere.
"""
