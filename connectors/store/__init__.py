"""The store: everything that Vigie knows and decided, in SQLite or PostgreSQL through SQLAlchemy Core."""
