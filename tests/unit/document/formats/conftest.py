"""Settings of the property tests: a busy machine must not fail a law."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "formats", deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("formats")
