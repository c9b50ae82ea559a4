"""An Alembic folder like the application's: the database by DB_*, SQL without one in offline mode, and revisions whose bodies
a test writes."""

from chain import source

ENV_PY = """
import os
import sqlalchemy
from alembic import context

url = sqlalchemy.engine.URL.create("mysql+pymysql", os.environ["DB_USER"], os.environ["DB_PASSWORD"], os.environ["DB_HOST"],
                                   int(os.environ["DB_PORT"]), os.environ["DB_NAME"])
if context.is_offline_mode():
    context.configure(url=url, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    with sqlalchemy.create_engine(url).connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
"""
# Debian has the module, and the program in a package of its own.
PROGRAM = "#!/usr/bin/python3 -B\nfrom alembic.config import main\nmain(prog='alembic')\n"


def write_folder(folder):
    """backend/alembic.ini, env.py and an empty versions folder, whose path is returned."""
    versions = folder / "backend/alembic/versions"
    versions.mkdir(parents=True)
    (folder / "backend/alembic.ini").write_text("[alembic]\nscript_location = alembic\n")
    (folder / "backend/alembic/env.py").write_text(ENV_PY)
    return versions


def write_program(folder):
    """A folder for PATH with the program `alembic`."""
    folder.mkdir()
    (folder / "alembic").write_text(PROGRAM)
    (folder / "alembic").chmod(0o755)
    return folder


def add_revision(versions, revision, parents, body, title=""):
    """One revision; `body` is what its upgrade() does, lines and all."""
    text = source(revision, parents, title or f"change {revision}")
    lines = "".join(f"    {line}\n" for line in body.splitlines()) or "    pass\n"
    (versions / f"{revision}.py").write_text(text.replace("def upgrade() -> None:\n    pass\n", f"def upgrade() -> None:\n{lines}", 1))
