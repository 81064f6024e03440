"""The schema, brought up to what this code wants."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError


def upgrade(connection: Connection) -> None:
    """In the connection's transaction. Raises CommandError for one of a newer version."""
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def revisions(connection: Connection) -> tuple[str | None, str | None]:
    """The schema's revision, None where there is none, and the one that this code wants."""
    there = MigrationContext.configure(connection).get_current_revision()
    return there, ScriptDirectory.from_config(_config()).get_current_head()


def complaint(connection: Connection) -> str:
    """What keeps this code from working on the schema as it is, "" when nothing does."""
    there, wanted = revisions(connection)
    if there == wanted:
        return ""
    if there is None:
        return "it has no schema yet: `telegram_bot.py db upgrade` makes it"
    if knows(there):
        return f"its schema is {there}, not {wanted}: run `telegram_bot.py db upgrade`"
    return f"its schema {there} is of a newer version of this bot: update this program"


def knows(revision: str) -> bool:
    """Whether this code has heard of a revision: of a newer version's it hasn't."""
    scripts = ScriptDirectory.from_config(_config())
    return revision in {one.revision for one in scripts.walk_revisions()}


def _config() -> Config:
    config = Config()
    # A package resource rather than a path: works wherever the package was installed.
    config.set_main_option("script_location", "bot.storage:migrations")
    return config


def reason(error: SQLAlchemyError) -> str:
    """One line of what the database said, without the statement and the link to the manual."""
    return str(getattr(error, "orig", None) or error).splitlines()[0]
