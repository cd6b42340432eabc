"""Interfaces of other trackers on top of mltrack, for scripts that were written for them."""
