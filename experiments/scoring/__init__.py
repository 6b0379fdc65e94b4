"""Scores of ensembles of runs against events that happened.

Reads recorded outcomes and tables of facts; never runs the model.
"""
