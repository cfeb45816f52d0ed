"""Makefiles: read, expanded and run as GNU make does it, on values that are known in part.

Source of the rules: the GNU Make Manual, edition 0.77 for version 4.4, and make itself, which the tests ask.
"""
