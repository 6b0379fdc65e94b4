"""Fitting the assumed parameters to 19 June to 31 August 2017, and to nothing later.

Screening, history matching, then approximate Bayesian computation; every run goes
through the same store and workers as a sweep, so that a stopped calibration goes on.
"""
