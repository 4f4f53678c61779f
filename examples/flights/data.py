"""336,776 flights out of New York in 2013, with airlines, airports, planes and weather, as `make demo` has them."""

from pages import create_flights as create  # noqa: F401
