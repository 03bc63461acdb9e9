"""Migrations of the database, one after another, as Alembic runs them."""
