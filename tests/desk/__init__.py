"""Tests of the front desk: events, views, the local API and its guard."""
