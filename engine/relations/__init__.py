"""Enterprises that work for each other 相关方: hosts and their contractors, tenants, suppliers.

A host proposes, the other side's principal confirms, either ends it; nothing is removed (R-12,
安全生产法第四十九条). What the other side may see is what its host released, and no more
(docs/decisions/0031): never a case of the host, and never who reported.
"""
