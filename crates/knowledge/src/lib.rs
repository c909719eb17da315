//! The embedded knowledge files and their typed readers.
