"""Related parties 相关方: contractors, tenants and hosts, and what is passed on between them."""

from web.relations import cases, doing, listing, naming, public, received
from web.relations.room import blueprint

__all__ = ["blueprint", "cases", "doing", "listing", "naming", "public", "received"]
