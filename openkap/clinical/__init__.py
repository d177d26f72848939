"""Decide: frozen types and pure functions, standard library only. Time and protocol are arguments."""
