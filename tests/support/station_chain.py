"""An Alembic folder of our own that does what the application's chain does: tables and columns, rows, a branch and its
merge, revisions that look at the live database, a slow one, one that fails half-way when asked to."""

import pathlib

ENV_PY = '''
import logging.config
import os

import sqlalchemy
from alembic import context

logging.config.fileConfig(context.config.config_file_name, disable_existing_loggers=False)
if context.is_offline_mode():
    context.configure(dialect_name="mysql", literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    url = sqlalchemy.engine.URL.create("mysql+pymysql", os.environ["DB_USER"], os.environ["DB_PASSWORD"],
                                       os.environ["DB_HOST"], int(os.environ.get("DB_PORT", 3306)), os.environ["DB_NAME"])
    secure = {"ssl": {"ca": os.environ["DB_SSL_CA"]}} if os.environ.get("DB_SSL") == "true" else {}
    with sqlalchemy.create_engine(url, connect_args=secure).connect() as connection:
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
'''
INI = '''[alembic]
script_location = %(here)s/alembic
[loggers]
keys = root,alembic
[handlers]
keys = console
[formatters]
keys = plain
[logger_root]
level = WARNING
handlers = console
[logger_alembic]
level = INFO
handlers =
qualname = alembic
[handler_console]
class = StreamHandler
args = (sys.stderr,)
formatter = plain
[formatter_plain]
format = %(levelname)-5.5s [%(name)s] %(message)s
'''
LAST = 60
FAILS, SLOW, LOOKS, ROWS = "s40", "s30", "s25", "s15"


def _steps():
    """(revision, parents, body of upgrade)"""
    before = "s01"
    yield "s01", [], ("op.execute('CREATE TABLE pace (seconds DOUBLE)')\n    op.execute('INSERT INTO pace VALUES (0)')\n"
                      "    op.create_table('members', sa.Column('id', sa.Integer, primary_key=True), sa.Column('name', sa.String(80)))")
    for number in range(2, LAST + 1):
        name = f"s{number:02}"
        if name == "s20":  # two branches
            yield "s20", [before], "op.create_table('left_side', sa.Column('id', sa.Integer, primary_key=True))"
            yield "s20b", [before], "op.create_table('right_side', sa.Column('id', sa.Integer, primary_key=True))"
            before = "s20"
            continue
        if name == "s21":
            yield "s21", ["s20", "s20b"], "pass"
        elif name == ROWS:
            yield name, [before], "op.execute(\"UPDATE members SET name = CONCAT(name, '!')\")"
        elif name == LOOKS:
            yield name, [before], ("if 'seen' not in [c['name'] for c in sa.inspect(op.get_bind()).get_columns('members')]:\n"
                                   "        op.add_column('members', sa.Column('seen', sa.Integer))")
        elif name == SLOW:
            yield name, [before], "op.execute('SELECT SLEEP(seconds) FROM pace')"
        elif name == FAILS:  # fails where somebody added the column before it
            yield name, [before], ("op.create_table('half_done', sa.Column('id', sa.Integer, primary_key=True))\n"
                                   "    op.add_column('members', sa.Column('badge', sa.String(20)))")
        elif number % 3 == 0:
            yield name, [before], f"op.create_table('t{number}', sa.Column('id', sa.Integer, primary_key=True))"
        else:
            yield name, [before], f"op.add_column('members', sa.Column('c{number}', sa.String(20)))"
        before = name


REVISIONS = [revision for revision, _, _ in _steps()]
HEAD = REVISIONS[-1]


def write_code(folder, last=LAST):
    """alembic.ini and alembic/ in `folder`, up to the revision of that number."""
    folder = pathlib.Path(folder)
    versions = folder / "alembic/versions"
    versions.mkdir(parents=True, exist_ok=True)
    (folder / "alembic.ini").write_text(INI)
    (folder / "alembic/env.py").write_text(ENV_PY)
    for revision, parents, body in _steps():
        if int(revision[1:3]) > last:
            break
        down = "None" if not parents else repr(parents[0]) if len(parents) == 1 else repr(tuple(parents))
        (versions / f"{revision}_step.py").write_text(
            f'"""Step {revision}\n\nRevision ID: {revision}\nRevises: {", ".join(parents)}\nCreate Date: 2026-01-01\n\n"""\n'
            f"from alembic import op\nimport sqlalchemy as sa\n\nrevision = {revision!r}\ndown_revision = {down}\n"
            f"branch_labels = None\ndepends_on = None\n\n\ndef upgrade() -> None:\n    {body}\n\n\n"
            "def downgrade() -> None:\n    pass\n")
    return versions


# What the application has before the first upgrade: its first revision, and members.
SEED = ("CREATE TABLE users (id INT PRIMARY KEY); INSERT INTO users VALUES (1), (2), (3); CREATE TABLE organizations (id INT);"
        "CREATE TABLE pace (seconds DOUBLE); INSERT INTO pace VALUES (0);"
        "CREATE TABLE members (id INT PRIMARY KEY, name VARCHAR(80)); INSERT INTO members VALUES (1, 'Ada'), (2, 'Bo');"
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY); INSERT INTO alembic_version VALUES ('s01');")
