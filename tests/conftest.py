"""No test asserts a time: hypothesis gives every example as long as it takes, on a busy machine too.

`--hypothesis-profile quick` takes a quarter of the examples, for runs while working.
"""

from hypothesis import HealthCheck, settings

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("no clock", patient)
settings.register_profile("quick", patient, max_examples=25)
settings.load_profile("no clock")
