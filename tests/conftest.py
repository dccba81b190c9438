"""No test asserts a time: hypothesis gives every example as long as it takes, on a busy machine too."""

from hypothesis import settings

settings.register_profile("no clock", deadline=None)
settings.load_profile("no clock")
