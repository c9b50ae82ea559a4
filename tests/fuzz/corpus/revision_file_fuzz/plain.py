"""Add a table

Revision ID: 20260118_0002
Revises: 20260118_0001
Create Date: 2026-01-18 16:00:00.000000
"""
from alembic import op
import sqlalchemy as sa

revision: str = '20260118_0002'
down_revision = ('a' "b",
                 r'\n')  # comment
branch_labels, depends_on = None, [f"x{1}" , "y"]
PREFIX = "a"; revision = PREFIX + '\x41\u00e9\N{DIGIT ONE}'


def upgrade():
    """
    revision = 'decoy'
    """
    op.execute(f"select {a['b']:>{width}} {{}}")
