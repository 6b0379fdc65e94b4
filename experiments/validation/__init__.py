"""The model beside its baselines and without its parts: ``docs/validation.md``."""
