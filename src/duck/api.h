/*
 * api.h - DuckDB's C extension API, the stable block v1.2.0 and nothing else:
 * one binary loads in every DuckDB that has it (docs: architecture).
 */
#ifndef SV_DUCK_API_H
#define SV_DUCK_API_H

#define DUCKDB_EXTENSION_API_VERSION_MAJOR 1
#define DUCKDB_EXTENSION_API_VERSION_MINOR 2
#define DUCKDB_EXTENSION_API_VERSION_PATCH 0
#include <duckdb_extension.h>

DUCKDB_EXTENSION_EXTERN

#endif
