"""Loads the extension into every connection that dbt-duckdb makes."""

from dbt.adapters.duckdb.plugins import BasePlugin


class Plugin(BasePlugin):
    def initialize(self, plugin_config):
        self.extension = plugin_config["extension"]

    def configure_connection(self, conn):
        conn.load_extension(self.extension)
