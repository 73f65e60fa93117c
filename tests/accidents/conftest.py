from tests.browsers import clock, sign_in

__all__ = ["clock", "sign_in"]
