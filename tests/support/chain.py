"""Versions folders: the application's own chain, as chain.tsv has it, and small ones."""

import pathlib

TABLE = pathlib.Path(__file__).with_name("chain.tsv")


def source(revision, parents, title="", date="", more=""):
    """A revision file as Alembic's template makes it."""
    down = "None" if not parents else repr(parents[0]) if len(parents) == 1 else repr(tuple(parents))
    return (f'"""{title}\n\nRevision ID: {revision}\nRevises: {", ".join(parents)}\nCreate Date: {date}\n\n"""\n'
            f"from alembic import op\nimport sqlalchemy as sa\n\nrevision = {revision!r}\ndown_revision = {down}\n"
            f"branch_labels = None\ndepends_on = None\n{more}\n\ndef upgrade() -> None:\n    pass\n\n\n"
            "def downgrade() -> None:\n    pass\n")


def rows():
    """(file, identifier, [what it follows], date) of each of the application's revisions."""
    for line in TABLE.read_text().splitlines()[1:]:
        name, revision, parents, date = line.split("\t")
        yield name, revision, [one for one in parents.replace(" ", "").split(",") if one], date


def write_chain(folder):
    """The application's chain as a versions folder, in the order of the table."""
    folder.mkdir(parents=True)
    for number, (name, revision, parents, date) in enumerate(rows()):
        (folder / name).write_text(source(revision, parents, f"change {number}", date))
    return folder
