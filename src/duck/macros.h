/*
 * macros.h - the table macros: semantic_view, explain_semantic_view, show_semantic_*.
 *
 * A query must be expanded by a macro, since only query() may put SQL in its
 * place.  An extension cannot put a macro into the system catalog, so LOAD keeps
 * them in schema main of the opened database.
 */
#ifndef SV_DUCK_MACROS_H
#define SV_DUCK_MACROS_H

#include "duck/session.h"

/*
 * At LOAD: makes the macros that are missing and replaces ours when their text
 * has changed.  A macro of the user's with such a name is left alone.  Writes
 * nothing when nothing changes.
 */
void sv_macros_set_up(sv_session *s);

/* The mark (instance.h) in our macro semantic_view among texts such as "f SELECT a + b";
 * NULL pointer: there is none. */
sv_str sv_macros_mark(sv_arena *a, const sv_words *texts);

/* Whether a macro of this name and text is one of ours, of whatever version. */
bool sv_macros_is_ours(sv_str name, const char *text);

#endif
