/*
 * doc_int.h - what the two document parsers share: checks of the source, and a
 * builder of the tree.
 */
#ifndef SV_DOC_DOC_INT_H
#define SV_DOC_DOC_INT_H

#include "doc/doc.h"

typedef struct {
	sv_doc *doc;  /* a list or map that is not closed yet */
	sv_doc *last; /* its last entry so far */
} sv_doc_open;

/* A tree under construction.  In a map the key is set before its value is added. */
typedef struct {
	sv_arena *arena;
	sv_diags *diags; /* NULL: nobody reads the problems, only the result counts */
	sv_doc *root;
	size_t count;      /* values so far */
	sv_doc_open *open; /* innermost last */
	size_t depth;
	size_t cap;
	sv_str key;
	sv_span key_span;
	bool has_key;
} sv_doc_builder;

/* At most one value for every SV_DOC_BYTES_PER_VALUE of max_bytes. */
bool sv_doc_check_count(size_t count, size_t max_bytes, sv_diags *diags);

/* Adds a value to the innermost open list or map, or as the root. */
sv_doc *sv_doc_add(sv_doc_builder *b, sv_doc_kind kind, sv_span span);

/* The next key of the innermost map. */
void sv_doc_set_key(sv_doc_builder *b, sv_str key, sv_span span);

/* Opens the list or map that was just added.  False: nested too deep. */
bool sv_doc_enter(sv_doc_builder *b, sv_doc *doc);

/* Closes the innermost list or map.  False: a map with duplicate keys. */
bool sv_doc_leave(sv_doc_builder *b, size_t end);

/* The innermost open list or map, or NULL. */
sv_doc *sv_doc_top(const sv_doc_builder *b);

static inline sv_span sv_span_of(size_t start, size_t end)
{
	return (sv_span){(uint32_t)start, (uint32_t)end};
}

#endif
