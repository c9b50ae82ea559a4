-- Members get a badge
--
-- revision: 0002
-- down_revision: 0001a, 0001b
-- depends_on: base_data
-- create_date: 2026-11-22 04:12:00

ALTER TABLE members ADD badge INT;
