"""Figures of what the register says: standardisation that expires, risks that are monitored."""
