/*
 * doc.h - one tree for JSON and YAML documents, with positions.
 *
 * Every node and text lives in the arena passed in, except that texts without
 * escapes may point into the source, which must outlive the tree.  Types are
 * decided by the reader of a field, never guessed: a YAML scalar is a string
 * here, whatever it looks like.
 */
#ifndef SV_DOC_DOC_H
#define SV_DOC_DOC_H

#include "base/diag.h"

typedef enum {
	SV_DOC_NULL,   /* JSON null, or an empty plain YAML scalar */
	SV_DOC_BOOL,   /* JSON only */
	SV_DOC_NUMBER, /* JSON only */
	SV_DOC_STRING,
	SV_DOC_LIST,
	SV_DOC_MAP,
} sv_doc_kind;

typedef struct sv_doc sv_doc;

struct sv_doc {
	sv_doc_kind kind;
	sv_span span; /* in the source; of a list or map: the whole */
	sv_str key;   /* of an entry of a map */
	sv_span key_span;
	sv_str text;          /* a scalar: decoded string, or "12.5", "true" as written */
	bool is_plain;        /* YAML: a scalar without quotes, which may stand for a bool or number */
	const sv_doc *parent; /* NULL at the root */
	const sv_doc *first;  /* first entry of a list or map */
	const sv_doc *next;   /* next entry of the parent, in source order */
	size_t count;         /* entries */
};

enum {
	SV_DOC_MAX_DEPTH = 64,
	SV_DOC_MAX_BYTES = 4 * 1024 * 1024,
	SV_DOC_BYTES_PER_VALUE = 32, /* so 131,072 values: a view of 4,096 members has half of them */
};

/*
 * Parses one document.  Returns NULL after adding at least one problem:
 * syntax (with its place), duplicate keys, too deep, too large or of too many values, bad UTF-8, a
 * NUL byte; in YAML also anchors, aliases, tags, merge keys, several documents.
 */
const sv_doc *sv_doc_parse_json(sv_arena *a, sv_str source, sv_diags *diags);
const sv_doc *sv_doc_parse_yaml(sv_arena *a, sv_str source, sv_diags *diags);

/* The same for JSON that we wrote ourselves and that may be larger, with a value
 * for every SV_DOC_BYTES_PER_VALUE bytes of max_bytes. */
const sv_doc *sv_doc_parse_json_up_to(sv_arena *a, sv_str source, size_t max_bytes,
                                      sv_diags *diags);

/* The values of a JSON text: lists, maps and what stands in them. */
size_t sv_doc_count_values(sv_str json);

/* What holds of every text that is read: at most max_bytes, UTF-8, no NUL byte.
 * what: "JSON", for the messages. */
bool sv_doc_check_source(sv_str source, const char *what, size_t max_bytes, sv_diags *diags);

/*
 * Parses JSON that DuckDB wrote (json_serialize_sql): trusted, so without the
 * caps on size and depth and without positions.  Returns NULL if it is no JSON.
 */
const sv_doc *sv_doc_parse_trusted_json(sv_arena *a, sv_str source);

/* The entry of a map with this key (exact bytes), or NULL. */
const sv_doc *sv_doc_get(const sv_doc *map, const char *key);

/* Appends the path of a node: $.metrics[2].expr */
void sv_doc_put_path(const sv_doc *node, sv_buf *out);

/* Appends a JSON string with its quotes: "a\"b". */
void sv_doc_put_json_string(sv_buf *out, sv_str text);

#endif
