"""Complaints of retaliation 打击报复投诉, and the question after 90 days (R-10, R-70).

A complaint is a process instance of the union's room (`rooms`): an organisation of its own that
stands under nobody and has no members, so that no list, ledger, figure, export or audit reaches it.
`handling` alone leads people into it, one complaint at a time.
"""
