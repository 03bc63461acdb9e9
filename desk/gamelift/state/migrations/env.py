"""What Alembic runs: the migrations, in the transaction of whoever opens the database."""

from alembic import context

from desk.gamelift.state.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
