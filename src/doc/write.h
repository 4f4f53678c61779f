/*
 * write.h - writes documents: JSON in one line, readable JSON, or YAML.
 *
 * One sequence of calls, whatever the style.  In a map each value has a key, in a
 * list the key is NULL.  What is written reads back as the same texts.
 */
#ifndef SV_DOC_WRITE_H
#define SV_DOC_WRITE_H

#include "doc/doc.h"

typedef enum {
	SV_DOC_COMPACT, /* JSON in one line */
	SV_DOC_PRETTY,  /* JSON; the root and its lists over several lines */
	SV_DOC_YAML,    /* block style; lists of texts in one line */
} sv_doc_style;

enum { SV_DOC_WRITE_DEPTH = 8 };

typedef struct {
	sv_buf *out;
	sv_doc_style style;
	size_t depth; /* open lists and maps */
	struct {
		bool is_list;
		bool is_inline; /* YAML: a list in one line */
		size_t count;   /* entries so far */
	} levels[SV_DOC_WRITE_DEPTH];
} sv_doc_writer;

#define SV_DOC_WRITER(b, how) ((sv_doc_writer){.out = (b), .style = (how)})

void sv_doc_write_map(sv_doc_writer *w, const char *key);
void sv_doc_write_list(sv_doc_writer *w, const char *key);
void sv_doc_write_inline_list(sv_doc_writer *w, const char *key); /* of texts */
void sv_doc_write_end(sv_doc_writer *w);                          /* of the innermost list or map */

void sv_doc_write_text(sv_doc_writer *w, const char *key, sv_str text);
void sv_doc_write_word(sv_doc_writer *w, const char *key, const char *word); /* true, null, 1 */

#endif
