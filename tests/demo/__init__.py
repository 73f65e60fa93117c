"""A package, so that its modules share one built demonstration (`running` in conftest.py)."""
