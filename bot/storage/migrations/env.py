"""What Alembic runs: the migrations, on the connection and in the transaction of the caller."""

from alembic import context

from bot.storage.columns import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # true of SQLite once the transaction is begun by hand, as ours is
)
with context.begin_transaction():
    context.run_migrations()
