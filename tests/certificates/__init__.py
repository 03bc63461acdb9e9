"""Certificates: those that we make, and what becomes of new ones."""
