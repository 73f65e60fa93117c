from tests.browsers import clock, scene, scene_of_module, sign_in

__all__ = ["clock", "scene", "scene_of_module", "sign_in"]
